"""Documents read for real: PDFium, Tesseract and the child process, no service."""

import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from inkwell_api.document import Page, PageSource
from inkwell_api.einvoice import EInvoice, Term, XmlFault
from inkwell_api.page_codec import encode_page
from inkwell_ocr.job import Job
from inkwell_ocr.sandbox.pool import Sandbox, Settings, StoppedError
from inkwell_ocr.sandbox.process import ChildStartError
from inkwell_ocr.unreadable import Cause, Unreadable
from support.einvoices import CII
from support.papers import SENTENCES, image_file, pdf_of_text, picture
from support.processes import children_of
from support.reading import likeness

pytestmark = pytest.mark.integration
TEXT = "\n".join(SENTENCES)
CHILD = "inkwell_ocr.sandbox.child"
LIKE = 0.97
LONG_PAGES = 60
LONG = pdf_of_text([SENTENCES] * LONG_PAGES)
"""Takes long enough to be still read when a test comes to end that."""


def read(
    sandbox: Sandbox,
    content: bytes,
    content_type: str = "application/pdf",
    *,
    text_layer: str = "Prefer",
    max_pages: int = 10,
    seconds: float = 60,
) -> list[Page]:
    """Return the pages of a document."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        return list(sandbox.read(file, Job(content_type, text_layer, max_pages, 60), seconds))


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_pages_are_read_however_they_lie(sandbox: Sandbox, turned: int) -> None:
    [page] = read(sandbox, image_file(picture(turned=turned)), "image/png")
    assert likeness(page.text) >= LIKE
    assert page.rotation == (360 - turned) % 360
    assert (page.width, page.height) == pytest.approx((504, 360), abs=0.5)
    first = page.words[0]
    assert (first.box.left, first.box.top) == pytest.approx((0.086, 0.126), abs=0.01)
    assert 0.5 < first.confidence <= 1


@pytest.mark.parametrize("skew", [-5.0, -2.0, 2.0, 5.0])
def test_skewed_pages_are_read_and_boxes_stay_on_the_page_as_it_is(
    sandbox: Sandbox, skew: float
) -> None:
    [upright] = read(sandbox, image_file(picture()), "image/png")
    texts = [word.text for word in upright.words]
    straight = {word.text: word.box for word in upright.words if texts.count(word.text) == 1}
    [page] = read(sandbox, image_file(picture(skew=skew)), "image/png")
    assert likeness(page.text) >= LIKE
    turned_down = [
        word.box.top - straight[word.text].top
        for word in page.words
        if word.text in straight and straight[word.text].left > 0.6
    ]
    assert turned_down
    assert all((shift > 0) == (skew > 0) for shift in turned_down)


def test_the_same_bytes_give_the_same_pages(sandbox: Sandbox) -> None:
    content = image_file(picture(skew=2))
    first, second = (read(sandbox, content, "image/png")[0] for _ in range(2))
    assert encode_page(first) == encode_page(second)


@pytest.mark.parametrize(("kind", "content_type"), [("JPEG", "image/jpeg"), ("TIFF", "image/tiff")])
def test_other_kinds_of_images_are_read(sandbox: Sandbox, kind: str, content_type: str) -> None:
    [page] = read(sandbox, image_file(picture(), kind), content_type)
    assert likeness(page.text) >= LIKE
    assert page.source is PageSource.OCR


def test_a_text_layer_is_taken_as_it_is(sandbox: Sandbox) -> None:
    first, second = read(sandbox, pdf_of_text([SENTENCES, SENTENCES[:3]]))
    assert first.text == TEXT
    assert (first.source, first.number, second.number) == (PageSource.TEXT_LAYER, 1, 2)
    assert {word.confidence for word in first.words} == {1.0}
    assert first.words[0].box.left == pytest.approx(60 / 595, abs=0.005)
    assert first.words[0].box.bottom == pytest.approx(82 / 842, abs=0.01)


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_text_of_a_turned_page_is_upright(sandbox: Sandbox, rotate: int) -> None:
    [page] = read(sandbox, pdf_of_text([SENTENCES], rotate=rotate))
    assert page.text == TEXT
    assert page.rotation == (360 - rotate) % 360
    assert (page.width, page.height) == (595, 842)
    assert page.words[0].box.left == pytest.approx(60 / 595, abs=0.005)


def test_the_text_layer_is_ignored_on_demand(sandbox: Sandbox) -> None:
    [page] = read(sandbox, pdf_of_text([SENTENCES]), text_layer="Ignore")
    assert page.source is PageSource.OCR
    assert likeness(page.text) >= LIKE


def test_a_page_with_next_to_no_text_goes_to_tesseract(sandbox: Sandbox) -> None:
    [page] = read(sandbox, pdf_of_text([["Page 3"]]))
    assert page.source is PageSource.OCR
    [page] = read(sandbox, pdf_of_text([["Page 3"]]), text_layer="Only")
    assert (page.source, page.text) == (PageSource.TEXT_LAYER, "Page 3")


@pytest.mark.parametrize(
    ("content", "content_type", "cause"),
    [
        (b"%PDF-1.7 nothing", "application/pdf", Cause.CORRUPT_PDF),
        (b"", "application/pdf", Cause.CORRUPT_PDF),
        (b"\x89PNG", "image/png", Cause.CORRUPT_IMAGE),
        (b"hello", "text/plain", Cause.UNKNOWN_TYPE),
        (pdf_of_text([["a"]] * 11), "application/pdf", Cause.TOO_MANY_PAGES),
    ],
)
def test_what_cannot_be_read_has_a_cause_and_costs_no_child(
    sandbox: Sandbox, content: bytes, content_type: str, cause: Cause
) -> None:
    with pytest.raises(Unreadable) as caught:
        read(sandbox, content, content_type)
    assert caught.value.cause is cause
    assert read(sandbox, pdf_of_text([SENTENCES]))[0].text == TEXT


def test_a_pdf_with_a_password_says_so(sandbox: Sandbox) -> None:
    encrypted = pdf_of_text([SENTENCES]).replace(
        b"/Root 1 0 R",
        b"/Root 1 0 R /ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -44 "
        b"/O <%b> /U <%b> >>" % (b"11" * 32, b"22" * 32),
    )
    with pytest.raises(Unreadable) as caught:
        read(sandbox, encrypted)
    assert caught.value.cause is Cause.ENCRYPTED_PDF


def test_a_page_of_enormous_size_is_drawn_small(sandbox: Sandbox) -> None:
    [page] = read(sandbox, pdf_of_text([["Page 1"]], size=(14_400, 14_400)))
    assert (page.width, page.height) == pytest.approx((14_400, 14_400), rel=0.01)


def test_a_page_that_takes_too_long_is_ended_and_the_next_document_is_read() -> None:
    slow = Sandbox(Settings(("eng",), "Auto", 60))
    try:
        with pytest.raises(Unreadable) as caught:
            read(slow, image_file(picture()), "image/png", seconds=0.01)
        assert caught.value.cause is Cause.DOCUMENT_TIMEOUT
        assert likeness(read(slow, image_file(picture()), "image/png")[0].text) >= LIKE
    finally:
        slow.stop()


def test_a_killed_child_costs_its_document_only(sandbox: Sandbox) -> None:
    pages: Iterator[Page]
    with tempfile.TemporaryFile() as file:
        file.write(LONG)
        file.seek(0)
        pages = sandbox.read(file, Job("application/pdf", "Ignore", LONG_PAGES, 60), 600)
        next(pages)
        for child in children_of(os.getpid(), CHILD):
            os.kill(child, signal.SIGKILL)
        with pytest.raises(Unreadable) as caught:
            list(pages)
    assert caught.value.cause is Cause.CHILD_DIED
    assert read(sandbox, pdf_of_text([SENTENCES]))[0].text == TEXT


def test_a_stop_ends_what_is_being_read() -> None:
    stopping = Sandbox(Settings(("eng",), "Auto", 60))
    with tempfile.TemporaryFile() as file:
        file.write(LONG)
        file.seek(0)
        pages = stopping.read(file, Job("application/pdf", "Ignore", LONG_PAGES, 60), 600)
        seen = [next(pages)]
        stop = threading.Thread(target=stopping.stop)
        stop.start()
        with pytest.raises(StoppedError):
            seen.extend(pages)
        stop.join()
    assert len(seen) < LONG_PAGES
    with pytest.raises(StoppedError):
        read(stopping, pdf_of_text([SENTENCES]))


def test_a_language_that_is_not_there_is_told() -> None:
    with pytest.raises(ChildStartError):
        read(Sandbox(Settings(("tlh",), "Auto", 60)), pdf_of_text([SENTENCES]))


def test_a_child_holds_no_secret_and_can_open_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PASSWORD", "hunter2")
    confined = Sandbox(Settings(("eng",), "Auto", 60))
    try:
        before = set(children_of(os.getpid(), CHILD))
        read(confined, pdf_of_text([SENTENCES]))
        [child] = set(children_of(os.getpid(), CHILD)) - before
        environment = Path(f"/proc/{child}/environ").read_bytes()
        assert b"hunter2" not in environment
        status = Path(f"/proc/{child}/status").read_text(encoding="ascii")
        assert "NoNewPrivs:\t1" in status
        limits = Path(f"/proc/{child}/limits").read_text(encoding="ascii")
        assert "Max file size             0 " in limits
    finally:
        confined.stop()
    assert tmp_path.exists()


def test_an_einvoice_comes_with_the_first_page(sandbox: Sandbox) -> None:
    files = [("factur-x.xml", CII.encode())]
    first, second = read(sandbox, pdf_of_text([SENTENCES, SENTENCES], attached=files))
    assert (first.source, second.einvoices) == (PageSource.TEXT_LAYER, ())
    [invoice] = first.einvoices
    assert invoice.terms[Term.TOTAL_WITH_VAT].text == "235.62"


def test_a_confined_child_reads_xml_of_any_encoding_and_goes_on_after_a_hostile_one(
    sandbox: Sandbox,
) -> None:
    western = CII.replace("UTF-8", "windows-1252").replace("Oak board", "Möbelbrett")
    laughs = b"<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;'>]><a>&c;</a>"
    with pytest.raises(Unreadable) as caught:
        read(sandbox, laughs, "application/xml")
    assert caught.value.cause is Cause.CORRUPT_XML
    [page] = read(sandbox, western.encode("cp1252"), "application/xml")
    assert page.source is PageSource.XML
    assert page.einvoices[0].lines[0][Term.LINE_NAME].text == "Möbelbrett"
    bomb = pdf_of_text([SENTENCES], attached=[("factur-x.xml", laughs + b" " * 50_000_000)])
    [page] = read(sandbox, bomb)
    assert (page.text, page.einvoices) == (
        TEXT,
        (EInvoice("factur-x.xml", fault=XmlFault.TOO_LARGE),),
    )
