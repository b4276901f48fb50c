"""What stands in Keycloak, as values: the same shapes for what is wanted and what was seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MARK: Final = "inkwell.dev/tenant"


@dataclass(frozen=True, slots=True, order=True)
class Mapper:
    """A protocol mapper: what it writes into a token is in `config`."""

    name: str
    kind: str
    config: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True, order=True)
class RoleOf:
    """A role by name, of a client, or of the realm where `client` is empty."""

    client: str
    role: str


@dataclass(frozen=True, slots=True)
class Client:
    """An OpenID Connect client.

    Attributes:
        client_id: its name.
        owner: the tenant in its mark, or None when it has none.
        settings: flags of the representation that Inkwell decides about.
        secret: what it logs in with; empty for a client that never does.
        mappers: its own protocol mappers.
        scopes: client scopes that it is given by default or may ask for.
    """

    client_id: str
    owner: str | None
    settings: frozenset[tuple[str, bool]]
    secret: str = field(default="", repr=False)
    mappers: frozenset[Mapper] = frozenset()
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rights:
    """Which roles a machine's service account has, and which of them its tokens may carry."""

    granted: frozenset[RoleOf] = frozenset()
    scoped: frozenset[RoleOf] = frozenset()


@dataclass(frozen=True, slots=True)
class Observed:
    """What was read of one tenant.

    Attributes:
        clients: by clientId.
        roles: names of the roles of the tenant's API client.
        rights: by clientId of each machine.
    """

    clients: Mapping[str, Client] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    rights: Mapping[str, Rights] = field(default_factory=dict)
