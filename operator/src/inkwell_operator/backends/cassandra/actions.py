"""The writes that a plan for Cassandra may ask for, as values. Pure."""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from inkwell_operator.backends.cassandra.state import Keyspace, Login, Permission


class Order(IntEnum):
    """Steps of one number are done at the same time."""

    FIRST = 0
    TABLES = 1
    PERMISSIONS = 2


@dataclass(frozen=True, slots=True)
class PutKeyspace:
    """Mark and make a keyspace, or change its replication."""

    tenant: str
    keyspace: Keyspace
    exists: bool


@dataclass(frozen=True, slots=True)
class CreateTable:
    """Make a table."""

    tenant: str
    statement: str


@dataclass(frozen=True, slots=True)
class PutLogin:
    """Mark and make a login, or bring its password and attributes to what is wanted."""

    tenant: str
    login: Login
    exists: bool
    excess_roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ChangePermissions:
    """Grant and revoke."""

    tenant: str
    login: str
    grant: frozenset[Permission]
    revoke: frozenset[Permission]


@dataclass(frozen=True, slots=True)
class DropLogin:
    """Drop a login, its permissions and its mark."""

    tenant: str
    login: str


@dataclass(frozen=True, slots=True)
class DropKeyspace:
    """Drop the keyspace with all data, and its mark."""

    tenant: str
    keyspace: str


Action: TypeAlias = (
    PutKeyspace | CreateTable | PutLogin | ChangePermissions | DropLogin | DropKeyspace
)
