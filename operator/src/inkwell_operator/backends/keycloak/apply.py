"""Writes of a realm, one action each. Whatever is written to is looked at once more before.

Used by `KeycloakBackend`. The mark of a client may have gone since the plan was made, so a write
that finds it to be another's raises instead.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from inkwell_operator.backends.keycloak.actions import (
    Action,
    CreateRole,
    DeleteClient,
    DeleteRole,
    EmptyRole,
    PutClient,
    SetRights,
)
from inkwell_operator.backends.keycloak.changes import client_changes, map_roles
from inkwell_operator.backends.keycloak.client import AdminClient
from inkwell_operator.backends.keycloak.observe import Found, Reader
from inkwell_operator.backends.keycloak.state import Client, Mapper, RoleOf, mark_attributes
from inkwell_operator.model.errors import AccessDenied, DependencyNotReady, NameTaken
from inkwell_operator.model.ownership import Claim, Ownership, judge, may_remove


class Writer:
    """Writes to one realm."""

    def __init__(self, admin: AdminClient, reader: Reader) -> None:
        """Write by `admin`, look by `reader`."""
        self._admin = admin
        self._reader = reader

    async def apply(self, action: Action) -> None:
        """Carry out one action. Raises NameTaken when the client is another's by now."""
        match action:
            case PutClient():
                await self._put_client(action)
            case DeleteClient():
                await self._delete_client(action)
            case CreateRole(claim, client_id, role):
                uid = (await self._ours(claim, client_id)).uid
                await self._admin.create(f"/clients/{uid}/roles", {"name": role}, f"role {role}")
            case DeleteRole(claim, client_id, role):
                await self._delete_role(claim, client_id, role)
            case EmptyRole():
                await self._empty_role(action)
            case SetRights():
                await self._set_rights(action)

    async def _put_client(self, action: PutClient) -> None:
        wanted, what = action.client, f"client {action.client.client_id}"
        if not action.exists:
            await self._admin.create("/clients", _representation(wanted, None), what)
        found = await self._ours(action.claim, wanted.client_id)
        if client_changes(wanted, found.client):
            body = _representation(wanted, found.client)
            await self._admin.update(f"/clients/{found.uid}", body, what)
            # An update gives a client with a service account the realm's scope of that name.
            found = await self._ours(action.claim, wanted.client_id)
        if found.client.scopes - wanted.scopes:
            await self._remove_scopes(found.uid, found.client.scopes - wanted.scopes)

    async def _delete_client(self, action: DeleteClient) -> None:
        found = await self._reader.client(action.client_id)
        if found is None:
            return
        erases = action.erases and judge(action.claim, found.client.mark) is Ownership.ERASE
        if not erases and not may_remove(action.claim, found.client.mark):
            raise _taken(action.claim, action.client_id)
        what = f"the deletion of client {action.client_id}"
        await self._admin.delete(f"/clients/{found.uid}", what)

    async def _delete_role(self, claim: Claim, client_id: str, role: str) -> None:
        if await self._reader.client(client_id) is None:
            return
        uid = (await self._ours(claim, client_id)).uid
        path = f"/clients/{uid}/roles/{quote(role, safe='')}"
        await self._admin.delete(path, f"the deletion of role {role}")

    async def _empty_role(self, action: EmptyRole) -> None:
        uid = (await self._ours(action.claim, action.client_id)).uid
        role = await self._role(uid, action.role)
        found = await self._reader.included(role["id"])
        included = {role: _reference(raw) for role, raw in found.items() if role in action.includes}
        path = f"/roles-by-id/{role['id']}/composites"
        where = f"role {action.role} of client {action.client_id}"
        await self._take(path, included, where)

    async def _set_rights(self, action: SetRights) -> None:
        uid = (await self._ours(action.claim, action.client_id)).uid
        account, found = await asyncio.gather(self._reader.account(uid), self._reader.rights(uid))
        if account is None or found is None:
            raise DependencyNotReady(
                f"Keycloak: client {action.client_id} has no service account yet"
            )
        wanted, what = action.rights, f"the rights of client {action.client_id}"
        if found.is_enabled != wanted.is_enabled:
            body = account | {"enabled": wanted.is_enabled}
            await self._admin.update(f"/users/{account['id']}", body, what)
        await self._leave_groups(account["id"], found.groups - wanted.groups, what)
        user = f"/users/{account['id']}/role-mappings"
        await self._change(user, wanted.granted - found.granted, what, is_added=True)
        await self._change(user, found.granted - wanted.granted, what, is_added=False)
        scope = f"/clients/{uid}/scope-mappings"
        await self._change(scope, wanted.scoped - found.scoped, what, is_added=True)
        await self._change(scope, found.scoped - wanted.scoped, what, is_added=False)

    async def _leave_groups(self, account_id: str, paths: Collection[str], what: str) -> None:
        for group in await self._reader.groups(account_id) if paths else ():
            if group["path"] in paths:
                await self._admin.delete(f"/users/{account_id}/groups/{group['id']}", what)

    async def _change(
        self, path: str, roles: Iterable[RoleOf], what: str, *, is_added: bool
    ) -> None:
        by_client: defaultdict[str, set[str]] = defaultdict(set)
        for role in roles:
            by_client[role.client].add(role.role)
        for client_id, wanted in sorted(by_client.items()):
            owner = f"/clients/{await self._uid(client_id)}" if client_id else ""
            listed = await self._admin.read(f"{owner}/roles", "the list of roles")
            bodies = {
                RoleOf(client_id, raw["name"]): _reference(raw)
                for raw in listed or ()
                if raw["name"] in wanted
            }
            missing = sorted(wanted - {role.role for role in bodies})
            if is_added and missing:
                raise DependencyNotReady(f"Keycloak: role {missing[0]} does not exist yet")
            target = f"{path}{owner or '/realm'}"
            if is_added:
                await self._admin.create(target, list(bodies.values()), what)
            else:
                await self._take(target, bodies, what)

    async def _take(self, path: str, roles: Mapping[RoleOf, dict[str, str]], where: str) -> None:
        """Take roles away, one by one: Keycloak lets nobody take one mightier than his own."""
        denied = set()
        for role, body in roles.items():
            try:
                await self._admin.delete(path, where, [body])
            except AccessDenied:
                denied.add(role)
        if denied:
            raise AccessDenied(
                f"Keycloak: {where}: remove {', '.join(sorted(map_roles(denied)))} in Keycloak's "
                "console: the operator's own login is not mighty enough to take that away"
            )

    async def _remove_scopes(self, uid: str, scopes: Collection[str]) -> None:
        listed = await self._admin.read("/client-scopes", "the list of client scopes")
        for scope in listed or ():
            if scope["name"] in scopes:
                for kind in ("default-client-scopes", "optional-client-scopes"):
                    path = f"/clients/{uid}/{kind}/{scope['id']}"
                    await self._admin.delete(path, f"client scope {scope['name']}")

    async def _ours(self, claim: Claim, client_id: str) -> Found:
        found = await self._reader.client(client_id)
        if found is None:
            raise _missing(client_id)
        mark = found.client.mark
        if not judge(claim, mark).is_ours and not may_remove(claim, mark):
            raise _taken(claim, client_id)
        return found

    async def _uid(self, client_id: str) -> str:
        found = await self._reader.client(client_id)
        if found is None:
            raise _missing(client_id)
        return found.uid

    async def _role(self, uid: str, role: str) -> dict[str, Any]:
        path = f"/clients/{uid}/roles/{quote(role, safe='')}"
        found: dict[str, Any] | None = await self._admin.read(path, f"role {role}")
        if found is None:
            raise DependencyNotReady(f"Keycloak: role {role} does not exist yet")
        return found


def _missing(client_id: str) -> DependencyNotReady:
    return DependencyNotReady(f"Keycloak: client {client_id} does not exist yet")


def _taken(claim: Claim, client_id: str) -> NameTaken:
    return NameTaken(
        f"client {client_id} in Keycloak lost the mark of Tenant {claim.mark.tenant} of this "
        "installation since it was planned; it was left alone"
    )


def _reference(role: Mapping[str, Any]) -> dict[str, str]:
    return {"id": role["id"], "name": role["name"]}


def _representation(client: Client, found: Client | None) -> dict[str, Any]:
    """Return a client as Keycloak takes it; empty values remove what `found` has besides."""
    marks = mark_attributes(client.mark) if client.mark else {}
    unset = dict.fromkeys(found.attributes, "") if found else {}
    overrides = dict.fromkeys(found.flow_overrides, "") if found else {}
    body: dict[str, Any] = {
        **client.settings,
        "clientId": client.client_id,
        "attributes": {**unset, **client.attributes, **marks},
        "authenticationFlowBindingOverrides": {**overrides, **client.flow_overrides},
        "protocolMappers": [_mapper_body(mapper) for mapper in sorted(client.mappers)],
        "defaultClientScopes": sorted(client.scopes),
        "optionalClientScopes": [],
    }
    return body | ({"secret": client.secret} if client.secret else {})


def _mapper_body(mapper: Mapper) -> dict[str, Any]:
    return {
        "name": mapper.name,
        "protocol": "openid-connect",
        "protocolMapper": mapper.kind,
        "config": dict(mapper.config),
    }
