import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from inkwell_api.document import Extraction, Page
from inkwell_api.events import Analyzed, Recognized, Uploaded
from inkwell_api.extraction_codec import encode_extraction
from inkwell_api.pipeline import ExtractionSpec
from inkwell_extract.engine import Extractor
from inkwell_extract.stage import ExtractStage
from inkwell_worker.stage import Poison, Task
from support.typeset import pages

NOW = datetime(2026, 1, 2, tzinfo=UTC)
DOCUMENT = "0b0e5b5e-6f43-4cf9-9e0e-6b7b3c1f0a11"
COMMON: dict[str, Any] = {
    "event_id": "11111111-1111-4111-8111-111111111111",
    "tenant": "acme",
    "pipeline": "invoices",
    "document_id": DOCUMENT,
    "occurred_at": NOW,
    "sha256": "ab" * 32,
}


class Shelf:
    """Pages in memory."""

    def __init__(self, *texts: list[str]) -> None:
        """Hold pages with these lines."""
        self.pages = pages(*texts)

    def read(self, document: Recognized) -> tuple[Page, ...]:
        """Return the pages."""
        assert (document.document_id, document.page_count) == (DOCUMENT, len(self.pages))
        return self.pages


class Store:
    """Keeps extractions in memory."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self.kept: dict[str, Extraction] = {}

    def write(self, document_id: str, extraction: Extraction) -> str:
        """Keep it; return its digest."""
        self.kept[document_id] = extraction
        return hashlib.sha256(encode_extraction(extraction).encode()).hexdigest()

    def read(self, document_id: str) -> tuple[str, str] | None:
        """Return what was kept."""
        if (found := self.kept.get(document_id)) is None:
            return None
        content = encode_extraction(found)
        return content, hashlib.sha256(content.encode()).hexdigest()


def stage(store: Store) -> ExtractStage:
    """Return a stage on two pages."""
    schema = {"type": "object", "properties": {"total": {"type": "number"}}}
    spec = ExtractionSpec.model_validate({"engine": "Rules", "schema": schema})
    return ExtractStage(Shelf(["Invoice"], ["Total 24,00"]), store, Extractor(spec))


def recognized() -> Recognized:
    """Return the event of two pages."""
    return Recognized(**COMMON, page_count=2, word_count=3, text_layer_pages=2, mean_confidence=1.0)


def test_an_extraction_is_stored_and_told() -> None:
    store = Store()
    event = stage(store).process(Task(recognized(), 1, NOW))
    assert isinstance(event, Analyzed)
    kept = store.read(DOCUMENT)
    assert kept is not None
    assert json.loads(kept[0])["result"] == {"total": 24}
    assert (event.extraction_sha256, event.page_count, event.engine) == (kept[1], 2, "Rules")
    assert (event.document_id, event.occurred_at) == (DOCUMENT, NOW)


def test_a_repeat_tells_the_same_event() -> None:
    first = stage(Store()).process(Task(recognized(), 1, NOW))
    assert stage(Store()).process(Task(recognized(), 2, NOW)) == first


def test_another_kind_of_event_is_refused() -> None:
    uploaded = Uploaded(**COMMON, size_bytes=1, content_type="image/png", chunk_count=1)
    with pytest.raises(Poison) as caught:
        stage(Store()).process(Task(uploaded, 1, NOW))
    assert caught.value.cause == "unexpected-event"
