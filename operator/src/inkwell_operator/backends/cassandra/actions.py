"""The writes that a plan for Cassandra may ask for, as values. Pure.

Every action holds the mark of the subject that it is made for. Those that mark an object, or remove
one, hold as `found` the mark that was read when the plan was made: it must still be there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from inkwell_api.tables.cassandra import CassandraTable
from inkwell_operator.backends.cassandra.state import Kind, Login, Permission
from inkwell_operator.model.ownership import Mark


class Order(IntEnum):
    """Steps of one number are done at the same time."""

    MARK = -1
    FIRST = 0
    TABLES = 1
    PERMISSIONS = 2


@dataclass(frozen=True, slots=True)
class WriteMark:
    """Mark what is there and otherwise as desired."""

    mark: Mark
    found: Mark | None
    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class PutKeyspace:
    """Mark and make a keyspace, or change its replication (option by option, as shown)."""

    mark: Mark
    found: Mark | None
    name: str
    replication: Mapping[str, str]
    exists: bool


@dataclass(frozen=True, slots=True)
class CreateTable:
    """Make a table."""

    mark: Mark
    keyspace: str
    table: CassandraTable


@dataclass(frozen=True, slots=True)
class AlterTable:
    """Add columns (by name, their type), and set options (by name, their CQL literal)."""

    mark: Mark
    keyspace: str
    table: str
    columns: Mapping[str, str]
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PutLogin:
    """Mark and make a login, or bring its password and attributes to what is wanted.

    Attributes:
        mark: its tenant's.
        found: its mark as it was read.
        login: as wanted.
        exists: whether there is such a role.
        excess_roles: what it was granted, to be revoked.
        excess_members: whom it was granted to, to be revoked.
    """

    mark: Mark
    found: Mark | None
    login: Login
    exists: bool
    excess_roles: frozenset[str] = frozenset()
    excess_members: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ChangePermissions:
    """Revoke from a role, then grant to it."""

    mark: Mark
    role: str
    grant: frozenset[Permission] = frozenset()
    revoke: frozenset[Permission] = frozenset()


@dataclass(frozen=True, slots=True)
class DropLogin:
    """Drop a login, its permissions and its mark."""

    mark: Mark
    found: Mark
    name: str


@dataclass(frozen=True, slots=True)
class DropKeyspace:
    """Drop the keyspace with all data, and its mark."""

    mark: Mark
    found: Mark
    name: str


Action: TypeAlias = (
    WriteMark
    | PutKeyspace
    | CreateTable
    | AlterTable
    | PutLogin
    | ChangePermissions
    | DropLogin
    | DropKeyspace
)
