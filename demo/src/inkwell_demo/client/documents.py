"""Talks to a tenant's gateway about the documents of one pipeline."""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import quote

import httpx

from inkwell_api.document import DocumentState
from inkwell_demo.client.machine import Machine
from inkwell_demo.client.problems import Problem
from inkwell_demo.client.tokens import Tokens
from inkwell_demo.waiting import until

FINAL: Final = frozenset(
    {DocumentState.ARCHIVED, DocumentState.NEEDS_REVIEW, DocumentState.FAILED, DocumentState.ERASED}
)
"""States in which the pipeline has done its part."""


@dataclass(frozen=True, slots=True)
class Status:
    """Where a document stands.

    Attributes:
        document_id: UUID.
        state: the current one.
        history: each state with the time it was reached, oldest first.
        cause: why it failed, or empty.
        detail: a sentence about the failure, or empty.
        body: everything that the gateway says.
    """

    document_id: str
    state: DocumentState
    history: tuple[tuple[DocumentState, str], ...]
    cause: str
    detail: str
    body: dict[str, Any]

    @property
    def is_final(self) -> bool:
        """Whether the pipeline has done its part."""
        return self.state in FINAL

    @classmethod
    def of(cls, body: dict[str, Any]) -> Self:
        """Read the gateway's answer."""
        failure = body.get("failure") or {}
        return cls(
            document_id=body["document_id"],
            state=DocumentState(body["state"]),
            history=tuple(
                (DocumentState(entry["state"]), entry["occurred_at"])
                for entry in body.get("history", [])
            ),
            cause=failure.get("cause") or "",
            detail=failure.get("detail") or "",
            body=body,
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one document of several that were uploaded at once.

    Attributes:
        name: file name.
        document_id: UUID; empty when it was refused.
        problem: why it was refused, or None.
    """

    name: str
    document_id: str
    problem: Problem | None

    @classmethod
    def of(cls, item: dict[str, Any]) -> Self:
        """Read one entry of the gateway's answer."""
        problem = item.get("problem")
        refusal = Problem.from_body(item["status"], problem) if problem else None
        return cls(item["name"], (item.get("document") or {}).get("document_id", ""), refusal)


class DocumentClient:
    """Uploads to one pipeline and reads what became of it; safe to use from several threads."""

    def __init__(
        self,
        machine: Machine,
        timeout: float = 60.0,
        tokens: Tokens | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Prepare a client; nothing is asked yet.

        Args:
            machine: whose credentials are used.
            timeout: seconds for one request.
            tokens: where tokens come from, when not by the machine's own credentials.
            transport: how requests travel, when not over the network.
        """
        self.machine = machine
        self.tokens = tokens or Tokens(
            machine.token_url, machine.client_id, machine.client_secret, machine.trust()
        )
        self._http = httpx.Client(
            base_url=machine.gateway_url.rstrip("/"), timeout=timeout, transport=transport
        )
        self._documents = f"/v1/pipelines/{machine.pipeline}/documents"

    def __enter__(self) -> Self:
        """Use as a context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close connections."""
        self._http.close()

    def upload(self, name: str, content: bytes, content_type: str, key: str | None = None) -> str:
        """Upload one document.

        Args:
            name: file name; shown to people, judged by nobody.
            content: the bytes.
            content_type: media type.
            key: idempotency key: the same key and content give the same document. One is made
                up when not given, so that a retry of this very call does no harm.

        Returns:
            the document's id.

        Raises:
            Problem: the gateway refused it.
        """
        headers = {
            "Content-Type": content_type,
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "Idempotency-Key": key or str(uuid.uuid4()),
        }
        answer = self._ask("POST", self._documents, content=content, headers=headers)
        return str(answer.json()["document_id"])

    def upload_many(self, files: Sequence[tuple[str, bytes, str]]) -> list["Receipt"]:
        """Upload several documents (name, content, media type) in one request.

        Returns:
            what became of each, in order; one refused document does not stop the others.
        """
        if len(files) == 1:
            return [Receipt(files[0][0], self.upload(*files[0]), None)]
        parts = [("file", part) for part in files]
        answer = self._ask("POST", self._documents, files=parts)
        return [Receipt.of(item) for item in answer.json()["items"]]

    def status(self, document_id: str) -> Status:
        """Say where a document stands."""
        return Status.of(self._ask("GET", f"{self._documents}/{document_id}").json())

    def result(self, document_id: str) -> dict[str, Any]:
        """Return the JSON that a document was turned into, with its evidence and findings."""
        return dict(self._ask("GET", f"{self._documents}/{document_id}/result").json())

    def wait(self, document_id: str, timeout: float = 300.0) -> Status:
        """Wait until the pipeline has done its part with a document.

        Raises:
            WaitedInVain: it did not get there in time; the message says how far it got.
        """

        def look() -> Status | None:
            status = self.status(document_id)
            return status if status.is_final else None

        return until(
            look,
            f"document {document_id} to reach a final state",
            timeout,
            lambda: f"it is {self.status(document_id).state}",
        )

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send any request with a token; a refusal is returned, not raised."""
        headers = {"Authorization": f"Bearer {self.tokens.current()}", **options.pop("headers", {})}
        return self._http.request(method, path, headers=headers, **options)

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        for attempt in range(_ATTEMPTS):
            pause = _PAUSE_SECONDS * 2**attempt
            last = attempt == _ATTEMPTS - 1
            try:
                answer = self.ask(method, path, **options)
            except httpx.TransportError:
                if last:
                    raise
            else:
                if answer.is_success:
                    return answer
                if last or answer.status_code not in _RETRIED:
                    raise Problem.of(answer)
                pause = max(pause, float(answer.headers.get("retry-after", 0)))
            time.sleep(pause)
        raise AssertionError  # the last attempt returned or raised


_ATTEMPTS: Final = 6
_PAUSE_SECONDS: Final = 0.5
"""After the first failure, doubled with each: half a minute in all, in which a pod comes back."""
_RETRIED: Final = frozenset({429, 502, 503, 504})
