"""What is ink without text: on pictures drawn for it, at a pixel a point."""

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from inkwell_ocr.routes import coverage
from inkwell_ocr.routes.coverage import Uncovered, find_uncovered
from support.papers import SENTENCES, font

SIZE = (595, 842)
LINES = SENTENCES * 6


def write(image: Image.Image, top: int, count: int, left: int = 50) -> Image.Image:
    """Return a picture with lines of text of nine points on it."""
    written = image.copy()
    draw = ImageDraw.Draw(written)
    for row, sentence in enumerate(LINES[:count]):
        draw.text((left, top + 14 * row), sentence, fill=20, font=font(10))
    return written


def uncovered(bare: Image.Image, lines_of_text: int = 20) -> Uncovered | None:
    """Judge a page that shows a picture and, above it, lines of its text layer."""
    whole = write(bare, 40, lines_of_text)
    return find_uncovered(ImageChops.difference(whole, bare), bare)


def paper(grey: int = 255) -> Image.Image:
    return Image.new("L", SIZE, grey)


def furnished() -> dict[str, Image.Image]:
    """Return pages with what born-digital invoices have beside their text."""
    ruled, tinted, logo, code, border = paper(), paper(), paper(), paper(), paper()
    draw = ImageDraw.Draw(ruled)
    for y in range(300, 700, 20):
        draw.line((50, y, 545, y), fill=0)
    for x in range(50, 546, 55):
        draw.line((x, 300, x, 680), fill=0, width=2)
    draw = ImageDraw.Draw(tinted)
    for y in range(300, 700, 40):
        draw.rectangle((50, y, 545, y + 20), fill=215)
    draw.rectangle((0, 0, 595, 30), fill=30)
    draw = ImageDraw.Draw(logo)
    draw.ellipse((450, 700, 500, 750), fill=90)
    draw.text((505, 710), "Acme", fill=60, font=font(24))
    draw = ImageDraw.Draw(code)
    for x in range(400, 500, 4):
        draw.rectangle((x, 760, x + 1, 800), fill=0)
    ImageDraw.Draw(border).rectangle((20, 20, 575, 822), outline=0, width=3)
    return {
        "paper": paper(),
        "coloured paper": paper(225),
        "table": ruled,
        "tints": tinted,
        "logo": logo,
        "bar code": code,
        "border": border,
    }


@pytest.mark.parametrize("kind", furnished())
def test_rules_tints_and_small_logos_need_no_text(kind: str) -> None:
    assert uncovered(furnished()[kind]) is None


def test_a_scan_under_a_stamp_prevails() -> None:
    scan = write(paper(245), 90, 36).filter(ImageFilter.GaussianBlur(0.6))
    found = uncovered(scan, 1)
    assert found is not None
    assert found.prevails


def test_half_a_page_of_picture_is_found_and_where() -> None:
    found = uncovered(write(paper(), 450, 24))
    assert found is not None
    left, top, right, bottom = found.part
    assert top == pytest.approx(450 / 842, abs=0.03)
    assert bottom == pytest.approx((450 + 24 * 14) / 842, abs=0.03)
    assert left == pytest.approx(50 / 595, abs=0.04)
    assert right > 0.5


def test_pale_writing_of_a_scan_is_found() -> None:
    pale = write(paper(), 450, 24).point(lambda value: 150 + value * 90 // 255)
    assert uncovered(pale) is not None


def test_a_page_that_draws_text_alone_is_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "_writing", None)
    paper = Image.new("L", (595, 842), 250)
    assert coverage.find_uncovered(paper, paper) is None
