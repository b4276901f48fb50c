"""HTTP to one server: TLS, deadlines, errors in words. The sole importer of httpx.

Used by the backends whose system speaks HTTP (Keycloak, the schema registry). It decides nothing:
status codes are turned into errors by the caller's own table.
"""

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

import httpx

from inkwell_operator.backends.server import Server
from inkwell_operator.model.errors import (
    AccessDenied,
    Blocked,
    InkwellError,
    Refused,
    Throttled,
    TimedOut,
    Transient,
    Unreachable,
)

_CERTIFICATE: Final = "certificate"

Answer = httpx.Response
"""What a server answered."""


class CertificateRefused(Blocked):
    """The server's certificate is not signed by the authority that is trusted here."""

    reason = AccessDenied.reason


class HttpClient:
    """Requests to one server, through its `Server`."""

    def __init__(self, server: Server, ca_pem: str, *, secret: str = "") -> None:
        """Open no connection yet.

        Args:
            server: paces the requests and gives up on them in time.
            ca_pem: the authority that signed the server's certificate; empty for the system's.
            secret: name of the Secret that holds `ca.crt`, for the message when it does not fit.
        """
        self._server = server
        self._ca_pem = ca_pem
        self._secret = secret
        self._http: httpx.AsyncClient | None = None
        self._is_closed = False

    async def aclose(self) -> None:
        """Close every connection; no request is sent afterwards."""
        self._is_closed = True
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def send(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        login: tuple[str, str] | None = None,
    ) -> Answer:
        """Send one request and return the answer, whatever its status but 429 and 503.

        Args:
            method: such as ``GET``.
            url: whole.
            json: body, sent as JSON.
            form: body, sent as a form.
            parameters: of the query.
            headers: beside the usual ones.
            login: user and password of HTTP Basic authentication.

        Raises:
            TimedOut: no answer in time.
            Unreachable: no connection.
            CertificateRefused: the server's certificate is not trusted.
            Throttled: answered with 429, or with 503 and Retry-After.
        """

        async def request() -> Answer:
            try:
                answer = await self._client.request(
                    method,
                    url,
                    json=json,
                    data=form,
                    params=parameters,
                    headers=headers,
                    auth=httpx.BasicAuth(*login) if login else None,
                )
            except httpx.TimeoutException:
                raise TimedOut(f"{self._server.name} did not answer in time") from None
            except httpx.TransportError as error:
                raise self._transport_error(error) from None
            self._raise_throttled(answer)
            return answer

        return await self._server.call(request)

    def _transport_error(self, error: httpx.TransportError) -> InkwellError:
        if isinstance(error, httpx.ConnectError) and _CERTIFICATE in str(error).lower():
            where = f" of Secret {self._secret}" if self._secret else ""
            return CertificateRefused(
                f"{self._server.name}: its certificate is not trusted; put its authority into "
                f"ca.crt{where}"
            )
        return Unreachable(f"{self._server.name} does not answer")

    def _raise_throttled(self, answer: Answer) -> None:
        wait = _retry_after(answer.headers.get("Retry-After", ""))
        is_throttled = answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
        if is_throttled or (answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE and wait):
            raise Throttled(f"{self._server.name} asked for fewer requests", retry_after=wait)

    @property
    def _client(self) -> httpx.AsyncClient:
        if self._is_closed:
            raise Unreachable(f"{self._server.name}: this connection was given up")
        if self._http is None:
            trust = ssl.create_default_context(cadata=self._ca_pem or None)
            # The server's deadline is the one that counts; this one only ends a lost request.
            self._http = httpx.AsyncClient(verify=trust, timeout=60.0, trust_env=False)
        return self._http


def error_for(
    answer: Answer, message: str, by_status: Mapping[int, type[InkwellError]]
) -> InkwellError:
    """Return the error of an answer that is no success.

    Args:
        answer: the server's.
        message: for the condition, without a full stop.
        by_status: the caller's table; other server errors pass by themselves, other client errors
            are refusals.
    """
    status = answer.status_code
    kind = by_status.get(status)
    if kind is None:
        kind = Unreachable if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Refused
    if issubclass(kind, Transient):
        return kind(message, retry_after=_retry_after(answer.headers.get("Retry-After", "")))
    return kind(message)


def _retry_after(header: str) -> float | None:
    """Return the seconds of a Retry-After header (RFC 9110, 10.2.3); None where it has none."""
    if header.isdigit():
        return float(header)
    try:
        return max((parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None
