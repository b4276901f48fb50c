"""Brings another tenant's token to a tenant's API, and none at all: both have to be refused.

The answer comes from a tenant's namespace and is believed in nothing but its status and its type.
"""

import asyncio
from http import HTTPStatus
from typing import Final

import httpx

from inkwell_operator.model.isolation import Probe, Verdict

_SECONDS: Final = 10.0
_CONNECTS: Final = 3
"""Tries to open a connection: nodes hear of a new pod some moments after it is ready."""
_PATH: Final = "/v1/pipelines/inkwell/documents"
"""Of a reserved name, which no pipeline has: a gateway that opens shows nothing of a customer's."""
_PROBLEM: Final = "application/problem+json"
_BELIEVED: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
"""What a gateway says of a role or a pipeline, once it has believed who calls."""


async def probe(
    address: str, tenant: str, token: str, transport: httpx.AsyncBaseTransport | None = None
) -> tuple[Probe, ...]:
    """Call a tenant's API as another tenant, and as nobody.

    Args:
        address: of the tenant's gateway.
        tenant: whose API it is.
        token: of another tenant; empty where there is none, and then nothing is known of it.
        transport: what carries the requests, where it is not the network.
    """
    with_token = f"is believed by the API of tenant {tenant}"
    if not token:
        foreign = Verdict.UNKNOWN
    else:
        foreign = await _call(address, {"Authorization": f"Bearer {token}"}, transport)
    nobody = await _call(address, {}, transport)
    return Probe(with_token, foreign), Probe(f"{with_token} without a token", nobody)


async def _call(
    address: str, headers: dict[str, str], transport: httpx.AsyncBaseTransport | None
) -> Verdict:
    """Send one request, and judge what is answered before any of its body is read."""
    limits = httpx.Limits(max_connections=1)
    carrier = transport or httpx.AsyncHTTPTransport(limits=limits, retries=_CONNECTS - 1)
    try:
        async with (
            asyncio.timeout(_SECONDS),
            httpx.AsyncClient(transport=carrier, timeout=_SECONDS, trust_env=False) as http,
            http.stream("GET", f"{address}{_PATH}", headers=headers) as answer,
        ):
            return _verdict(answer)
    except (httpx.HTTPError, TimeoutError):
        return Verdict.UNKNOWN


def _verdict(answer: httpx.Response) -> Verdict:
    """Judge an answer.

    A gateway looks at the token first. What it says of anything else, it says to somebody whom it
    has believed; a refusal of something that stands before it is one.
    """
    status = answer.status_code
    is_the_gateways = answer.headers.get("content-type", "").startswith(_PROBLEM)
    if answer.is_success or (is_the_gateways and status in _BELIEVED):
        return Verdict.LET_IN
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return Verdict.REFUSED
    return Verdict.UNKNOWN
