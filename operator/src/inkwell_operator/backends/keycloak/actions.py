"""What the Keycloak backend can do: one value for each kind of write. They may hold secrets."""

from dataclasses import dataclass
from typing import TypeAlias

from inkwell_operator.backends.keycloak.state import Client, Rights, RoleOf
from inkwell_operator.model.ownership import Claim


@dataclass(frozen=True, slots=True)
class PutClient:
    """Make a client, or bring it to what is wanted."""

    claim: Claim
    client: Client
    exists: bool


@dataclass(frozen=True, slots=True)
class DeleteClient:
    """Delete a client with its roles and its service account.

    `erases` tells the removal of an earlier Tenant's client from that of the subject's own.
    """

    claim: Claim
    client_id: str
    erases: bool = False


@dataclass(frozen=True, slots=True)
class CreateRole:
    """Make a role of the API client."""

    claim: Claim
    client_id: str
    role: str


@dataclass(frozen=True, slots=True)
class DeleteRole:
    """Delete a role of the API client; whoever has it loses it."""

    claim: Claim
    client_id: str
    role: str


@dataclass(frozen=True, slots=True)
class EmptyRole:
    """Take out of a role of the API client the roles that somebody put into it."""

    claim: Claim
    client_id: str
    role: str
    includes: frozenset[RoleOf]


@dataclass(frozen=True, slots=True)
class SetRights:
    """Give a machine exactly these roles, and let its tokens carry exactly these."""

    claim: Claim
    client_id: str
    rights: Rights


Action: TypeAlias = PutClient | DeleteClient | CreateRole | DeleteRole | EmptyRole | SetRights
