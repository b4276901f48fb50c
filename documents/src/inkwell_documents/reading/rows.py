"""Typeset documents as the extract stage gives them to a model, without drawing them.

Words get the places that they have on paper, and the stage's own code makes rows of them.
"""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Final

from inkwell_api.document import Box, Page, PageSource, Word
from inkwell_documents.paper.sheet import Face
from inkwell_documents.reading.noise import spoil
from inkwell_documents.varied.rendering import Paper, paper_of
from inkwell_documents.varied.typeset import Item, Typeset
from inkwell_extract.model.prompts import document_text
from inkwell_extract.page.layout import Layout

_FACES: Final = (Face.SANS, Face.SANS, Face.SERIF, Face.MONO)
_TWO_PAGES: Final = 0.05
_SHAKE: Final = 0.05
"""How far words of a scan miss their line, in sizes of the text (standard deviation)."""


def read(sheet: Typeset, random: Random, noise: float) -> str:
    """Read a sheet, now and then on two pages; every other one is a scan with misread letters."""
    pages: list[list[Item]] = [sheet.items]
    if random.random() < _TWO_PAGES:
        edge = sheet.height * random.uniform(0.5, 0.9)
        pages = [
            [item for item in sheet.items if item.y < edge],
            [item for item in sheet.items if item.y >= edge],
        ]
    is_scan = random.random() < 0.5
    paper = paper_of(sheet, random.choice(_FACES))
    share = random.uniform(0.62, 0.95)
    shake = random.uniform(0, _SHAKE) if is_scan else 0.0
    texts = []
    for number, items in enumerate(pages, start=1):
        words = tuple(words_on(items, paper, share, shake, random))
        page = Page(number, paper.width, paper.height, PageSource.TEXT_LAYER, 0, words)
        head, *lines = document_text(Layout([page])).split("\n")
        if is_scan and noise:
            lines = spoil(lines, random.uniform(0, noise), random)
        texts.append("\n".join((head, *lines)))
    return "\n".join(text for text in texts if text)


def words_on(
    items: Iterable[Item], paper: Paper, share: float, shake: float, random: Random
) -> Iterator[Word]:
    """Yield the words of some texts; a letter is `share` of its size high."""
    for line, item in enumerate(items):
        left, base = paper.left(item), paper.base(item)
        size = paper.size(item)
        position = 0
        for text in item.text.split(" "):
            start = left + paper.length(item, item.text[:position])
            position += len(text) + 1
            if text:
                bottom = base + (random.gauss(0, shake) * size if shake else 0.0)
                box = Box(
                    start / paper.width,
                    (bottom - share * size) / paper.height,
                    (start + paper.length(item, text)) / paper.width,
                    bottom / paper.height,
                )
                yield Word(text, box, 1.0, line)
