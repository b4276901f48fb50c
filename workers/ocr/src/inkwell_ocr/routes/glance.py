"""Has small parts of a drawn page recognised, to judge its text layer. Runs in the child only."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean
from typing import Final

import pypdfium2
from PIL import Image, ImageOps

from inkwell_ocr.engines.tesseract import Tesseract
from inkwell_ocr.glyphs import Edges, Run
from inkwell_ocr.images import POINTS_PER_INCH
from inkwell_ocr.pdf_drawing import draw, text_objects
from inkwell_ocr.routes.sample import Reading
from inkwell_ocr.routes.textlayer import Draft

_ROW_PIXELS: Final = 44
"""Height that a word of the sample is drawn in, from its ascenders to its descenders."""

_ROW_DPI: Final = 300.0
"""At which letters of ten points are of that height."""

_GAP_PIXELS: Final = 20
_MARGIN: Final = 0.1
"""Heights of a word to draw beside it."""

_DPI: Final = 200.0
"""For ink without text; small print is read from here on."""

_SURE: Final = 0.6
_LEAST_LETTERS: Final = 3
"""Of a word that counts; shorter ones are seen in logos and photographs."""


def read_sample(
    page: pypdfium2.PdfPage,
    drafts: Sequence[Draft],
    runs: Sequence[Run],
    turn: int,
    tesseract: Tesseract,
) -> list[Reading]:
    """Return what recognition reads where words of the text layer are drawn."""
    if not drafts:
        return []
    rows = [_picture(page, draft, turn) for draft in drafts]
    strip, tops = _stacked(rows)
    found: defaultdict[int, list[tuple[str, float]]] = defaultdict(list)
    for text, box, confidence, _ in tesseract.glance(strip, _ROW_DPI, "SingleBlock").words:
        middle = (box.top + box.bottom) / 2
        found[max(row for row, top in enumerate(tops) if top <= middle or row == 0)].append(
            (text, confidence)
        )
    return [
        Reading(
            draft.text,
            "".join(text for text, _ in found[row]),
            fmean(confidence for _, confidence in found[row]) if found[row] else 0.0,
            runs[draft.run].font,
        )
        for row, draft in enumerate(drafts)
    ]


def letters_without_text(
    page: pypdfium2.PdfPage, part: Edges, turn: int, tesseract: Tesseract
) -> int:
    """Return how many letters recognition surely reads in a part of the page without its text."""
    image = draw(page, without=text_objects(page), dpi=_DPI, part=part, turn=turn)
    return sum(
        len(text)
        for text, _, confidence, _ in tesseract.glance(image, _DPI, "Auto").words
        if confidence >= _SURE and sum(map(str.isalnum, text)) >= _LEAST_LETTERS
    )


def _picture(page: pypdfium2.PdfPage, draft: Draft, turn: int) -> Image.Image:
    """Draw a word, dark on light."""
    width, _ = page.get_size()
    left, top, right, bottom = draft.shown
    margin = _MARGIN * draft.box.height
    part = (
        max(left - margin / width, 0.0),
        max(top, 0.0),
        min(right + margin / width, 1.0),
        min(bottom, 1.0),
    )
    dpi = _ROW_PIXELS / draft.box.height * POINTS_PER_INCH
    image = ImageOps.autocontrast(draw(page, dpi=dpi, part=part, turn=turn))
    return image if _is_light(image) else ImageOps.invert(image)


def _is_light(image: Image.Image) -> bool:
    histogram = image.histogram()
    return sum(histogram[128:]) >= sum(histogram[:128])


def _stacked(rows: Sequence[Image.Image]) -> tuple[Image.Image, list[int]]:
    """Return the pictures below each other on white, and where each one's row begins."""
    width = max(row.width for row in rows) + 2 * _GAP_PIXELS
    height = sum(row.height + _GAP_PIXELS for row in rows) + _GAP_PIXELS
    strip = Image.new("L", (width, height), 255)
    tops = []
    top = _GAP_PIXELS
    for row in rows:
        strip.paste(row, (_GAP_PIXELS, top))
        tops.append(top - _GAP_PIXELS // 2)
        top += row.height + _GAP_PIXELS
    return strip, tops
