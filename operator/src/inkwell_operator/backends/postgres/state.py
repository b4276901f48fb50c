"""What stands in PostgreSQL, as values: the same shapes for what is wanted and what was seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from typing_extensions import override

MARK: Final = "inkwell.dev/tenant"


class ObjectKind(StrEnum):
    """What a right may be on."""

    DATABASE = "database"
    SCHEMA = "schema"
    TABLE = "table"
    COLUMN = "column"
    ROUTINE = "routine"
    ROLE = "role"
    """Membership in a role."""
    OTHER = "other"
    """Something that this backend does not know how to revoke, by its description."""


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """One privilege on one object.

    Attributes:
        kind: kind of the object.
        privilege: such as ``SELECT``; ``MEMBER`` for a role.
        schema: of a table, column or routine.
        name: of the object; a routine's with its argument types.
        column: of a column.
    """

    kind: ObjectKind
    privilege: str
    schema: str = ""
    name: str = ""
    column: str = ""

    @override
    def __str__(self) -> str:
        """Return it as a person says it: ``UPDATE on documents.state``."""
        return f"{self.privilege} on {self.name}{'.' if self.column else ''}{self.column}"


@dataclass(frozen=True, slots=True)
class Mark:
    """What the comment on an object of ours says.

    Attributes:
        tenant: whose it is.
        facts: more about it: the fingerprint of a login's password, the last migration of a schema.
    """

    tenant: str
    facts: str = ""

    @override
    def __str__(self) -> str:
        """Return the comment."""
        return f"{MARK}={self.tenant} {self.facts}".rstrip()


def read_mark(comment: str | None) -> Mark | None:
    """Return the mark that a comment holds, or None when it is no mark of ours."""
    head, _, facts = (comment or "").partition(" ")
    key, _, tenant = head.partition("=")
    return Mark(tenant, facts) if key == MARK and tenant else None


@dataclass(frozen=True, slots=True)
class Login:
    """A role that can log in.

    Attributes:
        name: of the role.
        mark: of the role, or None when it is not ours; its facts are the fingerprint of its
            password.
        connection_limit: most connections at once.
        settings: ``name=value`` of each setting that its sessions start with.
        excess: attributes beyond LOGIN, such as ``CREATEDB``; and ``NOLOGIN`` when it cannot log
            in.
        rights: all that it may do, in any schema.
    """

    name: str
    mark: Mark | None
    connection_limit: int
    settings: frozenset[str]
    excess: frozenset[str] = frozenset()
    rights: frozenset[Right] = frozenset()


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema; the facts of its mark are ``number:digest`` of its last migration."""

    name: str
    mark: Mark | None
    pipelines_with_rows: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Observed:
    """What was read: schemas and logins by name, of one tenant or of many."""

    schemas: Mapping[str, Schema] = field(default_factory=dict)
    logins: Mapping[str, Login] = field(default_factory=dict)
