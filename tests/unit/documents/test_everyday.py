"""Everyday documents say what their truth says, and say it the same way each time."""

import hashlib
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from inkwell_documents import faults
from inkwell_documents.corpus import Form, Order, make, make_many, save
from inkwell_documents.everyday import amounts, dates
from inkwell_documents.everyday.invention import invent
from inkwell_documents.everyday.layouts import LAYOUTS, layouts_for
from inkwell_documents.everyday.layouts.positions import paginate
from inkwell_documents.everyday.wording import Wording
from inkwell_documents.facts import Kind, Language
from inkwell_documents.paper.scanning import Scanner

SEED = 11
TWO_PAGES = 60


def text_of(pdf: bytes) -> str:
    """Return the text layer of all pages, each run of white space as one blank."""
    document = pdfium.PdfDocument(pdf)
    try:
        return " ".join(
            " ".join(page.get_textpage().get_text_bounded().split()) for page in document
        )
    finally:
        document.close()


def every_look() -> Iterator[tuple[str, Language]]:
    """Name each layout in each language."""
    for layout in LAYOUTS:
        for language in Language:
            yield layout.name, language


@pytest.mark.parametrize(("layout", "language"), list(every_look()))
@pytest.mark.parametrize("index", range(3))
def test_text_layer_holds_the_whole_truth(layout: str, language: Language, index: int) -> None:
    random = Random(f"{SEED}/{layout}/{language}/{index}")
    look = next(each for each in LAYOUTS if each.name == layout)
    facts = invent(random, language, look.kind)
    wording = Wording.draw(facts, random)
    text = text_of(look.sheet(wording, random.choice(look.faces)))
    expected = [
        str(facts.number),
        facts.seller.name,
        wording.day(facts.issue_date),
        wording.money(facts.total),
        wording.plain(facts.net),
        wording.plain(facts.tax),
        *(line.description for line in facts.lines),
    ]
    missing = [value for value in expected if " ".join(value.split()) not in text]
    assert not missing, text


def test_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    orders = (
        Order(form=Form.BORN_DIGITAL),
        *(Order(form=form, kind=Kind.RECEIPT, lines=1) for form in Form),
    )
    first, again, other = (
        [hashlib.sha256(sample.content).hexdigest() for sample in make_many(seed, orders)]
        for seed in (1, 1, 2)
    )
    assert first == again
    assert not set(first) & set(other)


def test_a_seed_gives_the_documents_that_figures_are_of() -> None:
    """Bytes of a PDF vary with the library that compresses them; what stands in it does not."""
    said = hashlib.sha256()
    for index in range(20):
        kind = tuple(Kind)[index % 2]
        sample = make(SEED, index, Order(form=Form.BORN_DIGITAL, kind=kind))
        parts = (sample.name, json.dumps(dict(sample.truth)), text_of(sample.content))
        said.update("\n".join(parts).encode())
    assert said.hexdigest() == "378eebcefaaff5fdee721bd24069c95d1251acfe60beed713b98faf82d43fa75"


def test_a_document_does_not_depend_on_the_ones_before_it() -> None:
    order = Order(form=Form.BORN_DIGITAL)
    assert make(SEED, 2, order).content == list(make_many(SEED, (order,) * 3))[2].content


@pytest.mark.parametrize("layout", [layout.name for layout in layouts_for(Kind.INVOICE)])
def test_a_long_invoice_takes_more_pages_and_loses_no_line(layout: str) -> None:
    sample = make(SEED, 1, Order(layout=layout, lines=TWO_PAGES, form=Form.BORN_DIGITAL))
    document = pdfium.PdfDocument(sample.content)
    assert len(document) > 1
    document.close()
    text = text_of(sample.content)
    for line in sample.facts.lines:
        assert line.description in text
    assert str(sample.truth["invoice_number"]) in text


def test_pages_are_filled_in_order() -> None:
    lines = invent(Random(1), Language.ENGLISH, lines=10).lines
    assert paginate(lines, 3, 4) == (lines[:3], lines[3:7], lines[7:])
    assert paginate((), 3, 4) == ((),)


def test_sums_add_up() -> None:
    for index in range(50):
        invoice = invent(Random(index), tuple(Language)[index % 3])
        assert invoice.net == sum(line.price * line.quantity for line in invoice.lines)
        assert invoice.net + invoice.tax == invoice.total > 0
        assert invoice.total.as_tuple().exponent == -2


@pytest.mark.parametrize("form", [Form.SCANNED_PDF, Form.PNG, Form.JPEG, Form.TIFF])
def test_a_scan_has_no_text_layer_and_looks_like_its_original(form: Form) -> None:
    sample = make(SEED, 3, Order(form=form, layout="receipt"))
    if form is Form.SCANNED_PDF:
        assert not text_of(sample.content)
        page = pdfium.PdfDocument(sample.content)[0].render(scale=1).to_pil()
    else:
        page = Image.open(io.BytesIO(sample.content))
        assert page.format == {"jpg": "JPEG", "png": "PNG", "tiff": "TIFF"}[form.value]
    levels = np.asarray(page.convert("L"))
    assert 180 < levels.mean() < 255
    assert levels.min() < 110


def test_a_scanned_tiff_has_every_page() -> None:
    sample = make(SEED, 4, Order(form=Form.TIFF, layout="letter", lines=TWO_PAGES))
    assert Image.open(io.BytesIO(sample.content)).n_frames > 1  # type: ignore[attr-defined]  # a TIFF has it


def test_a_photo_of_two_pages_is_refused() -> None:
    with pytest.raises(ValueError, match="holds one page"):
        make(SEED, 4, Order(form=Form.PNG, layout="letter", lines=TWO_PAGES))


def test_quarter_turns_lay_the_page_on_its_side() -> None:
    pdf = make(SEED, 5, Order(form=Form.BORN_DIGITAL, layout="grid")).content
    upright, turned = (Scanner(dpi=50, quarter_turns=turns).scan(pdf)[0] for turns in (0, 1))
    assert upright.height > upright.width
    assert turned.size == (upright.height, upright.width)


@pytest.mark.parametrize(
    ("language", "currency", "written"),
    [
        (Language.ENGLISH, "GBP", {"£1,234.50", "£1234.50", "GBP 1,234.50", "GBP 1234.50"}),
        (Language.GERMAN, "EUR", {"1.234,50 €", "1234,50 €", "1.234,50 EUR", "1234,50 EUR"}),
        (Language.FRENCH, "EUR", {"1 234,50 €", "1234,50 €", "1 234,50 EUR", "1234,50 EUR"}),
        (Language.GERMAN, "CHF", {"CHF 1'234.50"}),
    ],
)
def test_amounts_are_written_as_the_country_does(
    language: Language, currency: str, written: set[str]
) -> None:
    drawn = {
        amounts.draw(language, currency, Random(seed))[1](Decimal("1234.50")) for seed in range(60)
    }
    assert drawn == written


def test_no_english_date_can_be_read_in_two_ways() -> None:
    for index in range(300):
        invoice = invent(Random(index), Language.ENGLISH)
        written = dates.draw(Language.ENGLISH, Random(index))(invoice.issue_date)
        if "/" in written:
            assert int(written.split("/")[0]) > 12


def test_the_truth_is_saved_beside_the_document(tmp_path: Path) -> None:
    sample = make(SEED, 6, Order(form=Form.BORN_DIGITAL))
    path = save(sample, tmp_path)
    assert path.read_bytes() == sample.content
    assert (
        json.loads((tmp_path / f"{sample.name}.truth.json").read_text(encoding="utf-8"))
        == sample.truth
    )


def test_faulty_documents_are_faulty_in_the_way_that_they_say() -> None:
    with pytest.raises(pdfium.PdfiumError, match="password"):
        pdfium.PdfDocument(faults.encrypted_pdf())
    with pytest.raises(pdfium.PdfiumError):
        pdfium.PdfDocument(faults.corrupt_pdf())
    with pytest.raises(OSError, match="image"):
        Image.open(io.BytesIO(faults.corrupt_png())).load()
    assert faults.corrupt_pdf().startswith(b"%PDF-")
    assert not faults.not_a_document().startswith(b"%PDF-")


def test_padding_and_pages_are_as_many_as_asked_for() -> None:
    size = 300_000
    padded = faults.padded_pdf(size)
    assert len(padded) == size
    assert "Long." in text_of(padded)
    pages = 7
    assert len(pdfium.PdfDocument(faults.many_pages(pages))) == pages
