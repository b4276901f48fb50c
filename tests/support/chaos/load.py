"""Uploads documents while things are killed, as a careful client does: again, by the same key."""

import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

import httpx

from inkwell_demo.client import DocumentClient
from inkwell_demo.client.problems import Problem
from inkwell_demo.client.tokens import TokenError
from inkwell_documents.corpus import Form, Order, Sample, make

_SEED: Final = 5150
_SAMPLES: Final = 48
"""Different documents; more than that are the same bytes again, which make documents of their own.
"""
_PAUSE_SECONDS: Final = 0.5
_LONGEST_SECONDS: Final = 300.0


@dataclass
class Load:
    """Uploads to some pipelines until the block ends.

    Attributes:
        clients: by pipeline.
        most: documents of one pipeline.
        threads: by pipeline, how many upload at once: one waits for a gateway to come back.
        pauses: by pipeline, seconds between two uploads of a thread.
        acknowledged: ids by pipeline, each told to be stored for good; those of earlier loads
            come first.
        refused: tries that were not answered by an acknowledgement.
    """

    clients: dict[str, DocumentClient]
    most: int
    threads: dict[str, int]
    pauses: dict[str, float]
    acknowledged: dict[str, list[str]]
    refused: int = 0
    _stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _errors: list[BaseException] = field(default_factory=list)
    _samples: list[Sample] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Begin."""
        # Here and not in the threads: PDFium, which draws scans, takes one thread alone.
        self._samples = [make(_SEED, n, Order(form=_form(n))) for n in range(_SAMPLES)]
        for pipeline, number in self.threads.items():
            indexes = iter(range(self.most))
            for _ in range(number):
                thread = threading.Thread(target=self._run, args=(pipeline, indexes), daemon=True)
                self._threads.append(thread)
                thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Begin no further document, and see those that were begun acknowledged."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(2 * _LONGEST_SECONDS)
        assert not any(thread.is_alive() for thread in self._threads), "an upload hangs"
        if self._errors:
            raise self._errors[0]

    def _run(self, pipeline: str, indexes: Iterator[int]) -> None:
        try:
            for index in indexes:
                if self._stopping.wait(self.pauses[pipeline]):
                    return
                self.acknowledged[pipeline].append(self._upload(pipeline, index))
        except BaseException as error:
            self._errors.append(error)
            raise

    def _upload(self, pipeline: str, index: int) -> str:
        sample = self._samples[index % _SAMPLES]
        key = str(uuid.uuid4())
        end = time.monotonic() + _LONGEST_SECONDS
        while True:
            try:
                return self.clients[pipeline].upload(
                    sample.name, sample.content, sample.content_type.value, key
                )
            except (httpx.HTTPError, Problem, TokenError) as error:
                is_final = isinstance(error, Problem) and not _may_pass(error.status)
                if is_final or time.monotonic() > end:
                    raise
                self.refused += 1
                time.sleep(_PAUSE_SECONDS)


def _form(index: int) -> Form:
    """Return a picture now and then: what takes longer is more often hit at work."""
    forms: Sequence[Form] = (Form.BORN_DIGITAL, Form.BORN_DIGITAL, Form.SCANNED_PDF)
    return forms[index % len(forms)]


def _may_pass(status: int) -> bool:
    return status >= httpx.codes.INTERNAL_SERVER_ERROR or status in {
        httpx.codes.TOO_MANY_REQUESTS,
        httpx.codes.REQUEST_TIMEOUT,
    }
