"""HTTP to one server: TLS, deadlines, errors in words. Beside probes the sole importer of httpx.

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

from inkwell_operator.backends.server import LONGEST_PAUSE_SECONDS, Server
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

_CERTIFICATE_WORDS: Final = "unknown certificate"
"""What is said of a refused certificate where TLS gives no words."""

Answer = httpx.Response
"""What a server answered."""


class CertificateRefused(Blocked):
    """The server's certificate is not signed by the authority that is trusted here."""

    reason = AccessDenied.reason


class GivenUp(Transient):
    """The client was closed: its login or address was replaced. It says nothing of the server."""


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
            Unreachable: no connection, or none by TLS.
            CertificateRefused: the server's certificate is not trusted.
            Throttled: answered with 429, or with 503 and Retry-After.
            GivenUp: this client was closed.
        """

        async def request() -> Answer:
            try:
                answer = await self._opened().request(
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
            self._raise_when_throttled(answer)
            return answer

        return await self._server.call(request)

    def _transport_error(self, error: httpx.TransportError) -> InkwellError:
        if self._is_closed:
            return self._given_up()
        match _tls_error(error):
            case ssl.SSLCertVerificationError(verify_message=words):
                return CertificateRefused(
                    f"{self._server.name}: its certificate is not trusted "
                    f"({words or _CERTIFICATE_WORDS}); put its authority into {self._ca_place}, or "
                    "give it a certificate for the address that is called"
                )
            case ssl.SSLError(reason=reason) if isinstance(error, httpx.ConnectError):
                words = (reason or "handshake failure").lower().replace("_", " ")
                return Unreachable(
                    f"{self._server.name}: no TLS connection ({words}); where that stays, name in "
                    "the TenantClass an address at which it speaks TLS"
                )
        return Unreachable(f"{self._server.name} does not answer")

    def _raise_when_throttled(self, answer: Answer) -> None:
        wait = _retry_after(answer.headers.get("Retry-After", ""))
        is_throttled = answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
        if is_throttled or (answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE and wait):
            raise Throttled(f"{self._server.name} asked for fewer requests", retry_after=wait)

    def _opened(self) -> httpx.AsyncClient:
        if self._is_closed:
            raise self._given_up()
        if self._http is None:
            # The server's deadline is the one that counts; this one only ends a lost request.
            self._http = httpx.AsyncClient(verify=self._trust(), timeout=60.0, trust_env=False)
        return self._http

    def _trust(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cadata=self._ca_pem or None)
        except ssl.SSLError:
            raise CertificateRefused(
                f"{self._server.name}: {self._ca_place} holds no certificate; put there, as PEM, "
                "that of the authority which signed the server's"
            ) from None

    def _given_up(self) -> GivenUp:
        return GivenUp(
            f"{self._server.name}: its login or address was replaced meanwhile; the next pass uses "
            "the new one"
        )

    @property
    def _ca_place(self) -> str:
        return f"ca.crt of Secret {self._secret}" if self._secret else "ca.crt of its Secret"


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
    """Return the seconds of a Retry-After header (RFC 9110, 10.2.3); None where it has none.

    A longer pause than `LONGEST_PAUSE_SECONDS` is cut to that.
    """
    if header.isdecimal():
        return min(float(header), LONGEST_PAUSE_SECONDS)
    try:
        seconds = (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(seconds, 0.0), LONGEST_PAUSE_SECONDS)


def _tls_error(error: BaseException) -> ssl.SSLError | None:
    """Return what TLS said, where that is behind an error of httpx."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return cause
        cause = cause.__cause__ or cause.__context__
    return None
