"""What the ocr stage says of the pages reaches the result, and no document is too long for it."""

from dataclasses import replace

import pytest

from inkwell_api.document import Finding, Reader, Reading, Severity
from inkwell_api.pipeline import ExtractionSpec
from inkwell_extract import engine
from inkwell_extract.engine import TOO_LONG, Extractor
from support.typeset import pages

SPEC = ExtractionSpec.model_validate(
    {"schema": {"type": "object", "properties": {"invoice_number": {"type": "string"}}}}
)
UNREAD = Finding("page-unreadable", Severity.ERROR, "page 2 could not be read")


def test_what_is_said_of_a_page_is_a_finding_of_the_result() -> None:
    first, second = pages(["Invoice number: 77-1"], [""])
    partial = (first, replace(second, words=(), findings=(UNREAD,)))
    extraction = Extractor(SPEC).extract(partial)
    assert extraction.findings == (UNREAD,)
    assert extraction.result == {"invoice_number": "77-1"}


def test_beyond_the_most_words_nothing_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MAX_DOCUMENT_WORDS", 5)
    extraction = Extractor(SPEC).extract(pages(["one two three"], ["Invoice number: 77-1"]))
    assert extraction.result == {}
    assert TOO_LONG in extraction.findings


def test_a_second_reading_counts_among_the_words_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MAX_DOCUMENT_WORDS", 5)
    [page] = pages(["Invoice number: 77-1"])
    twice = replace(page, second_reading=Reading(Reader.TESSERACT, page.words))
    assert TOO_LONG in Extractor(SPEC).extract((twice,)).findings
