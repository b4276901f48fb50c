"""What stands in Cassandra, as values: the same shapes for what is wanted and what was seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

OPERATOR_KEYSPACE: Final = "inkwell_operator"
"""The operator's own keyspace.

Cassandra keeps no comments on keyspaces and roles, so marks are rows.
"""
OWNERSHIP_TABLE: Final = "ownership"
STRATEGY: Final = "org.apache.cassandra.locator.NetworkTopologyStrategy"


class Kind(StrEnum):
    """Kinds of object that carry a mark."""

    KEYSPACE = "keyspace"
    ROLE = "role"


@dataclass(frozen=True, slots=True, order=True)
class Permission:
    """One permission on one resource, which is named as `system_auth.role_permissions` does."""

    resource: str
    permission: str


@dataclass(frozen=True, slots=True)
class Login:
    """A role that can log in.

    Attributes:
        name: of the role.
        password_hash: bcrypt.
        can_login: LOGIN.
        is_superuser: SUPERUSER.
        member_of: roles that it was granted.
        permissions: its own.
    """

    name: str
    password_hash: str = field(repr=False)
    can_login: bool = True
    is_superuser: bool = False
    member_of: frozenset[str] = frozenset()
    permissions: frozenset[Permission] = frozenset()


@dataclass(frozen=True, slots=True)
class Keyspace:
    """A keyspace; `replication` holds its options as Cassandra shows them."""

    name: str
    replication: frozenset[tuple[str, str]]
    tables: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Observed:
    """What was read of one tenant.

    Attributes:
        keyspace: the tenant's, or None.
        logins: by name.
        marks: the tenant's marks: what the operator made, or was about to make, for it.
    """

    keyspace: Keyspace | None = None
    logins: Mapping[str, Login] = field(default_factory=dict)
    marks: frozenset[tuple[Kind, str]] = frozenset()
