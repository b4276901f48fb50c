"""The schema registry's driver (Confluent API over HTTP). Sole importer of httpx in this backend.

Used by `KafkaBackend`. It decides nothing; "already there" and "already gone" are success. The API
has no call that returns many schemas, so what was read of a subject is kept for some minutes and
used where everything is looked at (a resync); a lone reconcile always asks.
"""

import asyncio
import ssl
import time
from collections.abc import Collection
from typing import Any, Final
from urllib.parse import quote

import httpx

from inkwell_operator.backends.kafka.state import Schema
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
from inkwell_operator.model.targets import KafkaTarget

_REQUEST_SECONDS: Final = 20.0
_AT_ONCE: Final = 16
_KEPT_SECONDS: Final = 600.0
_NEED_LOGIN: Final = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)

_BY_STATUS: Final[dict[int, type[InkwellError]]] = {
    401: AccessDenied,
    403: AccessDenied,
    404: NotYetApplied,
    408: TimedOut,
    409: Refused,  # the new schema could not be read with the old one
    422: Refused,
    423: WriteConflict,
    429: Throttled,
}


def translate(response: httpx.Response, what: str) -> InkwellError:
    """Say what to do about an answer that is no success; server errors pass by themselves."""
    kind = _BY_STATUS.get(response.status_code)
    if kind is None:
        kind = Unreachable if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR else Refused
    return kind(f"schema registry: {what} was answered with status {response.status_code}")


class Registry:
    """A connection pool to one registry."""

    def __init__(self, target: KafkaTarget) -> None:
        """Remember where to connect to."""
        admin = target.registry_admin
        self._base = target.registry_url.rstrip("/")
        self._auth = httpx.BasicAuth(admin.username, admin.password)
        self._ca_pem = admin.ca_pem
        self._http: httpx.AsyncClient | None = None
        self._reads_need_login = False
        self._limit = asyncio.Semaphore(_AT_ONCE)
        self._kept: dict[str, tuple[float, Schema]] = {}

    async def aclose(self) -> None:
        """Close every connection."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def subjects(self) -> tuple[str, ...]:
        """Return the names of all subjects."""
        response = await self._ask("GET", "/subjects")
        return tuple(_checked(response, "the list of subjects"))

    async def schemas(self, wanted: Collection[str], *, may_keep: bool) -> dict[str, Schema]:
        """Return what is known of each subject; those that do not exist are left out."""
        found = await asyncio.gather(*(self._schema(name, may_keep=may_keep) for name in wanted))
        return {name: schema for name, schema in zip(wanted, found, strict=True) if schema}

    async def put(self, subject: str, schema: Schema) -> None:
        """Register the schema, then say what may follow it."""
        self._kept.pop(subject, None)
        path = quote(subject, safe="")
        body = {"schema": schema.text, "schemaType": "AVRO"}
        answer = await self._ask("POST", f"/subjects/{path}/versions", body)
        _checked(answer, f"the schema of {subject}")
        rule = {"compatibility": schema.compatibility}
        answer = await self._ask("PUT", f"/config/{path}", rule)
        _checked(answer, f"the compatibility of {subject}")

    async def drop(self, subject: str) -> None:
        """Delete the subject, softly and then for good, as the API wants it."""
        self._kept.pop(subject, None)
        path = quote(subject, safe="")
        for question in ("", "?permanent=true"):
            answer = await self._ask("DELETE", f"/subjects/{path}{question}")
            if answer.status_code != httpx.codes.NOT_FOUND:
                _checked(answer, f"the deletion of {subject}")

    async def _schema(self, subject: str, *, may_keep: bool) -> Schema | None:
        kept = self._kept.get(subject)
        if may_keep and kept and time.monotonic() - kept[0] < _KEPT_SECONDS:
            return kept[1]
        path = quote(subject, safe="")
        async with self._limit:
            newest, rule = await asyncio.gather(
                self._ask("GET", f"/subjects/{path}/versions/latest"),
                self._ask("GET", f"/config/{path}"),
            )
        if newest.status_code == httpx.codes.NOT_FOUND:
            self._kept.pop(subject, None)
            return None
        text = _checked(newest, f"the schema of {subject}")["schema"]
        is_ruled = rule.status_code != httpx.codes.NOT_FOUND
        word = _checked(rule, f"the compatibility of {subject}") if is_ruled else {}
        schema = Schema(text, word.get("compatibilityLevel", ""))
        self._kept[subject] = (time.monotonic(), schema)
        return schema

    async def _ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Ask without a login where that is enough: reads then do not need who checks logins."""
        is_open = method == "GET" and not self._reads_need_login
        answer = await self._send(method, path, body, None if is_open else self._auth)
        if is_open and answer.status_code in _NEED_LOGIN:
            self._reads_need_login = True
            return await self._send(method, path, body, self._auth)
        return answer

    async def _send(
        self, method: str, path: str, body: Any, auth: httpx.BasicAuth | None
    ) -> httpx.Response:
        try:
            return await self._client.request(method, self._base + path, json=body, auth=auth)
        except httpx.TimeoutException:
            raise TimedOut("the schema registry did not answer in time") from None
        except httpx.TransportError:
            raise Unreachable("the schema registry does not answer") from None

    @property
    def _client(self) -> httpx.AsyncClient:
        if self._http is None:
            trust = ssl.create_default_context(cadata=self._ca_pem or None)
            self._http = httpx.AsyncClient(verify=trust, timeout=_REQUEST_SECONDS, trust_env=False)
        return self._http


def _checked(response: httpx.Response, what: str) -> Any:
    if not response.is_success:
        raise translate(response, what)
    return response.json()
