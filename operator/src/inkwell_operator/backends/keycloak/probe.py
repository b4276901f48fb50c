"""Looks whether a machine's token opens anything of the canary's, or of Keycloak itself."""

import base64
import json
import ssl
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import httpx

from inkwell_operator.model.isolation import Canary, Probe, Verdict
from inkwell_operator.model.targets import KeycloakTarget
from inkwell_operator.model.validate import Credential

_SECONDS: Final = 10.0
_CLIENTS: Final = "lists the clients of Keycloak"


async def probe(target: KeycloakTarget, machine: Credential, canary: Canary) -> tuple[Probe, ...]:
    """Try to get a token that the canary's API would take, and to read the realm's clients."""
    audience = f"gets a token for client {canary.client} from Keycloak"
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
            if answer.status_code != HTTPStatus.OK:
                return _unknown(audience)
            token = answer.json()["access_token"]
            listed = await http.get(
                f"{base}/admin/realms/{realm}/clients",
                headers={"Authorization": f"Bearer {token}"},
            )
    except (httpx.HTTPError, ssl.SSLError):
        return _unknown(audience)
    is_read = listed.status_code == HTTPStatus.OK
    return (
        Probe(audience, Verdict.LET_IN if _opens(token, canary.client) else Verdict.REFUSED),
        Probe(_CLIENTS, Verdict.LET_IN if is_read else Verdict.REFUSED),
    )


def _unknown(audience: str) -> tuple[Probe, ...]:
    return (Probe(audience, Verdict.UNKNOWN), Probe(_CLIENTS, Verdict.UNKNOWN))


def _opens(token: str, client: str) -> bool:
    """Say whether a token names a client as its audience, or holds a role of it."""
    body = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    audience = claims.get("aud") or ()
    named = {audience} if isinstance(audience, str) else set(audience)
    return client in named or client in (claims.get("resource_access") or {})
