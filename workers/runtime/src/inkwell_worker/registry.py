"""The schema registry, read only: which schema has this id, which id has a topic's newest schema.

Reads are anonymous and workers never register, so two GETs are all that is needed; confluent-
kafka's own client would bring its OAuth packages into every image.
"""

import json
import ssl
import threading
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
from fastavro import parse_schema
from fastavro.types import Schema

from inkwell_worker.stage import Retryable, Unavailable

_TIMEOUT = httpx.Timeout(10.0)


class SchemaRegistry:
    """Reads schemas and caches them: the schema of an id never changes.

    A newer schema of a topic is used after a restart only.
    """

    def __init__(self, url: str, ca_file: Path) -> None:
        """Prepare; nothing is asked yet. `url` ends before ``/schemas`` and ``/subjects``."""
        verify = (
            ssl.create_default_context(cafile=str(ca_file)) if url.startswith("https:") else True
        )
        self._http = httpx.Client(base_url=url.rstrip("/"), timeout=_TIMEOUT, verify=verify)
        self._by_id: dict[int, Schema] = {}
        self._newest: dict[str, tuple[int, Schema]] = {}
        self._lock = threading.Lock()

    def schema(self, schema_id: int) -> Schema:
        """Return the parsed schema of an id.

        Raises:
            Retryable: ``unknown-schema``.
            Unavailable: the registry is away.
        """
        with self._lock:
            if schema_id not in self._by_id:
                self._by_id[schema_id] = _parsed(self._get(f"/schemas/ids/{schema_id}"))
            return self._by_id[schema_id]

    def newest(self, subject: str) -> tuple[int, Schema]:
        """Return id and parsed schema that records of a subject are written with.

        Raises:
            Unavailable: the registry is away, or the operator has not registered the subject yet.
        """
        with self._lock:
            if subject not in self._newest:
                try:
                    body = self._get(f"/subjects/{subject}/versions/latest")
                except Retryable as error:
                    cause = "schema-not-registered"
                    raise Unavailable(cause, f"the registry has no subject {subject}") from error
                self._newest[subject] = (int(body["id"]), _parsed(body))
            return self._newest[subject]

    def _get(self, path: str) -> dict[str, Any]:
        try:
            answer = self._http.get(path)
        except httpx.HTTPError as error:
            cause = "registry-away"
            raise Unavailable(
                cause, f"the schema registry does not answer ({type(error).__name__})"
            ) from error
        if answer.status_code == HTTPStatus.NOT_FOUND:
            cause = "unknown-schema"
            raise Retryable(cause, "the schema registry does not know the record's schema")
        if answer.status_code != HTTPStatus.OK:
            cause = "registry-away"
            raise Unavailable(cause, f"the schema registry answers {answer.status_code}")
        body: dict[str, Any] = answer.json()
        return body

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def _parsed(body: dict[str, Any]) -> Schema:
    return parse_schema(json.loads(body["schema"]))
