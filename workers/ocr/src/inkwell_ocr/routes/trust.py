"""Judges whether a page's text layer shows what the page shows. Runs in the child only.

What is cheap is asked first: how much text there is, which of it is seen, whether it covers the ink
of the page; then recognition reads a few words of it. Whatever speaks against the text layer sends
the page to recognition as a whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import pypdfium2
from PIL import Image, ImageChops

from inkwell_api.route import RouteReason
from inkwell_ocr.engines.tesseract import Tesseract
from inkwell_ocr.glyphs import Glyph, TextLayer
from inkwell_ocr.pdf_drawing import Drawing, draw, draw_both
from inkwell_ocr.routes.coverage import find_uncovered
from inkwell_ocr.routes.doubles import runs_under_others, without_doubles
from inkwell_ocr.routes.glance import letters_without_text, read_sample
from inkwell_ocr.routes.proof import Reader, proves_figures
from inkwell_ocr.routes.sample import choose, contradicts
from inkwell_ocr.routes.spelling import has_enough, is_mapped
from inkwell_ocr.routes.textlayer import Display, Draft
from inkwell_ocr.routes.visibility import (
    LEAST_CONTRAST,
    LEAST_DIFFERENCE,
    Sight,
    difference,
    is_filled,
    with_marks_as_their_letters,
)

_LETTERS_OF_A_LOGO: Final = 40
"""Letters in a picture up to which a page may do without them."""


@dataclass(frozen=True, slots=True)
class SeenText:
    """The characters of a text layer that are seen on the page, each once.

    Attributes:
        layer: they, and all that drew text.
        hidden: how many others there are.
        drawing: the page with and without its text.
    """

    layer: TextLayer
    hidden: int
    drawing: Drawing

    @classmethod
    def on(cls, page: pypdfium2.PdfPage, layer: TextLayer) -> "SeenText":
        """Look at the page.

        Raises:
            Unreadable: PDFium cannot draw it.
        """
        drawing = draw_both(page)
        width, height = page.get_size()
        seen = _seen(page, layer, drawing)
        glyphs = [glyph for glyph, is_seen in zip(layer.glyphs, seen, strict=True) if is_seen]
        hidden = len(layer.glyphs) - len(glyphs)
        once = tuple(without_doubles(glyphs, width, height))
        return cls(replace(layer, glyphs=once), hidden, drawing)


def judge(
    page: pypdfium2.PdfPage,
    text: SeenText,
    drafts: Sequence[Draft],
    display: Display,
    tesseract: Tesseract,
) -> RouteReason:
    """Return `TEXT_IS_SHOWN`, or what speaks against the text layer.

    Raises:
        Unreadable: PDFium cannot draw the page.
    """
    glyphs = text.layer.glyphs
    if not has_enough(glyphs):
        return RouteReason.HIDDEN_TEXT if text.hidden > len(glyphs) else RouteReason.LITTLE_TEXT
    if not is_mapped(glyphs):
        return RouteReason.UNMAPPED_TEXT
    drawn = text.drawing
    uncovered = find_uncovered(difference(drawn.whole, drawn.bare), drawn.bare)
    if uncovered and (
        uncovered.prevails
        or letters_without_text(page, uncovered.part, display.turn, tesseract) > _LETTERS_OF_A_LOGO
    ):
        return RouteReason.UNCOVERED_INK
    runs = text.layer.runs
    sample = choose(drafts, runs)
    readings = read_sample(page, sample, runs, display.turn, tesseract)
    read = list(zip(sample, readings, strict=True))
    reader = Reader(page, runs, display, tesseract)
    if contradicts(readings) or not proves_figures(reader, drafts, read):
        return RouteReason.CONTRADICTED
    return RouteReason.TEXT_IS_SHOWN


def _seen(page: pypdfium2.PdfPage, layer: TextLayer, drawing: Drawing) -> list[bool]:
    width, height = page.get_size()
    sight = Sight(difference(drawing.whole, drawing.bare), drawing.bare, width, height)
    seen = sight.seen(layer)
    shown = [glyph for glyph, is_seen in zip(layer.glyphs, seen, strict=True) if is_seen]
    # Where characters stand close to others, the ink in their place may be that of the others. Text
    # that is as pale as its paper, or lies below other text, is left out of a drawing by itself.
    for doubtful, contrast in (
        (sight.pale_runs(layer), LEAST_CONTRAST),
        (runs_under_others(shown, width, height), LEAST_DIFFERENCE),
    ):
        if doubtful:
            rest = draw(page, without=[layer.runs[run].handle for run in doubtful])
            # White letters over black ones take ink away and add none: they are as good as paper.
            own_ink = ImageChops.darker(difference(drawing.whole, rest), sight.difference)
            seen = [
                is_seen and (glyph.run not in doubtful or _keeps(glyph, own_ink, contrast, sight))
                for glyph, is_seen in zip(layer.glyphs, seen, strict=True)
            ]
    return with_marks_as_their_letters(layer.glyphs, seen)


def _keeps(glyph: Glyph, own_ink: Image.Image, contrast: int, sight: Sight) -> bool:
    """Say whether a character counts as before though its run is doubtful."""
    return (
        glyph.box is None or is_filled(own_ink, glyph.box, contrast) or not sight.has_ink(glyph.box)
    )
