"""What an administrator does to a tenant's clients in Keycloak's console, behind the operator."""

import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from inkwell_operator.backends.keycloak.client import AdminClient


@dataclass
class Console:
    """Changes the clients of one tenant.

    Attributes:
        admin: of the realm.
        tenant: its API client's clientId.
        machine: clientId of a machine, where one is changed.
    """

    admin: AdminClient
    tenant: str
    machine: str
    _groups: list[str] = field(default_factory=list)

    async def client(self, client_id: str) -> dict[str, Any]:
        """Return a client as Keycloak shows it."""
        return (await self.admin.list_clients(clientId=client_id))[0]

    async def update_machine(self, **changes: Any) -> None:
        """Change fields of the machine's client."""
        await self._update(self.machine, **changes)

    async def update_api(self, **changes: Any) -> None:
        """Change fields of the tenant's client."""
        await self._update(self.tenant, **changes)

    async def _update(self, client_id: str, **changes: Any) -> None:
        path = f"/clients/{(await self.client(client_id))['id']}"
        await self.admin.update(path, {"clientId": client_id, **changes}, "client")

    async def remove_machine(self) -> None:
        """Delete the machine's client."""
        await self.admin.delete(await self._path(self.machine), "client")

    async def override_flow(self, binding: str) -> None:
        """Let the machine's client log in by a flow of its own."""
        flows = await self.admin.read("/authentication/flows", "flows")
        flow = next(flow["id"] for flow in flows if flow["alias"] == "direct grant")
        await self.update_machine(authenticationFlowBindingOverrides={binding: flow})

    async def add_mapper(self, name: str, kind: str) -> None:
        """Give the machine's tokens one more claim."""
        body = {"name": name, "protocol": "openid-connect", "protocolMapper": kind, "config": {}}
        await self.admin.create(await self._mappers(), body, "mapper")

    async def change_mapper(self, name: str, config: dict[str, str]) -> None:
        """Change the configuration of a mapper."""
        mapper = await self._mapper(name)
        body = mapper | {"config": mapper["config"] | config}
        await self.admin.update(f"{await self._mappers()}/{mapper['id']}", body, "mapper")

    async def remove_mapper(self, name: str) -> None:
        """Delete a mapper."""
        path = f"{await self._mappers()}/{(await self._mapper(name))['id']}"
        await self.admin.delete(path, "mapper")

    async def add_scope(self, name: str) -> None:
        """Give the machine's client a client scope of the realm."""
        scopes = await self.admin.read("/client-scopes", "scopes")
        scope = next(scope["id"] for scope in scopes if scope["name"] == name)
        path = f"{await self._path(self.machine)}/default-client-scopes/{scope}"
        await self.admin.update(path, None, "scope")

    async def update_account(self, **changes: Any) -> None:
        """Change the machine's service account."""
        account = await self._account()
        await self.admin.update(f"/users/{account['id']}", account | changes, "account")

    async def join_a_group(self) -> None:
        """Put the machine's service account into a new group."""
        name = f"test-{secrets.token_hex(4)}"
        await self.admin.create("/groups", {"name": name}, "group")
        found = await self.admin.read("/groups", "groups", search=name)
        group = found[0]["id"]
        self._groups.append(group)
        account = (await self._account())["id"]
        await self.admin.update(f"/users/{account}/groups/{group}", None, "group")

    async def grant_realm_role(self, name: str) -> None:
        """Give the machine's service account a role of the realm."""
        role = await self._role("", name)
        path = f"/users/{(await self._account())['id']}/role-mappings/realm"
        await self.admin.create(path, [role], "role")

    async def grant(self, name: str) -> None:
        """Give the machine's service account a role of the tenant."""
        await self.admin.create(await self._granted(), [await self._role(self.tenant, name)], "")

    async def revoke(self, name: str) -> None:
        """Take a role of the tenant from the machine's service account."""
        role = await self._role(self.tenant, name)
        await self.admin.delete(await self._granted(), "role", [role])

    async def widen_scope(self, name: str) -> None:
        """Let the machine's tokens carry one more role of the tenant."""
        owner = await self._path(self.tenant)
        path = f"{await self._path(self.machine)}/scope-mappings{owner}"
        await self.admin.create(path, [await self._role(self.tenant, name)], "scope")

    async def add_role(self, name: str) -> None:
        """Make one more role of the tenant's client."""
        await self.admin.create(f"{await self._path(self.tenant)}/roles", {"name": name}, "role")

    async def remove_role(self, name: str) -> None:
        """Delete a role of the tenant's client."""
        path = f"{await self._path(self.tenant)}/roles/{quote(name, safe='')}"
        await self.admin.delete(path, "role")

    async def include(self, name: str, owner: str, included: str) -> None:
        """Let a role of the tenant's client include another role: it becomes composite."""
        role = await self._role(self.tenant, name)
        path = f"/roles-by-id/{role['id']}/composites"
        await self.admin.create(path, [await self._role(owner, included)], "composite")

    async def tidy_up(self) -> None:
        """Delete what was made besides."""
        for group in self._groups:
            await self.admin.delete(f"/groups/{group}", "group")

    async def _path(self, client_id: str) -> str:
        return f"/clients/{(await self.client(client_id))['id']}"

    async def _mappers(self) -> str:
        return f"{await self._path(self.machine)}/protocol-mappers/models"

    async def _mapper(self, name: str) -> dict[str, Any]:
        listed: list[dict[str, Any]] = await self.admin.read(await self._mappers(), "mappers")
        return next(mapper for mapper in listed if mapper["name"] == name)

    async def _account(self) -> dict[str, Any]:
        path = f"{await self._path(self.machine)}/service-account-user"
        account: dict[str, Any] = await self.admin.read(path, "account")
        return account

    async def _granted(self) -> str:
        account = (await self._account())["id"]
        return f"/users/{account}/role-mappings{await self._path(self.tenant)}"

    async def _role(self, owner: str, name: str) -> dict[str, Any]:
        place = await self._path(owner) if owner else ""
        path = f"{place}/roles/{quote(name, safe='')}"
        role: dict[str, Any] = await self.admin.read(path, "role")
        return {"id": role["id"], "name": role["name"]}
