"""What the gateway says when it refuses: a problem document (RFC 9457)."""

from collections.abc import Mapping
from typing import Any, Self

import httpx


class Problem(Exception):
    """A refusal.

    Attributes:
        status: HTTP status.
        title: short, the same for each refusal of this kind.
        detail: about this refusal; may be empty.
        body: the whole problem document.
    """

    def __init__(self, status: int, title: str, detail: str, body: Mapping[str, Any]) -> None:
        """Keep what the gateway said."""
        super().__init__(f"HTTP {status}: {title}{': ' if detail else ''}{detail}")
        self.status = status
        self.title = title
        self.detail = detail
        self.body = body

    @classmethod
    def of(cls, answer: httpx.Response) -> Self:
        """Read a refusal; one that is no problem document keeps its status alone."""
        is_problem = "application/problem+json" in answer.headers.get("content-type", "")
        body = answer.json() if is_problem else {"title": answer.reason_phrase}
        return cls.from_body(answer.status_code, body)

    @classmethod
    def from_body(cls, status: int, body: Mapping[str, Any]) -> Self:
        """Build from a problem document."""
        return cls(status, str(body.get("title", "")), str(body.get("detail", "")), body)
