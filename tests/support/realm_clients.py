"""Clients of the real realm for a test tenant: its API client, and machines with roles."""

import secrets
import ssl
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from typing_extensions import override

from inkwell_local.connection import Connection


@dataclass
class RealmClients:
    """Makes clients, and removes them all at the end."""

    services: Connection
    http: httpx.Client
    made: list[str] = field(default_factory=list)

    def _client(self, client_id: str, **settings: Any) -> str:
        answer = self.http.post(
            "/clients", json={"clientId": client_id, "protocol": "openid-connect", **settings}
        )
        answer.raise_for_status()
        made = answer.headers["Location"].rsplit("/", 1)[1]
        self.made.append(made)
        return made

    def api(self, client_id: str, *roles: str) -> str:
        """Make the API client of a tenant with its roles, and return its internal id."""
        made = self._client(
            client_id, standardFlowEnabled=False, serviceAccountsEnabled=False, bearerOnly=True
        )
        for role in roles:
            self.http.post(f"/clients/{made}/roles", json={"name": role}).raise_for_status()
        return made

    def machine(self, client_id: str, api: str, *roles: str) -> tuple[str, str]:
        """Make a machine that holds roles of an API client, and return its id and secret."""
        secret = secrets.token_urlsafe(24)
        made = self._client(
            client_id,
            secret=secret,
            standardFlowEnabled=False,
            serviceAccountsEnabled=True,
            publicClient=False,
        )
        if roles:
            user = self.http.get(f"/clients/{made}/service-account-user").json()["id"]
            wanted = [self.http.get(f"/clients/{api}/roles/{role}").json() for role in roles]
            path = f"/users/{user}/role-mappings/clients/{api}"
            self.http.post(path, json=wanted).raise_for_status()
        return client_id, secret

    def token(self, machine: tuple[str, str]) -> str:
        """Return an access token of a machine."""
        return _token(self.services, machine)


def _token(services: Connection, login: tuple[str, str]) -> str:
    realm = f"{services.keycloak_url}/realms/{services.keycloak_realm}"
    context = ssl.create_default_context(cafile=str(services.ca_file))
    answer = httpx.post(
        f"{realm}/protocol/openid-connect/token",
        data={"grant_type": "client_credentials"},
        auth=login,
        verify=context,
        timeout=30,
    )
    answer.raise_for_status()
    return str(answer.json()["access_token"])


class _Administrator(httpx.Auth):
    """Gets a token for each request: a session of tests outlives any."""

    def __init__(self, services: Connection) -> None:
        self._services = services

    @override
    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        login = self._services.keycloak.administrator
        token = _token(self._services, (login.name, login.password))
        request.headers["Authorization"] = f"Bearer {token}"
        yield request


@contextmanager
def opened(services: Connection) -> Iterator[RealmClients]:
    context = ssl.create_default_context(cafile=str(services.ca_file))
    with httpx.Client(
        base_url=f"{services.keycloak_url}/admin/realms/{services.keycloak_realm}",
        auth=_Administrator(services),
        verify=context,
        timeout=30,
    ) as http:
        clients = RealmClients(services, http)
        try:
            yield clients
        finally:
            for made in clients.made:
                http.delete(f"/clients/{made}").raise_for_status()
