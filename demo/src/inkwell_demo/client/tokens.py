"""Gets a token by client credentials (RFC 6749, 4.4) and renews it before it ends."""

import ssl
import threading
import time
from dataclasses import dataclass, field
from typing import Final

import httpx

_EARLIER_SECONDS: Final = 20.0
"""A token is renewed so long before its end, so that none runs out on its way."""


class TokenError(PermissionError):
    """Keycloak gave no token; the message holds its error code and no secret."""


@dataclass(slots=True)
class Tokens:
    """The tokens of one client; safe to use from several threads.

    Attributes:
        url: the token endpoint.
        client_id: who asks.
        client_secret: and proves it.
        trust: TLS context for the endpoint.
        transport: how requests travel, when not over the network.
    """

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    trust: ssl.SSLContext
    transport: httpx.BaseTransport | None = None
    _token: str = field(default="", repr=False)
    _ends: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def current(self) -> str:
        """Return a token that is good for some time yet.

        Raises:
            TokenError: Keycloak refused.
        """
        with self._lock:
            if time.monotonic() >= self._ends - _EARLIER_SECONDS:
                self._token, seconds = self._fetch()
                self._ends = time.monotonic() + seconds
            return self._token

    def forget(self) -> None:
        """Throw the present token away, so that the next one is asked for anew."""
        with self._lock:
            self._ends = 0.0

    def _fetch(self) -> tuple[str, float]:
        with httpx.Client(verify=self.trust, timeout=30, transport=self.transport) as http:
            answer = http.post(
                self.url,
                data={"grant_type": "client_credentials"},
                auth=httpx.BasicAuth(self.client_id, self.client_secret),
            )
        if answer.status_code != httpx.codes.OK:
            kind = answer.headers.get("content-type", "")
            reason = answer.json().get("error", "") if "json" in kind else ""
            msg = f"no token for {self.client_id}: HTTP {answer.status_code} {reason}".rstrip()
            raise TokenError(msg)
        body = answer.json()
        return str(body["access_token"]), float(body["expires_in"])
