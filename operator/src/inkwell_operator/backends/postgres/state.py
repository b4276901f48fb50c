"""What stands in PostgreSQL, as values: the same shapes for what is wanted and what was seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from typing_extensions import override

from inkwell_operator.backends.postgres.connection_room import ConnectionRoom
from inkwell_operator.model.ownership import (
    Claim,
    Mark,
    Ownership,
    judge,
    may_remove,
    parse_mark,
)

NO_LIMIT: Final = -1
UNFINISHED_LIMIT: Final = 0
"""Connections of a database that is being made, which lets nobody in until it has its mark."""
_HALF_DROPPED: Final = -2
"""What PostgreSQL writes into a database before it drops it: nothing can be had of it any more."""


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
        privilege: such as ``SELECT``; ``MEMBER`` for a role; ``GRANT OPTION FOR SELECT`` for the
            right to hand it on.
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
class LoginFacts:
    """What the comment on a login says behind its mark.

    Attributes:
        fingerprint: tells one password from another; empty where it is not known.
        connections: most connections that the login asks for, whatever it was given; None in
            comments of version 0.1.
    """

    fingerprint: str = ""
    connections: int | None = None

    @override
    def __str__(self) -> str:
        """Return the text that `parse_login_facts` reads."""
        return f"{self.fingerprint} connections={self.connections}"


def parse_login_facts(text: str) -> LoginFacts:
    """Read what follows the mark of a login; what is not understood counts as not there."""
    fingerprint, _, rest = text.partition(" ")
    key, _, number = rest.partition("=")
    is_known = key == "connections" and number.isascii() and number.isdigit()
    return LoginFacts(fingerprint, int(number) if is_known else None)


@dataclass(frozen=True, slots=True)
class Login:
    """A role that can log in.

    Attributes:
        name: of the role.
        mark: of the role, or None when it is not ours.
        facts: what its comment says besides.
        connection_limit: most connections at once; -1 for any number.
        settings: ``name=value`` of each setting that its sessions start with.
        database_settings: the same, of its sessions in this database alone.
        valid_until: when its password ends; empty for never.
        excess: attributes beyond LOGIN, such as ``CREATEDB``; and ``NOLOGIN`` when it cannot log
            in.
        members: other roles that may act as this one.
        rights: all that it may do, in any schema, and that the operator can take away.
        others_rights: what others gave it on objects that the operator does not own; some of them
            where they are many.
        is_let_in: whether the password that is wanted opened a session when it was last tried.
    """

    name: str
    mark: Mark | None
    facts: LoginFacts
    connection_limit: int
    settings: frozenset[str]
    database_settings: frozenset[str] = frozenset()
    valid_until: str = ""
    excess: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    rights: frozenset[Right] = frozenset()
    others_rights: frozenset[Right] = frozenset()
    is_let_in: bool = True


class EntryKind(StrEnum):
    """What is compared of a schema, thing by thing."""

    TABLE = "table"
    COLUMN = "column"
    CONSTRAINT = "constraint"
    INDEX = "index"
    ROUTINE = "routine"
    ROW_SECURITY = "row security"
    POLICY = "policy"
    TRIGGER = "trigger"
    RULE = "rule"
    RIGHT = "right"
    """Of anybody but the owner and the tenant's own logins."""
    DEFAULT_RIGHT = "default right"
    """That whatever is made here later would have for others."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One thing in a schema, as PostgreSQL itself describes it; names of the schema left out.

    Attributes:
        kind: what it is.
        table: the table that it is part of; empty for what is of the schema.
        name: names it within the schema, such as ``documents.own_pipeline``.
        definition: what it is like, in PostgreSQL's words; equal things have equal ones.
        create: SQL that makes it; empty where nothing can.
        drop: SQL that takes it away; empty where nothing may, or where only others can.
    """

    kind: EntryKind
    table: str
    name: str
    definition: str
    create: str = ""
    drop: str = ""


@dataclass(frozen=True, slots=True)
class Structure:
    """All that stands in a schema, or that the migrations make."""

    entries: frozenset[Entry] = frozenset()


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema.

    Attributes:
        name: of the schema.
        mark: of the schema, or None when it is not ours.
        facts: what its comment says besides: ``number:digest`` of its last migration.
        tables: how many tables and views are in it.
        changes: another text after each change of what stands in it.
        structure: what stands in it; None where that was not read or is what the migrations make.
        pipelines_with_rows: of the pipelines that were asked about, those that have rows.
    """

    name: str
    mark: Mark | None
    facts: str = ""
    tables: int = 0
    changes: str = ""
    structure: Structure | None = None
    pipelines_with_rows: frozenset[str] = frozenset()


def schema_of(name: str, comment: str | None, tables: int, changes: str) -> Schema:
    """Return a schema as its comment describes it, its entries not read yet."""
    mark, facts = parse_mark(comment)
    return Schema(name, mark, facts, tables, changes)


@dataclass(frozen=True, slots=True)
class Database:
    """A database of a tenant's name.

    Attributes:
        name: of the database.
        mark: of the database, or None when it is not ours.
        owner: role that owns it.
        is_owned: the operator may do as its owner.
        allows_connections: anybody may be let in.
        connection_limit: most connections at once; -1 for any number.
        missing: what the operator may not do in it, such as ``CONNECT``.
        others: rights of others than owner, operator and tenant, as ``CONNECT PUBLIC``: privilege,
            grantee as it stands in SQL.
    """

    name: str
    mark: Mark | None
    owner: str = ""
    is_owned: bool = True
    allows_connections: bool = True
    connection_limit: int = NO_LIMIT
    missing: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    @property
    def is_unfinished(self) -> bool:
        """Whether it was made by the operator's role and nothing else: nobody has ever been in."""
        never_open = not self.allows_connections and self.connection_limit == UNFINISHED_LIMIT
        return self.is_owned and self.mark is None and never_open

    @property
    def is_half_dropped(self) -> bool:
        """Whether a DROP DATABASE was interrupted: PostgreSQL lets nobody in ever again."""
        return self.connection_limit == _HALF_DROPPED

    @property
    def is_open(self) -> bool:
        """Whether the operator may look inside."""
        is_whole = self.allows_connections and not self.is_half_dropped
        return is_whole and "CONNECT" not in self.missing

    def is_of(self, claim: Claim) -> bool:
        """Say whether a claim may look at, change or remove what is inside."""
        ownership = judge(claim, self.mark)
        is_known = ownership.is_ours or ownership is Ownership.ERASE
        return is_known or may_remove(claim, self.mark)

    def may_hold_data_of(self, claim: Claim) -> bool:
        """Say whether a claim's documents may be in it."""
        return self.is_of(claim) and not (self.is_unfinished or self.is_half_dropped)


@dataclass(frozen=True, slots=True)
class Observed:
    """What was read: schemas and logins by name, of one tenant or of many.

    Attributes:
        schemas: by name.
        logins: by name.
        reference: what the migrations make on this very server; None where nothing is compared.
        room: how many connections the logins of all tenants share; None where no login is wanted.
        database: the tenant's own, whosever it is; None where there is none.
    """

    schemas: Mapping[str, Schema] = field(default_factory=dict)
    logins: Mapping[str, Login] = field(default_factory=dict)
    reference: Structure | None = None
    room: ConnectionRoom | None = None
    database: Database | None = None
