"""Keycloak's admin API over HTTP: login, calls, answers turned into errors.

Used by `observe` and `apply`. It decides nothing.
"""

import asyncio
import base64
import binascii
import json
import time
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from inkwell_operator.backends.http_client import Answer, HttpClient, error_for
from inkwell_operator.backends.server import Server
from inkwell_operator.model.errors import (
    AccessDenied,
    DependencyNotReady,
    InkwellError,
    NotYetApplied,
    TimedOut,
    WriteConflict,
)
from inkwell_operator.model.targets import KeycloakTarget
from inkwell_operator.model.validate import Credential

_BEFORE_EXPIRY_SECONDS: Final = 20.0
_REALM_MANAGEMENT: Final = "realm-management"
_ROLES_NEEDED: Final = frozenset(
    {
        "manage-clients",
        "view-clients",
        "query-clients",
        "manage-users",
        "view-users",
        "view-realm",
    }
)
"""Roles of realm-management without which the operator cannot do its work."""

_BY_STATUS: Final[dict[int, type[InkwellError]]] = {
    401: AccessDenied,
    403: AccessDenied,
    404: NotYetApplied,  # what it is about was there a moment ago, or is not there yet
    408: TimedOut,
    409: WriteConflict,
}


class AdminClient:
    """Calls of one realm's admin API, with a token that is fetched when needed."""

    def __init__(self, target: KeycloakTarget, server: Server | None = None) -> None:
        """Open no connection yet.

        Args:
            target: where the realm is, and the operator's login there.
            server: what all clients of this Keycloak share; one of its own without it.
        """
        url = target.url.rstrip("/")
        self._target = target
        self._base = f"{url}/admin/realms/{quote(target.realm)}"
        self._token_url = f"{url}/realms/{quote(target.realm)}/protocol/openid-connect/token"
        self._http = HttpClient(
            server or Server("Keycloak"), target.admin.ca_pem, secret=target.admin.secret
        )
        self._login = asyncio.Lock()
        self._token = ""
        self._token_ends = 0.0

    async def aclose(self) -> None:
        """Close every connection; no call is made afterwards."""
        await self._http.aclose()

    async def list_clients(self, **parameters: str) -> list[dict[str, Any]]:
        """Return the clients of the realm that the parameters name, each as a whole.

        Raises:
            AccessDenied: the login may see that there are clients, and not what they are.
            DependencyNotReady: the realm does not exist.
        """
        listed = await self.read("/clients", "the list of clients", **parameters)
        if listed is None:
            raise self._realm_missing()
        if any("enabled" not in client for client in listed):
            raise self._denied("the list of clients was answered without what is in them")
        found: list[dict[str, Any]] = listed
        return found

    async def read(self, path: str, what: str, **parameters: str) -> Any:
        """Return the JSON of a resource, or None when it does not exist."""
        answer = await self._call("GET", path, parameters=parameters)
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return None
        return self._content(self._checked(answer, what))

    async def create(self, path: str, body: Any, what: str) -> None:
        """Make a resource; one that exists is left as it is."""
        answer = await self._call("POST", path, body)
        if answer.status_code != HTTPStatus.CONFLICT:
            self._checked(answer, what)

    async def update(self, path: str, body: Any, what: str) -> None:
        """Change a resource."""
        self._checked(await self._call("PUT", path, body), what)

    async def delete(self, path: str, what: str, body: Any = None) -> None:
        """Delete a resource; one that is gone is no error."""
        answer = await self._call("DELETE", path, body)
        if answer.status_code != HTTPStatus.NOT_FOUND:
            self._checked(answer, what)

    async def token_of(self, machine: Credential) -> str:
        """Return an access token that a machine of the realm is given.

        Raises:
            AccessDenied: Keycloak does not take its secret.
        """
        answer = await self._grant(machine.principal, machine.password)
        if answer.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED}:
            raise AccessDenied(f"Keycloak: client {machine.principal} could not log in")
        body = self._content(self._checked(answer, f"the login of client {machine.principal}"))
        token = body.get("access_token") if isinstance(body, dict) else None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise self._no_keycloak()
        return token

    async def _call(
        self, method: str, path: str, body: Any = None, parameters: dict[str, str] | None = None
    ) -> Answer:
        answer = await self._send(method, path, body, parameters)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:  # an admin may have ended the session
            self._token = ""
            answer = await self._send(method, path, body, parameters)
        return answer

    async def _send(
        self, method: str, path: str, body: Any, parameters: dict[str, str] | None
    ) -> Answer:
        headers = {"Authorization": f"Bearer {await self._bearer()}"}
        return await self._http.send(
            method, self._base + path, json=body, parameters=parameters, headers=headers
        )

    async def _bearer(self) -> str:
        async with self._login:
            if not self._token or time.monotonic() > self._token_ends:
                began = time.monotonic()
                body = await self._log_in()
                self._token = body["access_token"]
                self._token_ends = began + body["expires_in"] - _BEFORE_EXPIRY_SECONDS
            return self._token

    async def _log_in(self) -> dict[str, Any]:
        admin = self._target.admin
        answer = await self._grant(admin.username, admin.password)
        if answer.status_code == HTTPStatus.NOT_FOUND:
            raise self._realm_missing()
        if answer.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED}:
            raise AccessDenied(
                f"Keycloak: client {admin.username} could not log in at realm {self._target.realm}:"
                " it must exist there, be enabled with a service account, and have the secret that"
                f" stands in Secret {admin.secret or 'that the TenantClass names'}"
            )
        body = self._content(self._checked(answer, "the operator's login"))
        if not isinstance(body, dict) or not {"access_token", "expires_in"} <= body.keys():
            raise self._no_keycloak()
        return body

    def _content(self, answer: Answer) -> Any:
        try:
            return answer.json()
        except ValueError:
            raise self._no_keycloak() from None

    def _no_keycloak(self) -> DependencyNotReady:
        return DependencyNotReady(
            f"Keycloak: what answers at {self._target.url} is no Keycloak: name its address in the "
            "TenantClass"
        )

    async def _grant(self, client_id: str, secret: str) -> Answer:
        return await self._http.send(
            "POST",
            self._token_url,
            form={"grant_type": "client_credentials"},
            login=(client_id, secret),
        )

    def _checked(self, answer: Answer, what: str) -> Answer:
        if answer.is_success:
            return answer
        if answer.status_code == HTTPStatus.FORBIDDEN:
            raise self._denied(f"{what} was refused")
        message = f"Keycloak: {what} was answered with status {answer.status_code}"
        raise error_for(answer, message, _BY_STATUS)

    def _realm_missing(self) -> DependencyNotReady:
        return DependencyNotReady(
            f"Keycloak: realm {self._target.realm} does not exist at {self._target.url}: create it,"
            " or name another in the TenantClass"
        )

    def _denied(self, what: str) -> AccessDenied:
        missing = sorted(_ROLES_NEEDED - _roles_of_management(self._token))
        lack = f"lacks {', '.join(missing)} of" if missing else "needs more rights than it has by"
        return AccessDenied(
            f"Keycloak: {what}: the service account of client {self._target.admin.username} in "
            f"realm {self._target.realm} {lack} client {_REALM_MANAGEMENT}; give it these roles"
        )


def _roles_of_management(token: str) -> frozenset[str]:
    """Return the roles of realm-management in a token; all that are needed where it is opaque.

    The token is the operator's own and comes straight from Keycloak, so nothing is verified.
    """
    try:
        part = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, binascii.Error, ValueError):
        return _ROLES_NEEDED
    held = claims.get("resource_access", {}).get(_REALM_MANAGEMENT, {}).get("roles", ())
    return frozenset(held)
