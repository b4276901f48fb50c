import json
import re
import zlib
from dataclasses import asdict, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_api.document import (
    TRANSITIONS,
    UNGROUNDED,
    Area,
    Box,
    DocumentState,
    Evidence,
    ExtractedField,
    Extraction,
    Finding,
    Match,
    Origin,
    Page,
    PageRoute,
    PageSource,
    Reader,
    Reading,
    Severity,
    Word,
)
from inkwell_api.einvoice import EInvoice, Term, XmlFault, XmlText
from inkwell_api.explanation import UNTOLD, Reason, Why
from inkwell_api.extraction_codec import decode_extraction, encode_extraction
from inkwell_api.field_status import Alternative, FieldStatus
from inkwell_api.page_codec import decode_page, encode_page
from inkwell_api.route import Doubt, RouteReason
from inkwell_api.tables import postgres_migrations

fractions = st.integers(0, 100_000).map(lambda number: number / 100_000)
words = st.builds(
    Word,
    text=st.text(min_size=1, max_size=8).filter(lambda text: "\x00" not in text),
    box=st.builds(Box, fractions, fractions, fractions, fractions),
    confidence=st.integers(0, 10_000).map(lambda number: number / 10_000),
    line=st.integers(0, 99),
)
terms = st.dictionaries(
    st.sampled_from(Term), st.builds(XmlText, st.text(max_size=8), st.just("/a")), max_size=2
)
einvoices = st.builds(
    EInvoice,
    name=st.text(max_size=8),
    terms=terms,
    lines=st.lists(terms, max_size=1).map(tuple),
    fault=st.none() | st.sampled_from(XmlFault),
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
    reason=st.sampled_from(RouteReason),
    hidden_characters=st.integers(0, 9999),
    einvoices=st.lists(einvoices, max_size=2).map(tuple),
    reader=st.none() | st.sampled_from(Reader),
    second_reading=st.none()
    | st.builds(Reading, st.sampled_from(Reader), st.lists(words, max_size=3).map(tuple)),
    doubts=st.lists(st.sampled_from(Doubt), max_size=3, unique=True).map(tuple),
)
VERSION_0_1 = (
    b'{"number":1,"width":595.0,"height":842.0,"source":"TEXT_LAYER","rotation":0,'
    b'"words":[["Invoice",0.1,0.2,0.3,0.4,1.0,0]]}'
)
EXTRACTION_OF_0_1 = (
    '{"engine":"Rules","fields":{"/total":{"evidence":{"box":{"bottom":0.4,"left":0.1,"right":0.3,'
    '"top":0.2},"confidence":1.0,"match":"EXACT","page":1,"text":"12"},"origin":"RULE","value":12}},'
    '"findings":[],"model":"","result":{"total":12}}'
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
    told = Page(1, 595, 842, PageSource.OCR, 0, (), findings=(Finding("a", Severity.ERROR, "b"),))
    assert zlib.decompress(encode_page(told)).decode().startswith(old[:-1])


@pytest.mark.parametrize("content", [b"", b"nothing", zlib.compress(b"[" * 70_000_000)])
def test_a_crafted_page_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"zlib|limit|JSON|Expecting|value"):
        decode_page(content)


def test_a_page_that_version_0_1_stored_is_read_and_written_as_before() -> None:
    stored = zlib.compress(VERSION_0_1, 6)
    page = decode_page(stored)
    assert (page.text, page.einvoices) == ("Invoice", ())
    assert encode_page(page) == stored


def test_a_second_reading_costs_as_many_words_as_it_has() -> None:
    """What bounds a document's words bounds memory, so no reading is free."""
    word = Word("Total", Box(0.1, 0.2, 0.3, 0.4), 0.5, 0)
    page = Page(1, 595, 842, PageSource.OCR, 0, (word,))
    assert page.words_held == 1
    second = Reading(Reader.TESSERACT, (word, word))
    assert replace(page, second_reading=second).words_held == 3


def test_who_read_a_page_and_why_stands_with_its_route() -> None:
    doubts = (Doubt.TILL_ROLL, Doubt.NO_AMOUNT)
    page = Page(3, 1, 1, PageSource.OCR, 0, (), reader=Reader.PADDLE_OCR, doubts=doubts)
    assert PageRoute.of(page) == PageRoute(
        3, PageSource.OCR, RouteReason.UNSTATED, Reader.PADDLE_OCR, doubts
    )


def test_a_term_of_the_next_version_is_left_out() -> None:
    page = Page(
        1, 0, 0, PageSource.XML, 0, (), einvoices=(EInvoice("", {Term.NUMBER: XmlText("7", "/a")}),)
    )
    raw = zlib.decompress(encode_page(page)).replace(b'"BT-1":', b'"BT-9999":')
    [invoice] = decode_page(zlib.compress(raw)).einvoices
    assert invoice.terms == {}


@pytest.mark.parametrize("invoice", [b"7", b'{"name":"","terms":7,"lines":[],"fault":null}'])
def test_a_crafted_einvoice_is_refused(invoice: bytes) -> None:
    body = VERSION_0_1.replace(b'"rotation":0', b'"rotation":0,"einvoices":[%b]' % invoice)
    with pytest.raises((ValueError, KeyError, TypeError)):
        decode_page(zlib.compress(body))


def test_an_extraction_that_version_0_1_stored_is_read() -> None:
    extraction = decode_extraction(EXTRACTION_OF_0_1)
    assert (extraction.pages, extraction.fields["/total"].evidence.path) == ((), "")


def test_a_word_that_no_database_stores_is_stored_without_what_hinders() -> None:
    bad = Word("R\x00E\ud83d7", Box(0.1, 0.2, 0.3, 0.4), 1.0, 0)
    page = Page(1, 600, 800, PageSource.TEXT_LAYER, 0, (bad,))
    [word] = decode_page(encode_page(page)).words
    assert word.text == "R\ufffdE\ufffd7"
    stored_before = json.dumps(
        {
            "number": 1,
            "width": 600,
            "height": 800,
            "source": "OCR",
            "rotation": 0,
            "words": [["A\x00B", 0.1, 0.2, 0.3, 0.4, 1.0, 0]],
        }
    )
    [word] = decode_page(zlib.compress(stored_before.encode())).words
    assert word.text == "A\ufffdB"


def test_an_extraction_comes_back_as_it_was_and_has_one_text() -> None:
    extraction = Extraction(
        result={"total": Decimal("12.50"), "größe": "L"},
        fields={
            "/total": ExtractedField(
                Decimal("12.50"),
                Origin.MODEL,
                Evidence(
                    match=Match.EXACT,
                    page=1,
                    box=Box(0.1, 0.2, 0.3, 0.4),
                    text="12,50",
                    confidence=0.97,
                    path="/a/b[2]",
                    further=(Area(2, Box(0.1, 0.0, 0.3, 0.1)),),
                ),
                FieldStatus.UNCERTAIN,
                0.5,
                "12,50",
                (
                    Alternative(
                        14,
                        0.4,
                        "14,00",
                        2,
                        Box(0.1, 0.2, 0.3, 0.4),
                        Why(("page",), (Reason("bare", -1.0),)),
                    ),
                    Alternative(13, 0.1, "13"),
                ),
                Why(("label", "page"), (Reason("label", 5.0), Reason("zero", -0.3))),
            ),
            "/größe": ExtractedField("L", Origin.RULE),
        },
        engine="Hybrid",
        model="m",
        findings=(Finding("ungrounded", Severity.WARNING, "not found", "/größe"),),
        pages=(
            PageRoute(
                1,
                PageSource.OCR,
                RouteReason.UNCOVERED_INK,
                Reader.TESSERACT,
                (Doubt.LOW_CONFIDENCE,),
            ),
            PageRoute(2, PageSource.XML),
        ),
    )
    assert decode_extraction(encode_extraction(extraction)) == extraction
    assert (
        json.loads(encode_extraction(extraction))["fields"]["/total"]["evidence"]["match"]
        == "EXACT"
    )


def test_evidence_that_was_stored_before_it_had_areas_is_read() -> None:
    extraction = Extraction({"total": 1}, {"/total": ExtractedField(1, Origin.RULE)}, "Rules")
    stored = json.loads(encode_extraction(extraction))
    del stored["fields"]["/total"]["evidence"]["further"]
    assert decode_extraction(json.dumps(stored)) == extraction


def test_an_extraction_that_an_older_inkwell_stored_still_decodes() -> None:
    field = {"value": 1, "origin": "RULE", "evidence": asdict(UNGROUNDED)}
    stored = {"result": {}, "fields": {"/a": field}, "engine": "Rules", "model": "", "findings": []}
    route = {"number": 1, "source": "OCR", "reason": ""}
    assert decode_extraction(json.dumps(stored | {"pages": [route]})).pages == (
        PageRoute(1, PageSource.OCR),
    )
    decoded = decode_extraction(json.dumps(stored)).fields["/a"]
    assert (decoded.status, decoded.confidence) == (FieldStatus.OK, None)
    assert (decoded.raw, decoded.alternatives, decoded.why) == ("", (), UNTOLD)


def test_what_was_stored_before_alternatives_had_reasons_still_decodes() -> None:
    field = ExtractedField(1, Origin.RULE, alternatives=(Alternative(2, 0.1),))
    stored = json.loads(encode_extraction(Extraction({"a": 1}, {"/a": field}, "Rules")))
    del stored["fields"]["/a"]["why"], stored["fields"]["/a"]["alternatives"][0]["why"]
    assert decode_extraction(json.dumps(stored)).fields["/a"] == field


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
