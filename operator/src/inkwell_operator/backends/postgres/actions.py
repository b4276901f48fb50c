"""What the PostgreSQL backend can do: one write each, as values. `apply` carries them out."""

from dataclasses import dataclass
from typing import TypeAlias

from inkwell_api.tables import Migration
from inkwell_operator.backends.postgres.desire import DesiredLogin
from inkwell_operator.backends.postgres.state import Right
from inkwell_operator.model.ownership import Claim, Mark


@dataclass(frozen=True, slots=True)
class PutDatabase:
    """Make the tenant's own database, marked, or bring mark and rights on it to what is wanted.

    Attributes:
        claim: of the tenant.
        database: its name.
        shut_out: who loses all rights on it, as it stands in SQL; PUBLIC does in any case.
    """

    claim: Claim
    database: str
    shut_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DropDatabase:
    """Drop the tenant's own database, in which nothing else must be left."""

    claim: Claim
    database: str


@dataclass(frozen=True, slots=True)
class CreateSchema:
    """Make the tenant's schema, marked."""

    claim: Claim
    schema: str


@dataclass(frozen=True, slots=True)
class MarkSchema:
    """Write the mark of a schema anew, with what its comment said besides."""

    claim: Claim
    schema: str
    facts: str


@dataclass(frozen=True, slots=True)
class Migrate:
    """Run one migration; `done` is the digest of all up to and with it."""

    claim: Claim
    schema: str
    migration: Migration
    done: str


@dataclass(frozen=True, slots=True)
class Restore:
    """Bring what stands in a schema back to what the migrations make, by SQL in this order.

    `{schema}` in a statement stands for the schema's name.
    """

    claim: Claim
    schema: str
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PutLogin:
    """Make a login, or bring its password, limits and attributes to what is wanted.

    Attributes:
        claim: of the tenant.
        wanted: the login as it should be, with the limit that it is given.
        stale_settings: names of settings to reset.
        has_database_settings: whether settings of this database alone are to be reset.
        excess: attributes to take away.
        members: roles that must not act as this one any more.
    """

    claim: Claim
    wanted: DesiredLogin
    stale_settings: frozenset[str] = frozenset()
    has_database_settings: bool = False
    excess: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ChangeRights:
    """Grant and revoke."""

    claim: Claim
    schema: str
    login: str
    grant: frozenset[Right]
    revoke: frozenset[Right]


@dataclass(frozen=True, slots=True)
class DropLogin:
    """End the sessions of a login and drop it with all of its rights, if `found` is its mark."""

    claim: Claim
    schema: str
    login: str
    found: Mark


@dataclass(frozen=True, slots=True)
class DropSchema:
    """Drop the schema with all data."""

    claim: Claim
    schema: str


@dataclass(frozen=True, slots=True)
class DeleteRows:
    """Delete every row of one pipeline."""

    claim: Claim
    schema: str
    pipeline: str


DatabaseAction: TypeAlias = PutDatabase | DropDatabase
InDatabase: TypeAlias = (
    CreateSchema
    | MarkSchema
    | Migrate
    | Restore
    | PutLogin
    | ChangeRights
    | DropLogin
    | DropSchema
    | DeleteRows
)
Action: TypeAlias = DatabaseAction | InDatabase
