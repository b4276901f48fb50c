"""Whose request this is: access tokens, verified by the published keys of the realm."""

import asyncio
import ssl
import time
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import httpx
import jwt
import structlog

from inkwell_api.stage_env import OidcAccess
from inkwell_gateway.problems import ProblemError, unavailable

log = structlog.get_logger(__name__)

ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
)
"""Asymmetric ones alone: a symmetric one would take the public key for a secret."""
LEEWAY_SECONDS: Final = 10
KEYS_FRESH_SECONDS: Final = 300
KEYS_STALE_SECONDS: Final = 3600
"""How long known keys are trusted while the realm does not answer."""
REFRESH_PAUSE_SECONDS: Final = 10
"""Least time between two fetches for unknown keys: tokens with invented key ids cost no more."""
MAX_TOKEN_LENGTH: Final = 16_384
_REQUIRED: Final = ["exp", "iat", "iss", "aud", "sub", "azp"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls.

    Attributes:
        name: login name of the person or service account.
        client: the client that the token was given to (`azp`).
        roles: names of the roles in the tenant's API client.
    """

    name: str
    client: str
    roles: frozenset[str]


def unauthorized(detail: str) -> ProblemError:
    """Return the problem of a token that is absent or not valid."""
    challenge = 'Bearer realm="inkwell", error="invalid_token"'
    return ProblemError(
        HTTPStatus.UNAUTHORIZED, "unauthorized", detail, {"WWW-Authenticate": challenge}
    )


class KeySet:
    """The realm's signing keys, fetched when first needed, then kept.

    An unknown key id asks for a fresh copy.
    """

    def __init__(self, url: str, ca_file: Path) -> None:
        verify = (
            ssl.create_default_context(cafile=str(ca_file)) if url.startswith("https:") else True
        )
        self._url = url
        self._http = httpx.AsyncClient(timeout=5.0, verify=verify)
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = self._asked = float("-inf")
        self._lock = asyncio.Lock()

    async def key(self, key_id: str) -> jwt.PyJWK:
        """Return a key.

        Raises:
            ProblemError: 401 when the realm has no such key, 503 when it cannot be asked.
        """
        if key_id not in self._keys or time.monotonic() - self._fetched > KEYS_FRESH_SECONDS:
            await self._refresh()
        if time.monotonic() - self._fetched > KEYS_STALE_SECONDS:
            raise unavailable("the identity provider does not answer")
        if key_id not in self._keys:
            raise unauthorized("the token is signed by an unknown key")
        return self._keys[key_id]

    async def _refresh(self) -> None:
        async with self._lock:
            if time.monotonic() - self._asked < REFRESH_PAUSE_SECONDS:
                return
            self._asked = time.monotonic()
            try:
                answer = await self._http.get(self._url)
                answer.raise_for_status()
                self._keys = _signing_keys(answer.json())
            except (httpx.HTTPError, ValueError, jwt.PyJWTError) as error:
                log.warning("keys not fetched", kind=type(error).__name__)
                return
            self._fetched = time.monotonic()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def _signing_keys(body: dict[str, Any]) -> dict[str, jwt.PyJWK]:
    keys = {}
    for key in body["keys"]:
        if key.get("use", "sig") == "sig" and key.get("alg") in ALGORITHMS and "kid" in key:
            keys[key["kid"]] = jwt.PyJWK(key)
    return keys


@dataclass(frozen=True, slots=True)
class TokenVerifier:
    """Verifies access tokens by signature, issuer, audience and time."""

    access: OidcAccess
    keys: KeySet

    async def verify(self, token: str) -> Caller:
        """Return who the token speaks for.

        Raises:
            ProblemError: 401 when it is not valid here, 503 when the realm cannot be asked.
        """
        if len(token) > MAX_TOKEN_LENGTH:
            raise unauthorized("the token is too long")
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS or not isinstance(header.get("kid"), str):
                raise unauthorized("the token is not signed as it should be")
            key = await self.keys.key(header["kid"])
            claims = self._claims(token, key, header["alg"])
        except jwt.PyJWTError as error:
            raise unauthorized(f"the token is not valid here ({type(error).__name__})") from error
        return self._caller(claims)

    def _claims(self, token: str, key: jwt.PyJWK, algorithm: str) -> dict[str, Any]:
        if key.algorithm_name != algorithm:
            raise unauthorized("the token is not signed as it should be")
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=self.access.audience,
            issuer=self.access.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": _REQUIRED, "verify_nbf": True},
        )
        return claims

    def _caller(self, claims: dict[str, Any]) -> Caller:
        # Keycloak marks what a token is for: "Bearer" is an access token, "ID" and "Refresh" are
        # not for APIs.
        if claims.get("typ", "Bearer") != "Bearer":
            raise unauthorized("the token is no access token")
        client = claims["azp"]
        access = claims.get("resource_access")
        own = access.get(self.access.audience) if isinstance(access, dict) else None
        roles = own.get("roles") if isinstance(own, dict) else None
        if not isinstance(client, str) or not client:
            raise unauthorized("the token does not say who it was given to")
        return Caller(
            name=str(claims.get("preferred_username") or claims["sub"])[:255].replace("\0", ""),
            client=client,
            roles=frozenset(r for r in roles if isinstance(r, str))
            if isinstance(roles, list)
            else frozenset(),
        )
