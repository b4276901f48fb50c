"""A DOCX that attacks its reader ends with a cause, within bounds of time and memory."""

import io
import random
import struct
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkwell_api.document import Page, PageSource
from inkwell_documents.files.word import NAMESPACES, docx, paragraph, run, table
from inkwell_ocr.limits import MAX_XML_BYTES
from inkwell_ocr.routes.docx import read_docx
from inkwell_ocr.unreadable import Cause, Unreadable

HONEST = docx(
    paragraph("Invoice 4711") + table([["Total", "119.00"], ["Tax", paragraph(run("19.00"))]])
)
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + f"]><w:document {NAMESPACES}><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body>"
    "</w:document>"
)
EXTERNAL = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    f"<w:document {NAMESPACES}><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
)


def outcome(content: bytes) -> Cause | str:
    """Return the text of all pages, or why there is none."""

    def pictured(_: bytes, __: str) -> Page:
        return Page(1, 1, 1, PageSource.OCR, 0, ())

    try:
        return "\n".join(page.text for page in read_docx(io.BytesIO(content), 50, pictured))
    except Unreadable as error:
        return error.cause


def changed(change: Callable[[zipfile.ZipFile], object], without: str = "") -> bytes:
    """Return the honest document with something else in its archive."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(HONEST)) as before,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for entry in before.infolist():
            if entry.filename != without:
                after.writestr(entry.filename, before.read(entry))
        change(after)
    return content.getvalue()


def replaced(document: str | bytes) -> bytes:
    """Return the honest document with another main part."""
    return changed(lambda a: a.writestr("word/document.xml", document), "word/document.xml")


@pytest.mark.parametrize("document", [LAUGHS, EXTERNAL, "", "<w:document", "<a/>", b"\xff\xfe\0"])
def test_xml_with_entities_or_damage_is_refused(document: str | bytes) -> None:
    assert outcome(replaced(document)) is Cause.CORRUPT_DOCX


def test_a_part_that_unpacks_to_more_than_is_read_is_refused() -> None:
    bomb = replaced(b" " * (MAX_XML_BYTES + 1))
    assert len(bomb) < 20_000
    assert outcome(bomb) is Cause.DOCX_TOO_LARGE


@pytest.mark.parametrize(
    "body",
    [
        "<w:sdt>" * 100 + "</w:sdt>" * 100,
        "<w:tbl><w:tr><w:tc>" * 40 + "</w:tc></w:tr></w:tbl>" * 40,
        "<w:p/>" * 200_001,
    ],
)
def test_what_is_too_deep_or_too_long_is_refused(body: str) -> None:
    assert outcome(docx(body)) is Cause.DOCX_TOO_LARGE


def test_a_table_of_endless_columns_is_a_table() -> None:
    wide = '<w:tcPr><w:gridSpan w:val="99999999999"/></w:tcPr>'
    cells = f"<w:tc>{wide}{paragraph('a')}</w:tc>" * 200
    before = '<w:trPr><w:gridBefore w:val="4000000000"/></w:trPr>'
    assert outcome(docx(f"<w:tbl><w:tr>{before}{cells}</w:tr></w:tbl>")) == " ".join("a" * 200)


def test_more_text_than_pages_is_refused() -> None:
    assert outcome(docx(paragraph("a") * 4_000)) is Cause.TOO_MANY_PAGES
    assert outcome(docx(paragraph("word " * 70_000))) is Cause.TOO_MANY_PAGES


def test_names_that_climb_out_of_the_archive_are_names_and_no_paths() -> None:
    def climb(archive: zipfile.ZipFile) -> None:
        archive.writestr("../../../../etc/passwd", "x")
        archive.writestr("/etc/passwd", "x")

    assert outcome(changed(climb)) == "Invoice 4711\nTotal 119.00\nTax 19.00"
    related = [("p", "image", "../../../../../etc/passwd"), ("q", "image", "file:///etc/passwd")]
    shown = "".join(f'<w:r><w:drawing><a:blip r:embed="{id_}"/></w:drawing></w:r>' for id_ in "pq")
    assert outcome(docx(paragraph("text", shown), None, related)) == "text"


def test_a_part_that_is_there_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = changed(lambda a: a.writestr("word/document.xml", "<a/>"))
    assert outcome(twice) is Cause.CORRUPT_DOCX
    other_case = changed(lambda a: a.writestr("Word/Document.xml", "<a/>"))
    assert outcome(other_case) is Cause.CORRUPT_DOCX


def test_more_parts_than_are_looked_at_are_refused() -> None:
    def fill(archive: zipfile.ZipFile) -> None:
        for number in range(4_001):
            archive.writestr(f"word/media/{number}.png", b"")

    assert outcome(changed(fill)) is Cause.DOCX_TOO_LARGE


def test_an_encrypted_part_and_a_strange_compression_are_refused() -> None:
    def marked(offset: int, value: int) -> bytes:
        content = bytearray(HONEST)
        start = content.index(b"PK\x01\x02")
        while start >= 0:
            struct.pack_into("<H", content, start + offset, value)
            start = content.find(b"PK\x01\x02", start + 4)
        return bytes(content)

    assert outcome(marked(8, 1)) is Cause.CORRUPT_DOCX
    assert outcome(marked(10, 14)) is Cause.CORRUPT_DOCX
    assert outcome(marked(10, 99)) is Cause.CORRUPT_DOCX


@pytest.mark.parametrize("kind", ["application/vnd.openxmlformats-officedocument.spreadsheetml.x"])
def test_another_file_of_office_is_no_text_document(kind: str) -> None:
    assert outcome(docx(paragraph("x"), kind=kind)) is Cause.UNKNOWN_TYPE


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.8, 0.99])
def test_one_that_is_cut_short_is_damaged(share: float) -> None:
    assert outcome(HONEST[: int(len(HONEST) * share)]) is Cause.CORRUPT_DOCX


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_any_damage_to_the_file_has_a_cause(seed: int) -> None:
    chance = random.Random(seed)
    damaged = bytearray(HONEST)
    for _ in range(chance.randint(1, 8)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    assert isinstance(outcome(bytes(damaged)), str)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_any_damage_to_the_markup_has_a_cause(seed: int) -> None:
    chance = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(HONEST)) as archive:
        pieces = archive.read("word/document.xml").decode().split("<")
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(1, len(pieces))
        if chance.random() < 0.5:
            pieces.insert(place, chance.choice(pieces))
        else:
            pieces[place] = chance.choice(pieces)
    assert isinstance(outcome(replaced("<".join(pieces))), str)
