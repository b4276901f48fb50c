"""What stands in Keycloak, as values: the same shapes for what is wanted and what was read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from inkwell_operator.model.ownership import Mark

FLAGS: Final = (
    "enabled",
    "publicClient",
    "bearerOnly",
    "standardFlowEnabled",
    "implicitFlowEnabled",
    "directAccessGrantsEnabled",
    "serviceAccountsEnabled",
    "authorizationServicesEnabled",
    "fullScopeAllowed",
    "consentRequired",
    "frontchannelLogout",
    "surrogateAuthRequired",
    "alwaysDisplayInConsole",
)
TEXTS: Final = ("protocol", "clientAuthenticatorType", "rootUrl", "baseUrl", "adminUrl")
LISTS: Final = ("redirectUris", "webOrigins")
"""With `FLAGS` and `TEXTS` all fields of a client's representation that decide who gets a token and
what it is good for. `notBefore` is left out: by it an admin revokes tokens that are out."""

TENANT_ATTRIBUTE: Final = "inkwell.dev/tenant"
INSTALLATION_ATTRIBUTE: Final = "inkwell.dev/installation"
UID_ATTRIBUTE: Final = "inkwell.dev/uid"

Setting: TypeAlias = bool | str | tuple[str, ...]
"""A value of `FLAGS`, `TEXTS` or `LISTS`; a list is sorted."""


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
        mark: whose it is, or None when it has no mark.
        settings: every field of `FLAGS`, `TEXTS` and `LISTS`.
        attributes: beside the mark, all that are set: device, CIBA and token exchange grants,
            lifespans of tokens and the like are attributes. What Keycloak writes itself is left
            out, and what says "false", which is the same as not being there.
        flow_overrides: flows that it logs in by instead of the realm's.
        secret: what it logs in with; empty for a client that never does.
        mappers: its own protocol mappers.
        scopes: client scopes that it is given by default or may ask for.
    """

    client_id: str
    mark: Mark | None
    settings: Mapping[str, Setting] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict, repr=False)
    flow_overrides: Mapping[str, str] = field(default_factory=dict)
    secret: str = field(default="", repr=False)
    mappers: frozenset[Mapper] = frozenset()
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rights:
    """What a machine's service account has.

    Attributes:
        granted: roles that it has itself.
        scoped: roles that its tokens may carry.
        groups: paths of the groups it is in, whose roles it has too.
        is_enabled: whether it can be used at all.
    """

    granted: frozenset[RoleOf] = frozenset()
    scoped: frozenset[RoleOf] = frozenset()
    groups: frozenset[str] = frozenset()
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class Observed:
    """What was read for one subject.

    Attributes:
        clients: by clientId.
        roles: of the tenant's API client: by name, the roles that each includes (of a role that is
            not composite, none).
        rights: of the pipeline's machine; None where it has no service account.
    """

    clients: Mapping[str, Client] = field(default_factory=dict)
    roles: Mapping[str, frozenset[RoleOf]] = field(default_factory=dict)
    rights: Rights | None = None


def mark_attributes(mark: Mark) -> dict[str, str]:
    """Return a mark as a client's attributes."""
    values = {
        TENANT_ATTRIBUTE: mark.tenant,
        INSTALLATION_ATTRIBUTE: mark.installation,
        UID_ATTRIBUTE: mark.uid,
    }
    return {name: value for name, value in values.items() if value}


def read_mark(attributes: Mapping[str, str]) -> Mark | None:
    """Return the mark in a client's attributes; None where there is none."""
    tenant = attributes.get(TENANT_ATTRIBUTE, "")
    if not tenant:
        return None
    return Mark(
        tenant, attributes.get(INSTALLATION_ATTRIBUTE, ""), attributes.get(UID_ATTRIBUTE, "")
    )
