"""Looks whether a machine's token opens anything of the canary's, or of Keycloak itself."""

import base64
import json
import ssl
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import httpx

from inkwell_api import names
from inkwell_operator.model.isolation import Canary, Probe, Verdict
from inkwell_operator.model.targets import KeycloakTarget
from inkwell_operator.model.validate import Credential

_SECONDS: Final = 10.0
_CLIENTS: Final = "lists the clients of Keycloak"
_OWN_ACCOUNT: Final = "account"
"""Keycloak's client by which each user reads and changes what is his own; it is no tenant's."""
_VERDICTS: Final[dict[int, Verdict]] = {
    HTTPStatus.OK: Verdict.LET_IN,
    HTTPStatus.FORBIDDEN: Verdict.REFUSED,
}
"""Any other status (busy, moved, a token that is not taken) tells nothing of rights."""


async def probe(target: KeycloakTarget, machine: Credential, canary: Canary) -> tuple[Probe, ...]:
    """Try to get a token that the canary's API would take, and to read the realm's clients."""
    base = target.url.rstrip("/")
    realm = quote(target.realm)
    try:
        trust = ssl.create_default_context(cadata=target.admin.ca_pem or None)
        async with httpx.AsyncClient(verify=trust, timeout=_SECONDS, trust_env=False) as http:
            answer = await http.post(
                f"{base}/realms/{realm}/protocol/openid-connect/token",
                data={"grant_type": "client_credentials", "audience": canary.client},
                auth=httpx.BasicAuth(machine.principal, machine.password),
            )
            token = _token(answer)
            if token is None:
                return _unknown(canary)
            listed = await http.get(
                f"{base}/admin/realms/{realm}/clients",
                headers={"Authorization": f"Bearer {token}"},
            )
    except (httpx.HTTPError, ssl.SSLError):
        return _unknown(canary)
    clients = Probe(_CLIENTS, _VERDICTS.get(listed.status_code, Verdict.UNKNOWN))
    return _audience(token, machine, canary), clients


def _unknown(canary: Canary) -> tuple[Probe, ...]:
    return Probe(_gets(canary.client), Verdict.UNKNOWN), Probe(_CLIENTS, Verdict.UNKNOWN)


def _gets(client: str) -> str:
    return f"gets a token for client {client} from Keycloak"


def _token(answer: httpx.Response) -> str | None:
    """Return the token that an answer holds, or None where it holds none."""
    if answer.status_code != HTTPStatus.OK:
        return None
    try:
        body = answer.json()
    except ValueError:
        return None
    token = body.get("access_token") if isinstance(body, dict) else None
    return token if isinstance(token, str) and token.isascii() and token.isprintable() else None


def _audience(token: str, machine: Credential, canary: Canary) -> Probe:
    """Judge for whom a token is: for the API of the machine's own tenant, and nobody else."""
    named = _named(token)
    if named is None:
        return Probe(_gets(canary.client), Verdict.UNKNOWN)
    own = names.api_client(machine.principal.partition(".")[0])
    if others := named - {own, _OWN_ACCOUNT}:
        return Probe(_gets(", ".join(sorted(others))), Verdict.LET_IN)
    return Probe(_gets(canary.client), Verdict.REFUSED)


def _named(token: str) -> set[str] | None:
    """Return the clients that a token is for or holds a role of; None where it cannot be read."""
    try:
        _, body, _ = token.split(".")
        claims: Any = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        audience = claims.get("aud") or ()
        named = {audience} if isinstance(audience, str) else set(audience)
        return {str(one) for one in named.union(claims.get("resource_access") or ())}
    except (ValueError, TypeError, AttributeError):
        return None
