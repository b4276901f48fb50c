"""Clients, roles and rights of a realm, as the admin API shows and takes them.

Used by `KeycloakBackend`: reads give values of `state`, writes carry out one action each. Keycloak
addresses clients by an id of its own; everything here is looked up by `clientId`.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from inkwell_operator.backends.keycloak.client import AdminClient
from inkwell_operator.backends.keycloak.state import MARK, Client, Mapper, Rights, RoleOf
from inkwell_operator.model.errors import DependencyNotReady, NameTaken

_KEPT_SECONDS: Final = 600.0
"""How long the roles and rights of a client answer where everything is looked at (a resync)."""
_FLAGS: Final = (
    "enabled",
    "publicClient",
    "bearerOnly",
    "standardFlowEnabled",
    "implicitFlowEnabled",
    "directAccessGrantsEnabled",
    "serviceAccountsEnabled",
    "fullScopeAllowed",
)
"""Flags of a client's representation that Inkwell decides about."""


@dataclass(frozen=True, slots=True)
class Details:
    """What a client's representation does not show: its roles, and a machine's rights."""

    roles: frozenset[str] = frozenset()
    rights: Rights | None = None


class Realm:
    """The clients of one realm."""

    def __init__(self, admin: AdminClient) -> None:
        """Call by `admin`."""
        self._admin = admin
        self._ids: dict[str, str] = {}
        self._kept: dict[str, tuple[float, Details]] = {}

    async def clients(
        self, wanted: Collection[str] | None, prefixes: Collection[str] = ()
    ) -> list[tuple[Client, str]]:
        """Return the clients named and those with a prefix, or all; each with its id."""
        what = "the list of clients"
        if wanted is None:
            found = await self._admin.read("/clients", what)
        else:
            lists = await asyncio.gather(
                *(self._admin.read("/clients", what, clientId=name) for name in sorted(wanted)),
                *(
                    self._admin.read("/clients", what, clientId=prefix, search="true")
                    for prefix in sorted(prefixes)
                ),
            )
            found = [client for listed in lists for client in listed or ()]
        for raw in found or ():
            self._ids[raw["clientId"]] = raw["id"]
        return [(_client(raw), raw["id"]) for raw in found or ()]

    async def details(self, client: Client, uid: str, *, may_keep: bool) -> Details:
        """Return the roles of a client, and a machine's rights."""
        kept = self._kept.get(uid)
        if may_keep and kept and time.monotonic() - kept[0] < _KEPT_SECONDS:
            return kept[1]
        if dict(client.settings).get("serviceAccountsEnabled"):
            details = Details(rights=await self._rights(uid))
        else:
            roles = await self._admin.read(f"/clients/{uid}/roles", "the list of roles")
            details = Details(roles=frozenset(role["name"] for role in roles or ()))
        self._kept[uid] = (time.monotonic(), details)
        return details

    async def put_client(self, tenant: str, client: Client, *, exists: bool) -> None:
        """Make the client with its mappers, or bring it to what is wanted."""
        what = f"client {client.client_id}"
        if not exists:
            body = _representation(client) | {
                "protocolMappers": [_mapper_body(mapper) for mapper in sorted(client.mappers)]
            }
            await self._admin.create("/clients", body, what)
        seen, uid = await self._ours(tenant, client.client_id)
        if seen.settings != client.settings or (client.secret and seen.secret != client.secret):
            await self._admin.update(f"/clients/{uid}", _representation(client), what)
            # An update gives a client with a service account the realm's scope of that name.
            seen, uid = await self._ours(tenant, client.client_id)
        if seen.mappers != client.mappers:
            await self._replace_mappers(uid, seen, client)
        if seen.scopes - client.scopes:
            await self._remove_scopes(uid, seen.scopes - client.scopes)

    async def delete_client(self, tenant: str, client_id: str) -> None:
        """Delete the client with its roles and its service account, when it is the tenant's."""
        if await self._find(client_id) is None:
            return
        _, uid = await self._ours(tenant, client_id)
        await self._admin.delete(f"/clients/{uid}", f"the deletion of client {client_id}")
        self._ids.pop(client_id, None)
        self._kept.pop(uid, None)

    async def create_role(self, tenant: str, client_id: str, role: str) -> None:
        """Make a role of the client."""
        _, uid = await self._ours(tenant, client_id)
        await self._admin.create(f"/clients/{uid}/roles", {"name": role}, f"role {role}")
        self._kept.pop(uid, None)

    async def delete_role(self, tenant: str, client_id: str, role: str) -> None:
        """Delete a role of the client; whoever has it loses it."""
        if await self._find(client_id) is None:
            return
        _, uid = await self._ours(tenant, client_id)
        path = f"/clients/{uid}/roles/{quote(role, safe='')}"
        await self._admin.delete(path, f"the deletion of role {role}")
        self._kept.pop(uid, None)

    async def set_rights(self, tenant: str, client_id: str, rights: Rights) -> None:
        """Give a machine exactly these roles, and let its tokens carry exactly these."""
        _, uid = await self._ours(tenant, client_id)
        account = await self._account(uid)
        seen = await self._rights(uid)
        what = f"the rights of client {client_id}"
        user = f"/users/{account}/role-mappings"
        await self._change(user, rights.granted - seen.granted, what, is_added=True)
        await self._change(user, seen.granted - rights.granted, what, is_added=False)
        scope = f"/clients/{uid}/scope-mappings"
        await self._change(scope, rights.scoped - seen.scoped, what, is_added=True)
        await self._change(scope, seen.scoped - rights.scoped, what, is_added=False)
        self._kept.pop(uid, None)

    async def _change(
        self, path: str, roles: Iterable[RoleOf], what: str, *, is_added: bool
    ) -> None:
        by_client: defaultdict[str, set[str]] = defaultdict(set)
        for role in roles:
            by_client[role.client].add(role.role)
        for client_id, wanted in sorted(by_client.items()):
            owner = f"/clients/{await self._id(client_id)}" if client_id else ""
            listed = await self._admin.read(f"{owner}/roles", "the list of roles")
            bodies = [
                {"id": role["id"], "name": role["name"]}
                for role in listed or ()
                if role["name"] in wanted
            ]
            if is_added and len(bodies) < len(wanted):
                missing = sorted(wanted - {body["name"] for body in bodies})
                raise DependencyNotReady(f"Keycloak: role {missing[0]} does not exist yet")
            target = f"{path}{owner or '/realm'}"
            if is_added:
                await self._admin.create(target, bodies, what)
            else:
                await self._admin.delete(target, what, bodies)

    async def _rights(self, uid: str) -> Rights:
        granted, scoped = await asyncio.gather(
            self._granted(uid),
            self._admin.read(f"/clients/{uid}/scope-mappings", "a client's scope"),
        )
        return Rights(granted=_roles(granted), scoped=_roles(scoped))

    async def _granted(self, uid: str) -> Any:
        path = f"/users/{await self._account(uid)}/role-mappings"
        return await self._admin.read(path, "a service account's roles")

    async def _account(self, uid: str) -> str:
        path = f"/clients/{uid}/service-account-user"
        account = await self._admin.read(path, "a service account")
        return str(account["id"]) if account else ""

    async def _replace_mappers(self, uid: str, seen: Client, wanted: Client) -> None:
        path, what = f"/clients/{uid}/protocol-mappers/models", "a protocol mapper"
        listed = await self._admin.read(path, what)
        stale = {mapper.name for mapper in seen.mappers - wanted.mappers}
        for raw in listed or ():
            if raw["name"] in stale:
                await self._admin.delete(f"{path}/{raw['id']}", what)
        for mapper in sorted(wanted.mappers - seen.mappers):
            await self._admin.create(path, _mapper_body(mapper), what)

    async def _remove_scopes(self, uid: str, scopes: Collection[str]) -> None:
        listed = await self._admin.read("/client-scopes", "the list of client scopes")
        for scope in listed or ():
            if scope["name"] in scopes:
                for kind in ("default-client-scopes", "optional-client-scopes"):
                    path = f"/clients/{uid}/{kind}/{scope['id']}"
                    await self._admin.delete(path, f"client scope {scope['name']}")

    async def _find(self, client_id: str) -> tuple[Client, str] | None:
        found = await self.clients({client_id})
        return found[0] if found else None

    async def _ours(self, tenant: str, client_id: str) -> tuple[Client, str]:
        """Return a client; its mark may have gone since the plan was made, so it is read again."""
        found = await self._find(client_id)
        if found is None:
            raise DependencyNotReady(f"Keycloak: client {client_id} does not exist yet")
        if found[0].owner != tenant:
            raise NameTaken(f"client {client_id} exists in Keycloak without the mark of {tenant}")
        return found

    async def _id(self, client_id: str) -> str:
        if client_id not in self._ids and await self._find(client_id) is None:
            raise DependencyNotReady(f"Keycloak: client {client_id} does not exist yet")
        return self._ids[client_id]


def _client(raw: dict[str, Any]) -> Client:
    return Client(
        client_id=raw["clientId"],
        owner=(raw.get("attributes") or {}).get(MARK),
        settings=frozenset((flag, bool(raw.get(flag))) for flag in _FLAGS),
        secret=raw.get("secret") or "",
        mappers=frozenset(_mapper(mapper) for mapper in raw.get("protocolMappers") or ()),
        scopes=frozenset(
            [*(raw.get("defaultClientScopes") or ()), *(raw.get("optionalClientScopes") or ())]
        ),
    )


def _mapper(raw: dict[str, Any]) -> Mapper:
    config = {key: str(value) for key, value in (raw.get("config") or {}).items()}
    return Mapper(raw["name"], raw["protocolMapper"], frozenset(config.items()))


def _mapper_body(mapper: Mapper) -> dict[str, Any]:
    return {
        "name": mapper.name,
        "protocol": "openid-connect",
        "protocolMapper": mapper.kind,
        "config": dict(mapper.config),
    }


def _representation(client: Client) -> dict[str, Any]:
    body: dict[str, Any] = {
        "clientId": client.client_id,
        "protocol": "openid-connect",
        "clientAuthenticatorType": "client-secret",
        "attributes": {MARK: client.owner},
        "defaultClientScopes": [],
        "optionalClientScopes": [],
        **dict(client.settings),
    }
    return body | ({"secret": client.secret} if client.secret else {})


def _roles(raw: Any) -> frozenset[RoleOf]:
    raw = raw or {}
    roles = {RoleOf("", role["name"]) for role in raw.get("realmMappings") or ()}
    for client_id, held in (raw.get("clientMappings") or {}).items():
        roles |= {RoleOf(client_id, role["name"]) for role in held["mappings"]}
    return frozenset(roles)
