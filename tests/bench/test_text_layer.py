"""What reading and judging a text layer costs: processor time of this process, no platform."""

import io
import time
from collections.abc import Callable, Iterator

import pypdfium2
import pytest

from inkwell_ocr.pdf import load_page, open_pdf
from inkwell_ocr.pdf_text import read_text
from inkwell_ocr.routes.trust import SeenText
from support.figures import Figure, record
from support.papers import SENTENCES, page_of, text_at

ROUNDS = 5
LINES = 110
COLUMNS = 3
"""Of small print on a page: 20,000 characters, as terms and conditions have."""


@pytest.fixture(scope="module")
def dense() -> Iterator[pypdfium2.PdfPage]:
    """A page full of small print."""
    content = b"".join(
        text_at(20 + 190 * column, 820 - 7.2 * row, SENTENCES[(row + column) % len(SENTENCES)], 6)
        for row in range(LINES)
        for column in range(COLUMNS)
    )
    with open_pdf(io.BytesIO(page_of(content))) as document:
        page = load_page(document, 0)
        yield page
        page.close()


def milliseconds(work: Callable[[], object]) -> float:
    """Return the processor time that some work takes."""
    started = time.process_time()
    work()
    return 1000 * (time.process_time() - started)


def plain_text(page: pypdfium2.PdfPage) -> str:
    """Return what PDFium itself gives for the text of a page, without places."""
    text = page.get_textpage()
    try:
        return str(text.get_text_range())
    finally:
        text.close()


def test_characters_with_their_places_cost_little_more_than_pdfium_alone(
    dense: pypdfium2.PdfPage,
) -> None:
    count = len(read_text(dense).glyphs)
    ours, bare = [], []
    for _ in range(ROUNDS):
        bare.append(milliseconds(lambda: plain_text(dense)))
        ours.append(milliseconds(lambda: read_text(dense)))
    figure = record(
        Figure(
            name="Reading a dense text layer",
            unit="ms",
            ours=tuple(ours),
            bare=tuple(bare),
            compared_with="PDFium's text alone",
            target=25.0,
            is_more_better=False,
            note=f"One page of {count} characters; ours has the place, font and paint of each.",
        )
    )
    assert figure.is_met, figure


def test_a_dense_page_is_looked_at_in_less_than_a_second(dense: pypdfium2.PdfPage) -> None:
    layer = read_text(dense)
    ours = tuple(milliseconds(lambda: SeenText.on(dense, layer)) for _ in range(ROUNDS))
    figure = record(
        Figure(
            name="Finding what is seen of a dense text layer",
            unit="ms",
            ours=ours,
            bare=(),
            compared_with="",
            target=1000.0,
            is_more_better=False,
            note=(
                f"The same page of {len(layer.glyphs)} characters: drawn with its text and "
                "without, each character looked up in the difference, doubles left out."
            ),
        )
    )
    assert figure.is_met, figure
