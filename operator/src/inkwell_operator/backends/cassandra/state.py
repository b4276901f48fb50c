"""What stands in Cassandra, as values: the same shapes for what is wanted and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from inkwell_api.tables.cassandra import TableOptions
from inkwell_operator.model.ownership import Mark

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


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """A permission that a role has."""

    role: str
    permission: Permission


@dataclass(frozen=True, slots=True)
class Login:
    """A role that can log in.

    Attributes:
        name: of the role.
        password_hash: bcrypt.
        can_login: LOGIN.
        is_superuser: SUPERUSER.
        member_of: roles that it was granted, whose permissions it has.
        members: roles that it was granted to, which have its permissions.
        permissions: its own.
    """

    name: str
    password_hash: str = field(repr=False)
    can_login: bool = True
    is_superuser: bool = False
    member_of: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    permissions: frozenset[Permission] = frozenset()


@dataclass(frozen=True, slots=True)
class Column:
    """A column, as `system_schema.columns` says; its position is that in the key, or -1."""

    type: str
    kind: str = "regular"
    position: int = -1


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns by name, and the options that Inkwell sees to."""

    columns: Mapping[str, Column]
    options: TableOptions


@dataclass(frozen=True, slots=True)
class Keyspace:
    """A keyspace.

    Attributes:
        name: of the keyspace.
        replication: its options as Cassandra shows them: ``class``, and copies by data centre.
        tables: by name.
        views: names of materialized views, which hold copies of tables' rows.
    """

    name: str
    replication: Mapping[str, str]
    tables: Mapping[str, Table] = field(default_factory=dict)
    views: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Observed:
    """What was read of one tenant.

    Attributes:
        keyspace: the tenant's, or None.
        logins: by name.
        marks: by kind and name of the object, the rows of the ledger for a tenant of this name:
            what this or another installation made, or was about to make, for it.
        grants: permissions of any role on the keyspace, what is in it, or the tenant's logins; and
            on all keyspaces or all roles. The operator's own are left out.
    """

    keyspace: Keyspace | None = None
    logins: Mapping[str, Login] = field(default_factory=dict)
    marks: Mapping[tuple[Kind, str], Mark] = field(default_factory=dict)
    grants: frozenset[Grant] = frozenset()
