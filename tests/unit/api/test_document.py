import json
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_api.document import (
    TRANSITIONS,
    Box,
    DocumentState,
    Evidence,
    ExtractedField,
    Extraction,
    Finding,
    Match,
    Origin,
    Page,
    PageSource,
    Severity,
    Word,
    decode_page,
    encode_page,
)
from inkwell_api.tables import postgres_migrations

fractions = st.integers(0, 100_000).map(lambda number: number / 100_000)
words = st.builds(
    Word,
    text=st.text(min_size=1, max_size=8),
    box=st.builds(Box, fractions, fractions, fractions, fractions),
    confidence=st.integers(0, 10_000).map(lambda number: number / 10_000),
    line=st.integers(0, 99),
)
pages = st.builds(
    Page,
    number=st.integers(1, 9999),
    width=st.integers(1, 5000).map(float),
    height=st.integers(1, 5000).map(float),
    source=st.sampled_from(PageSource),
    rotation=st.sampled_from([0, 90, 180, 270]),
    words=st.lists(words, max_size=5).map(tuple),
    findings=st.lists(
        st.builds(Finding, st.text(max_size=9), st.sampled_from(Severity), st.text(max_size=9)),
        max_size=2,
    ).map(tuple),
)


@given(pages)
def test_a_page_comes_back_as_it_was(page: Page) -> None:
    assert decode_page(encode_page(page)) == page
    assert encode_page(page) == encode_page(page)


def test_a_page_without_findings_is_stored_as_it_was_before_there_were_any() -> None:
    """Digests of stored pages stay what they are, and an older stage reads what it needs."""
    page = Page(1, 595, 842, PageSource.OCR, 0, ())
    old = '{"number":1,"width":595,"height":842,"source":"OCR","rotation":0,"words":[]}'
    assert zlib.decompress(encode_page(page)).decode() == old
    assert decode_page(zlib.compress(old.encode())) == page
    told = Page(1, 595, 842, PageSource.OCR, 0, (), (Finding("a", Severity.ERROR, "b"),))
    assert zlib.decompress(encode_page(told)).decode().startswith(old[:-1])


@pytest.mark.parametrize("content", [b"", b"nothing", zlib.compress(b"[" * 70_000_000)])
def test_a_crafted_page_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"zlib|limit|JSON|Expecting|value"):
        decode_page(content)


def test_an_extraction_comes_back_as_it_was_and_has_one_text() -> None:
    extraction = Extraction(
        result={"total": 12.5, "größe": "L"},
        fields={
            "/total": ExtractedField(
                12.5,
                Origin.MODEL,
                Evidence(Match.EXACT, 1, Box(0.1, 0.2, 0.3, 0.4), "12,50", 0.97),
            ),
            "/größe": ExtractedField("L", Origin.RULE),
        },
        engine="Hybrid",
        model="m",
        findings=(Finding("ungrounded", Severity.WARNING, "not found", "/größe"),),
    )
    assert Extraction.from_json(extraction.to_json()) == extraction
    assert json.loads(extraction.to_json())["fields"]["/total"]["evidence"]["match"] == "EXACT"


def test_the_database_knows_the_same_transitions() -> None:
    sql = postgres_migrations()[0].sql
    insert = sql[sql.index("INSERT INTO allowed_transitions") :]
    pairs = re.findall(r"\('([A-Z_]+)', '([A-Z_]+)'\)", insert[: insert.index(";")])
    told = {(DocumentState(one), DocumentState(other)) for one, other in pairs}
    assert told == {(one, other) for one, others in TRANSITIONS.items() for other in others}


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [m.number for m in postgres_migrations()] == list(
        range(1, len(postgres_migrations()) + 1)
    )
