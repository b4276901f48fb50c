"""What a child is told of a document: `stage` writes it, `routes.reader` does it."""

import json
from dataclasses import asdict, dataclass

from inkwell_ocr.limits import DEFAULT_CHILD_BYTES


@dataclass(frozen=True, slots=True)
class Job:
    """One document for a child to read.

    Attributes:
        content_type: media type of the document.
        text_layer: ``Prefer``, ``Ignore`` or ``Only`` (`inkwell_api.pipeline.TextLayer`).
        max_pages: most pages it may have.
        cpu_seconds: processor time it may take.
        may_ask_second: whether a second engine may be asked for doubtful pages.
        memory_bytes: what the child may hold while it reads; the sandbox fills in what it has.
    """

    content_type: str
    text_layer: str
    max_pages: int
    cpu_seconds: float
    may_ask_second: bool = True
    memory_bytes: int = DEFAULT_CHILD_BYTES

    def encode(self) -> bytes:
        """Return the job as JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decode(cls, content: bytes) -> "Job":
        """Return the job that `encode` wrote."""
        return cls(**json.loads(content))
