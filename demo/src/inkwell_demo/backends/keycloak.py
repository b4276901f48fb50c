"""Clients and roles of a tenant in Keycloak."""

from dataclasses import dataclass

import httpx

from inkwell_demo.backends.login import Login
from inkwell_demo.client.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Client:
    """A client with the names of its roles."""

    client_id: str
    roles: tuple[str, ...]


def clients(login: Login, realm: str, tenant: str) -> tuple[Client, ...]:
    """List the tenant's own client and those of its pipelines."""
    base = f"https://{login.host}:{login.port}"
    url = f"{base}/realms/{realm}/protocol/openid-connect/token"
    trust = login.trust()
    token = Tokens(url, login.username, login.password, trust).current()
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(
        base_url=f"{base}/admin/realms/{realm}", headers=headers, verify=trust, timeout=30
    ) as http:
        answer = http.get("/clients", params={"clientId": tenant, "search": "true", "max": 200})
        found = [
            client
            for client in answer.raise_for_status().json()
            if client["clientId"] == tenant or client["clientId"].startswith(f"{tenant}.")
        ]
        return tuple(
            Client(client["clientId"], _roles(http, client["id"]))
            for client in sorted(found, key=lambda client: str(client["clientId"]))
        )


def _roles(http: httpx.Client, internal_id: str) -> tuple[str, ...]:
    roles = http.get(f"/clients/{internal_id}/roles").raise_for_status().json()
    return tuple(sorted(role["name"] for role in roles))
