"""The schema registry's driver (Confluent API over HTTP).

It decides nothing; "already there" and "already gone" are success. The API has no call that returns
many schemas, so what was read of a subject is kept for some minutes and used where everything is
looked at; a lone reconcile always asks.
"""

import asyncio
import time
from collections.abc import Collection
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import quote, urlsplit

from inkwell_operator.backends.http_client import Answer, HttpClient, error_for
from inkwell_operator.backends.kafka.state import Schema
from inkwell_operator.backends.server import Server
from inkwell_operator.model.errors import (
    AccessDenied,
    InkwellError,
    NotYetApplied,
    Refused,
    TimedOut,
    WriteConflict,
)
from inkwell_operator.model.targets import KafkaTarget

_KEPT_SECONDS: Final = 200.0
"""Shorter than the shortest time between two resyncs of a subject, so that each one asks anew."""
_NEED_LOGIN: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)

_BY_STATUS: Final[dict[int, type[InkwellError]]] = {
    404: NotYetApplied,
    408: TimedOut,
    409: Refused,  # the new schema could not be read with the old one
    422: Refused,
    423: WriteConflict,
}


class Registry:
    """The way to one registry."""

    def __init__(self, target: KafkaTarget, server: Server | None = None) -> None:
        """Open no connection yet.

        Args:
            target: where the registry is, and the operator's login there.
            server: what all clients of this registry share; one of its own without it.
        """
        admin = target.registry_admin
        self._base = target.registry_url.rstrip("/")
        self._login = (admin.username, admin.password)
        self._secret = admin.secret or "that the TenantClass names"
        server = server or Server("the schema registry")
        self._http = HttpClient(server, admin.ca_pem, secret=admin.secret)
        self._reads_need_login = False
        self._kept: dict[str, tuple[float, Schema]] = {}

    async def aclose(self) -> None:
        """Close every connection; no call is made afterwards."""
        await self._http.aclose()

    async def subjects(self) -> tuple[str, ...]:
        """Return the names of all subjects."""
        response = await self._ask("GET", "/subjects")
        return tuple(self._checked(response, "the list of subjects"))

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
        self._checked(answer, f"the schema of {subject}")
        rule = {"compatibility": schema.compatibility}
        answer = await self._ask("PUT", f"/config/{path}", rule)
        self._checked(answer, f"the compatibility of {subject}")

    async def drop(self, subject: str) -> None:
        """Delete the subject, softly and then for good, as the API wants it."""
        self._kept.pop(subject, None)
        path = quote(subject, safe="")
        for question in ("", "?permanent=true"):
            answer = await self._ask("DELETE", f"/subjects/{path}{question}")
            if answer.status_code != HTTPStatus.NOT_FOUND:
                self._checked(answer, f"the deletion of {subject}")

    async def _schema(self, subject: str, *, may_keep: bool) -> Schema | None:
        kept = self._kept.get(subject)
        if may_keep and kept and time.monotonic() - kept[0] < _KEPT_SECONDS:
            return kept[1]
        path = quote(subject, safe="")
        newest, rule = await asyncio.gather(
            self._ask("GET", f"/subjects/{path}/versions/latest"),
            self._ask("GET", f"/config/{path}"),
        )
        if newest.status_code == HTTPStatus.NOT_FOUND:
            self._kept.pop(subject, None)
            return None
        text = self._checked(newest, f"the schema of {subject}")["schema"]
        is_ruled = rule.status_code != HTTPStatus.NOT_FOUND
        word = self._checked(rule, f"the compatibility of {subject}") if is_ruled else {}
        schema = Schema(text, word.get("compatibilityLevel", ""))
        self._kept[subject] = (time.monotonic(), schema)
        return schema

    async def _ask(self, method: str, path: str, body: Any = None) -> Answer:
        """Ask without a login where that is enough: reads then do not need who checks logins."""
        url = self._base + path
        if method == "GET" and not self._reads_need_login:
            answer = await self._http.send(method, url)
            if answer.status_code not in _NEED_LOGIN:
                return answer
            self._reads_need_login = True
        if not self._is_private:
            raise Refused(
                f"the schema registry: {self._base} is not encrypted, and whoever is on the way "
                f"could read the login of Secret {self._secret}: give it an address that begins "
                "with https, in the TenantClass too"
            )
        return await self._http.send(method, url, json=body, login=self._login)

    @property
    def _is_private(self) -> bool:
        """Whether nobody on the way can read a login: by TLS, or as it leaves no pod."""
        parts = urlsplit(self._base)
        return parts.scheme == "https" or _is_loopback(parts.hostname or "")

    def _checked(self, answer: Answer, what: str) -> Any:
        if answer.is_success:
            return answer.json()
        if answer.status_code in _NEED_LOGIN:
            raise AccessDenied(
                f"the schema registry: {what} was refused with status {answer.status_code}: put a "
                f"username and password that may write into Secret {self._secret}"
            )
        message = f"the schema registry: {what} was answered with status {answer.status_code}"
        raise error_for(answer, message, _BY_STATUS)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
