"""Keycloak's admin API over HTTP: login, calls, translated errors. Sole importer of httpx here.

Used by `KeycloakBackend`. It decides nothing.
"""

import asyncio
import ssl
import time
from typing import Any, Final
from urllib.parse import quote

import httpx

from inkwell_operator.model.errors import (
    AccessDenied,
    InkwellError,
    NotYetApplied,
    Refused,
    Throttled,
    TimedOut,
    Unreachable,
    WriteConflict,
)
from inkwell_operator.model.targets import KeycloakTarget

_REQUEST_SECONDS: Final = 20.0
_AT_ONCE: Final = 16
_BEFORE_EXPIRY_SECONDS: Final = 20.0

_BY_STATUS: Final[dict[int, type[InkwellError]]] = {
    401: AccessDenied,
    403: AccessDenied,
    404: NotYetApplied,  # what it is about was there a moment ago, or is not there yet
    408: TimedOut,
    409: WriteConflict,
    429: Throttled,
}


def translate(response: httpx.Response, what: str) -> InkwellError:
    """Say what to do about an answer that is no success; server errors pass by themselves."""
    kind = _BY_STATUS.get(response.status_code)
    if kind is None:
        kind = Unreachable if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR else Refused
    return kind(f"Keycloak: {what} was answered with status {response.status_code}")


class AdminClient:
    """Calls of one realm's admin API, with a token that is fetched when needed."""

    def __init__(self, target: KeycloakTarget) -> None:
        """Remember where to log in."""
        self._base = f"{target.url.rstrip('/')}/admin/realms/{quote(target.realm)}"
        self._token_url = (
            f"{target.url.rstrip('/')}/realms/{quote(target.realm)}/protocol/openid-connect/token"
        )
        self._admin = target.admin
        self._http: httpx.AsyncClient | None = None
        self._limit = asyncio.Semaphore(_AT_ONCE)
        self._login = asyncio.Lock()
        self._token = ""
        self._token_ends = 0.0

    async def aclose(self) -> None:
        """Close every connection."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def read(self, path: str, what: str, **parameters: str) -> Any:
        """Return the JSON of a resource, or None when it does not exist."""
        answer = await self._ask("GET", path, parameters=parameters)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        return _checked(answer, what).json()

    async def create(self, path: str, body: Any, what: str) -> None:
        """Make a resource; one that exists is left as it is."""
        answer = await self._ask("POST", path, body)
        if answer.status_code != httpx.codes.CONFLICT:
            _checked(answer, what)

    async def update(self, path: str, body: Any, what: str) -> None:
        """Change a resource."""
        _checked(await self._ask("PUT", path, body), what)

    async def delete(self, path: str, what: str, body: Any = None) -> None:
        """Delete a resource; one that is gone is no error."""
        answer = await self._ask("DELETE", path, body)
        if answer.status_code != httpx.codes.NOT_FOUND:
            _checked(answer, what)

    async def _ask(
        self, method: str, path: str, body: Any = None, parameters: dict[str, str] | None = None
    ) -> httpx.Response:
        async with self._limit:
            answer = await self._send(method, path, body, parameters)
            if answer.status_code == httpx.codes.UNAUTHORIZED:  # the session was ended, perhaps
                self._token = ""
                answer = await self._send(method, path, body, parameters)
            return answer

    async def _send(
        self, method: str, path: str, body: Any, parameters: dict[str, str] | None
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {await self._bearer()}"}
        try:
            return await self._client.request(
                method, self._base + path, json=body, params=parameters, headers=headers
            )
        except httpx.TimeoutException:
            raise TimedOut("Keycloak did not answer in time") from None
        except httpx.TransportError:
            raise Unreachable("Keycloak does not answer") from None

    async def _bearer(self) -> str:
        async with self._login:
            if not self._token or time.monotonic() > self._token_ends:
                began = time.monotonic()
                body = _checked(await self._log_in(), "the operator's login").json()
                self._token = body["access_token"]
                self._token_ends = began + body["expires_in"] - _BEFORE_EXPIRY_SECONDS
            return self._token

    async def _log_in(self) -> httpx.Response:
        login = httpx.BasicAuth(self._admin.username, self._admin.password)
        grant = {"grant_type": "client_credentials"}
        try:
            return await self._client.post(self._token_url, data=grant, auth=login)
        except httpx.TimeoutException:
            raise TimedOut("Keycloak did not answer in time") from None
        except httpx.TransportError:
            raise Unreachable("Keycloak does not answer") from None

    @property
    def _client(self) -> httpx.AsyncClient:
        if self._http is None:
            trust = ssl.create_default_context(cadata=self._admin.ca_pem or None)
            self._http = httpx.AsyncClient(verify=trust, timeout=_REQUEST_SECONDS, trust_env=False)
        return self._http


def _checked(response: httpx.Response, what: str) -> httpx.Response:
    if not response.is_success:
        raise translate(response, what)
    return response
