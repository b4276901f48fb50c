"""An ocr stage whose documents say what happens: run as a process by the runtime's tests.

The first word of a document: ``work SECONDS``, ``poison``, ``retry``, ``die`` (the process ends at
once, as by a crash in native code) or ``hang`` (until it is abandoned).
"""

import os
import sys
import threading
import time

from inkwell_api.document import Box, Page, PageSource, Word
from inkwell_api.events import Event, Recognized, Uploaded, event_id_for
from inkwell_api.names import EventKind
from inkwell_api.stage_env import StageEnv
from inkwell_worker import runner
from inkwell_worker.connections import Connections
from inkwell_worker.stage import Abandoned, Poison, Retryable, Task
from inkwell_worker.stores import ChunkStore, PageWriter


class ScriptedStage:
    """Reads the document, does as it says, and writes one page."""

    def __init__(self, chunks: ChunkStore, pages: PageWriter) -> None:
        self._chunks = chunks
        self._pages = pages
        self._abandoned = threading.Event()

    def process(self, task: Task) -> Event | None:
        event = task.event
        if not isinstance(event, Uploaded):
            raise Poison("unexpected-event", "only uploaded is expected")
        script = b"".join(self._chunks.read(event)).decode().split()
        self._act(script)
        word = Word(script[0], Box(0, 0, 1, 1), 1.0, 0)
        page = Page(1, 100, 100, PageSource.TEXT_LAYER, 0, (word,))
        stored = self._pages.write(event.document_id, [page])
        return Recognized(
            event_id=event_id_for(event.document_id, EventKind.RECOGNIZED, event.sha256),
            tenant=event.tenant,
            pipeline=event.pipeline,
            document_id=event.document_id,
            occurred_at=task.now,
            sha256=event.sha256,
            page_count=1,
            word_count=1,
            text_layer_pages=1,
            mean_confidence=1.0,
            pages_sha256=stored,
        )

    def _act(self, script: list[str]) -> None:
        match script[0]:
            case "work":
                time.sleep(float(script[1]))
            case "poison":
                raise Poison("encrypted-pdf", "the PDF asks for a password")
            case "retry":
                raise Retryable("ocr-timeout", "a page took too long")
            case "die":
                os._exit(9)
            case "hang":
                self._abandoned.wait()
                raise Abandoned
            case unknown:
                raise Poison("unknown-script", unknown)

    def abandon(self) -> None:
        self._abandoned.set()


def build(_env: StageEnv, connections: Connections) -> ScriptedStage:
    return ScriptedStage(connections.chunks(), connections.page_writer())


if __name__ == "__main__":
    sys.exit(runner.main(build, concurrency=2))
