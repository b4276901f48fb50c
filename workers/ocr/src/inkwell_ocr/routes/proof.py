"""Proves that every digit of a text layer is drawn as the one that it is. Runs in the child only.

How digits look is compared (`shapes`); of each shape one word is read (`figures`). A shape that
is not read as it is said to be is read a second time, within its line: recognition errs, and seldom
twice.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import pypdfium2
from PIL import ImageChops

from inkwell_ocr.engines.tesseract import Tesseract
from inkwell_ocr.geometry import PixelBox, quarter_turn
from inkwell_ocr.glyphs import Run
from inkwell_ocr.pdf_drawing import draw, text_objects
from inkwell_ocr.routes.figures import Figures, FigureWord, is_short
from inkwell_ocr.routes.glance import read_sample
from inkwell_ocr.routes.sample import Reading
from inkwell_ocr.routes.textlayer import Display, Draft
from inkwell_ocr.routes.unsaid import has_unsaid_ink

_DPI: Final = 200.0
"""At which a digit of four points is six pixels high."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads words of a page.

    Attributes:
        page: of the file.
        runs: that drew them.
        display: how the page is turned.
        tesseract: who recognises.
    """

    page: pypdfium2.PdfPage
    runs: Sequence[Run]
    display: Display
    tesseract: Tesseract

    def agreeing(self, turned: tuple[int, Sequence[FigureWord]]) -> frozenset[int]:
        """Return the kinds that are read as they are said to be, of words of one direction."""
        turn, words = turned
        drafts = [_upright(word.draft, turn - self.display.turn) for word in words]
        readings = read_sample(self.page, drafts, self.runs, turn, self.tesseract)
        return frozenset[int]().union(
            *(word.agreeing(found.read) for word, found in zip(words, readings, strict=True))
        )


def proves_figures(
    reader: Reader,
    drafts: Sequence[Draft],
    sample: Sequence[tuple[Draft, Reading]],
) -> bool:
    """Say whether each shape of a digit, or of a currency's letter, was read as what it says.

    Args:
        reader: of the page.
        drafts: all words of the page.
        sample: some of them that were read already.

    Raises:
        Unreadable: PDFium cannot draw the page.
    """
    page = reader.page
    whole = draw(page, dpi=_DPI)
    bare = draw(page, dpi=_DPI, without=text_objects(page))
    difference = ImageChops.difference(whole, bare)
    figures = Figures.drawn(drafts, difference)
    if figures is None:
        return False
    if has_unsaid_ink(difference, drafts, [word.draft for word in figures.words]):
        return False
    read_as = {id(draft): reading.read for draft, reading in sample}
    proven = frozenset[int]().union(
        *(word.agreeing(read_as.get(id(word.draft), "")) for word in figures.words)
    )
    for is_second in (False, True):
        words = [
            figures.with_neighbours(word, drafts) if is_second or is_short(word) else word
            for word in figures.to_read(proven)
        ]
        proven = proven.union(*map(reader.agreeing, _by_turn(words, reader.display)))
    return not figures.missing(proven)


def _by_turn(words: Sequence[FigureWord], display: Display) -> list[tuple[int, list[FigureWord]]]:
    by_turn: defaultdict[int, list[FigureWord]] = defaultdict(list)
    for word in words:
        angle = math.degrees(word.draft.glyphs[0].angle) - display.rotation
        by_turn[quarter_turn(angle)].append(word)
    return list(by_turn.items())


def _upright(draft: Draft, turn: int) -> Draft:
    """Return a word with the box that it has once it is turned."""
    if turn % 180 == 0:
        return draft
    return replace(draft, box=PixelBox(0.0, 0.0, draft.box.height, draft.box.width))
