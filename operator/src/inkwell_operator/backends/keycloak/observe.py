"""Reads of a realm into values of `state`. Writes nothing.

Used by `KeycloakBackend` and, for the look before each write, by `apply`. Keycloak addresses
clients by an id of its own; everything here is looked up by `clientId`.
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from inkwell_operator.backends.keycloak.client import AdminClient
from inkwell_operator.backends.keycloak.desire import Desired
from inkwell_operator.backends.keycloak.state import (
    FLAGS,
    LISTS,
    TEXTS,
    Client,
    Mapper,
    Observed,
    Rights,
    RoleOf,
    Setting,
    mark_attributes,
    read_mark,
)

_WRITTEN_BY_KEYCLOAK: Final = frozenset({"client.secret.creation.time"})
_SAME_AS_UNSET: Final = frozenset({"", "false"})


@dataclass(frozen=True, slots=True)
class Found:
    """A client, and the id that Keycloak's admin API wants for it."""

    client: Client
    uid: str


class Reader:
    """Reads one realm."""

    def __init__(self, admin: AdminClient) -> None:
        """Read by `admin`."""
        self._admin = admin

    async def clients(
        self, wanted: Collection[str] | None, prefixes: Collection[str] = ()
    ) -> list[Found]:
        """Return the clients of these names and those with a prefix, or with None all."""
        if wanted is None:
            listed = [await self._admin.list_clients()]
        else:
            listed = await asyncio.gather(
                *(self._admin.list_clients(clientId=name) for name in sorted(wanted)),
                *(
                    self._admin.list_clients(clientId=prefix, search="true")
                    for prefix in sorted(prefixes)
                ),
            )
        unique = {raw["clientId"]: raw for found in listed for raw in found}
        return [Found(_client(raw), raw["id"]) for raw in unique.values()]

    async def client(self, client_id: str) -> Found | None:
        """Return a client as it is now."""
        found = await self.clients({client_id})
        return found[0] if found else None

    async def complete(self, desired: Desired, found: Mapping[str, Found]) -> Observed:
        """Add to the clients of a subject what their list does not show: roles and rights."""
        api, machine = found.get(desired.api_client), found.get(desired.machine or "")
        has_account = machine is not None and machine.client.settings["serviceAccountsEnabled"]
        roles, rights = await asyncio.gather(
            self.roles(api.uid) if api else _none(),
            self.rights(machine.uid) if machine and has_account and desired.rights else _none(),
        )
        clients = {client_id: one.client for client_id, one in found.items()}
        return Observed(clients, roles or {}, rights)

    async def roles(self, uid: str) -> Mapping[str, frozenset[RoleOf]]:
        """Return the roles of a client, each with the roles that somebody put into it."""
        listed = await self._admin.read(f"/clients/{uid}/roles", "the list of roles") or ()
        included = await asyncio.gather(
            *(self.included(role["id"]) if role.get("composite") else _none() for role in listed)
        )
        return {
            role["name"]: frozenset(includes or ())
            for role, includes in zip(listed, included, strict=True)
        }

    async def included(self, role_id: str) -> dict[RoleOf, dict[str, Any]]:
        """Return the roles that a composite role includes, each as Keycloak shows it."""
        path = f"/roles-by-id/{role_id}/composites"
        listed: list[dict[str, Any]] = await self._admin.read(path, "a composite role") or []
        owners = await asyncio.gather(
            *(self._client_id(role) if role.get("clientRole") else _none() for role in listed)
        )
        return {
            RoleOf(owner or "", role["name"]): role
            for role, owner in zip(listed, owners, strict=True)
        }

    async def rights(self, uid: str) -> Rights | None:
        """Return what a client's service account has; None where it has no such account."""
        account = await self.account(uid)
        if account is None:
            return None
        granted, scoped, groups = await asyncio.gather(
            self._admin.read(f"/users/{account['id']}/role-mappings", "a service account's roles"),
            self._admin.read(f"/clients/{uid}/scope-mappings", "a client's scope"),
            self.groups(account["id"]),
        )
        return Rights(
            granted=_mapped_roles(granted),
            scoped=_mapped_roles(scoped),
            groups=frozenset(group["path"] for group in groups),
            is_enabled=bool(account.get("enabled")),
        )

    async def account(self, uid: str) -> dict[str, Any] | None:
        """Return a client's service account as Keycloak shows it."""
        path = f"/clients/{uid}/service-account-user"
        account: dict[str, Any] | None = await self._admin.read(path, "a service account")
        return account

    async def groups(self, account_id: str) -> list[dict[str, Any]]:
        """Return the groups of a service account as Keycloak shows them."""
        path = f"/users/{account_id}/groups"
        return await self._admin.read(path, "a service account's groups") or []

    async def _client_id(self, role: Mapping[str, Any]) -> str:
        path = f"/clients/{role['containerId']}"
        owner = await self._admin.read(path, "a role's client")
        return str(owner["clientId"]) if owner else ""


async def _none() -> None:
    return None


def _client(raw: Mapping[str, Any]) -> Client:
    attributes: dict[str, str] = raw.get("attributes") or {}
    mark = read_mark(attributes)
    ours = mark_attributes(mark) if mark else {}
    return Client(
        client_id=raw["clientId"],
        mark=mark,
        settings=_settings(raw),
        attributes={
            name: value
            for name, value in attributes.items()
            if name not in ours.keys() | _WRITTEN_BY_KEYCLOAK and value not in _SAME_AS_UNSET
        },
        flow_overrides=raw.get("authenticationFlowBindingOverrides") or {},
        secret=raw.get("secret") or "",
        mappers=frozenset(_mapper(mapper) for mapper in raw.get("protocolMappers") or ()),
        scopes=frozenset(
            [*(raw.get("defaultClientScopes") or ()), *(raw.get("optionalClientScopes") or ())]
        ),
    )


def _settings(raw: Mapping[str, Any]) -> dict[str, Setting]:
    return {
        **{name: bool(raw.get(name)) for name in FLAGS},
        **{name: raw.get(name) or "" for name in TEXTS},
        **{name: tuple(sorted(raw.get(name) or ())) for name in LISTS},
    }


def _mapper(raw: Mapping[str, Any]) -> Mapper:
    config = {key: str(value) for key, value in (raw.get("config") or {}).items()}
    return Mapper(raw["name"], raw["protocolMapper"], frozenset(config.items()))


def _mapped_roles(raw: Mapping[str, Any] | None) -> frozenset[RoleOf]:
    raw = raw or {}
    roles = {RoleOf("", role["name"]) for role in raw.get("realmMappings") or ()}
    for client_id, held in (raw.get("clientMappings") or {}).items():
        roles |= {RoleOf(client_id, role["name"]) for role in held["mappings"]}
    return frozenset(roles)
