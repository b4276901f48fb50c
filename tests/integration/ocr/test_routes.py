"""By which route pages are read, and why: PDFium and Tesseract, in process."""

import io
import os
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from inkwell_api.document import Page, PageSource
from inkwell_api.route import RouteReason
from inkwell_demo.real_invoices import folder_of
from inkwell_ocr.engines.tesseract import Tesseract, language_data
from inkwell_ocr.job import Job
from inkwell_ocr.routes.reader import read_pages
from inkwell_ocr.routes.recognition import Readers
from support.papers import (
    SENTENCES,
    font,
    image_object,
    lines_from,
    page_of,
    pdf_of_text,
    stream,
    text_at,
)

pytestmark = pytest.mark.integration
INVOICES = folder_of(Path(__file__).parents[3])
BILL = (
    "Invoice INV-20871 of Northwind Traders Limited",
    "Date of issue 2025-05-12 and due within a month",
    "Consulting on the river bank, ten hours",
    "Net amount GBP 1,000.00 and VAT GBP 200.00",
    "Total amount payable GBP 1,200.00",
)
NOTICE = (
    "This message was scanned for viruses by the mail gateway of the company and no threat was",
    "found. Do not open attachments of senders that you do not know. Received 2025-01-02.",
)


@pytest.fixture(scope="module")
def tesseract() -> Tesseract:
    """A Tesseract that reads English."""
    try:
        return Tesseract(("eng",), "Auto", language_data())
    except FileNotFoundError as error:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            raise
        pytest.skip(f"{error}: install tesseract-ocr-eng and tesseract-ocr-osd")


def read(content: bytes, tesseract: Tesseract, text_layer: str = "Prefer") -> Page:
    """Return the only page of a PDF."""
    job = Job("application/pdf", text_layer, 1, 60)
    [page] = read_pages(io.BytesIO(content), job, Readers.of(tesseract))
    return page


def scan(width: int = 1240, height: int = 1754) -> Image.Image:
    """Return a picture of the bill at 150 dpi."""
    image = Image.new("L", (width, height), 250)
    draw = ImageDraw.Draw(image)
    for row in range(3):
        for place, line in enumerate(BILL):
            draw.text((110, 60 + 270 * row + 50 * place), line, fill=15, font=font(28))
    return image


def scan_under(text: bytes, *, top: int = 0, bottom: int = 842, strips: int = 1) -> bytes:
    """Return a page whose bill is a picture in so many strips, with digital text on it."""
    height = bottom - top
    picture = scan(height=round(1754 * height / 842))
    step = picture.height / strips
    parts = [
        picture.crop((0, round(step * number), picture.width, round(step * (number + 1))))
        for number in range(strips)
    ]
    drawn = b"".join(
        b"q 595 0 0 %f 0 %f cm /P%d Do Q\n"
        % (height / strips, 842 - top - height / strips * (number + 1), number)
        for number in range(strips)
    )
    names = b" ".join(b"/P%d %d 0 R" % (number, 6 + number) for number in range(strips))
    return page_of(
        drawn + text,
        resources=b"/XObject << %b >>" % names,
        objects=[image_object(part) for part in parts],
    )


@pytest.mark.parametrize(
    "content",
    [
        scan_under(text_at(60, 20, "Scanned at station 4 on 2025-01-02"), strips=8),
        scan_under(lines_from(40, NOTICE)),
        scan_under(lines_from(800, SENTENCES), top=421),
    ],
    ids=["strips and a stamp", "a notice of a mail gateway", "half a page"],
)
def test_a_scan_with_some_text_on_it_is_read_by_recognition(
    tesseract: Tesseract, content: bytes
) -> None:
    page = read(content, tesseract)
    assert (page.source, page.reason) == (PageSource.OCR, RouteReason.UNCOVERED_INK)
    assert {"INV-20871", "1,200.00", "2025-05-12"} <= {word.text for word in page.words}


def test_a_scan_that_was_read_before_is_read_again(tesseract: Tesseract) -> None:
    other = lines_from(800, [line.replace("1,200.00", "9,119.00") for line in BILL] * 3)
    page = read(scan_under(b"3 Tr\n" + other), tesseract)
    assert (page.source, page.reason) == (PageSource.OCR, RouteReason.HIDDEN_TEXT)
    assert "1,200.00" in page.text
    assert "9,119.00" not in page.text


def test_with_only_the_text_layer_wanted_the_words_of_a_scan_are_taken(
    tesseract: Tesseract,
) -> None:
    page = read(scan_under(b"3 Tr\n" + lines_from(800, BILL)), tesseract, "Only")
    assert (page.source, page.reason) == (PageSource.TEXT_LAYER, RouteReason.ASKED)
    assert page.text == "\n".join(BILL)


def test_hidden_text_is_told_and_does_not_cost_the_text_layer(tesseract: Tesseract) -> None:
    content = lines_from(800, BILL) + text_at(300, 400, "9,119.00", before="1 g")
    page = read(page_of(content), tesseract)
    assert (page.source, page.reason) == (PageSource.TEXT_LAYER, RouteReason.TEXT_IS_SHOWN)
    assert page.text == "\n".join(BILL)
    assert page.hidden_characters == 8


@pytest.mark.parametrize("matrix", ["0 1 -1 0 %d 60", "0 -1 1 0 %d 780"], ids=["up", "down"])
def test_text_that_runs_up_or_down_the_page_is_turned_upright(
    tesseract: Tesseract, matrix: str
) -> None:
    columns = range(100, 500, 30) if matrix.startswith("0 1") else range(500, 100, -30)
    drawn = "".join(
        f"BT /F1 12 Tf {matrix % x} Tm ({line}) Tj ET\n"
        for x, line in zip(columns, SENTENCES, strict=False)
    )
    page = read(page_of(drawn.encode()), tesseract)
    assert (page.reason, page.text) == (RouteReason.TEXT_IS_SHOWN, "\n".join(SENTENCES))


def shifted(wrong: str) -> bytes:
    """Return a page with a font of its own whose map to Unicode says other characters for some."""
    pairs = b"".join(
        b"<%02X> <%04X>\n" % (code, ord(chr(code + 1)) if chr(code) in wrong else code)
        for code in range(32, 126)
    )
    unicode_map = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def "
        b"1 begincodespacerange <00> <FF> endcodespacerange 94 beginbfchar\n"
        + pairs
        + b"endbfchar endcmap end end"
    )
    return page_of(
        lines_from(800, BILL).replace(b"/F1", b"/F2"),
        resources=b"/Font << /F2 6 0 R >>",
        objects=[
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 7 0 R >>",
            stream(unicode_map),
        ],
    )


@pytest.mark.parametrize(
    "wrong",
    ["".join(chr(code) for code in range(48, 123)), "0123456789"],
    ids=["all letters", "digits alone"],
)
def test_text_that_says_other_words_than_are_drawn_is_not_believed(
    tesseract: Tesseract, wrong: str
) -> None:
    page = read(shifted(wrong), tesseract)
    assert (page.source, page.reason) == (PageSource.OCR, RouteReason.CONTRADICTED)
    assert "1,200.00" in page.text


def note(entries: bytes) -> bytes:
    """Return a page with a bill and a note that was typed onto it."""
    return page_of(
        lines_from(800, BILL),
        page=b"/Annots [<< /Type /Annot /Subtype /FreeText /Rect [60 500 300 530] "
        b"/Contents (Order number PO-4711 PAID) /DA (/Helv 11 Tf 0 g) %b >>]" % entries,
        objects=[
            stream(
                b"BT /F1 11 Tf 2 8 Td (Order number PO-4711 PAID) Tj ET",
                b"/Type /XObject /Subtype /Form /BBox [0 0 240 30] "
                b"/Resources << /Font << /F1 3 0 R >> >>",
            )
        ],
    )


@pytest.mark.parametrize("entries", [b"/AP << /N 6 0 R >>", b""], ids=["drawn", "not drawn"])
@pytest.mark.parametrize("text_layer", ["Prefer", "Ignore"])
def test_a_note_that_was_typed_onto_the_page_is_read(
    tesseract: Tesseract, entries: bytes, text_layer: str
) -> None:
    page = read(note(entries), tesseract, text_layer)
    assert "Order number PO-4711 PAID" in page.text
    assert "INV-20871" in page.text


@pytest.mark.parametrize("flag", [1, 2, 32], ids=["invisible", "hidden", "no view"])
def test_a_note_that_no_viewer_shows_is_not_read(tesseract: Tesseract, flag: int) -> None:
    page = read(note(b"/AP << /N 6 0 R >> /F %d" % flag), tesseract)
    assert "PO-4711" not in page.text


def test_a_page_that_asks_to_wait_for_its_form_has_no_words(tesseract: Tesseract) -> None:
    content = page_of(
        lines_from(800, ["Please wait...", "If this message is not eventually replaced"]),
        catalog=b"/NeedsRendering true /AcroForm << /Fields [] /XFA 6 0 R >>",
        objects=[stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'></xdp:xdp>")],
    )
    page = read(content, tesseract)
    assert (page.words, page.reason) == ((), RouteReason.PLACEHOLDER)


def test_pages_that_are_asked_for_by_one_route_say_so(tesseract: Tesseract) -> None:
    content = pdf_of_text([SENTENCES])
    assert read(content, tesseract).reason is RouteReason.TEXT_IS_SHOWN
    for text_layer in ("Ignore", "Only"):
        assert read(content, tesseract, text_layer).reason is RouteReason.ASKED
    assert read(pdf_of_text([["Page 3"]]), tesseract).reason is RouteReason.LITTLE_TEXT


def test_real_invoices_that_were_born_digital_stay_with_their_text_layer(
    tesseract: Tesseract,
) -> None:
    files = sorted(INVOICES.glob("*.pdf"))
    if not files:
        pytest.skip(f"no real invoices in {INVOICES}")
    for file in files:
        job = Job("application/pdf", "Prefer", 50, 60)
        for page in read_pages(io.BytesIO(file.read_bytes()), job, Readers.of(tesseract)):
            assert page.reason is RouteReason.TEXT_IS_SHOWN, f"{file.name} page {page.number}"
