"""Pages with words where a test wants them, for tests of what reads pages."""

from collections.abc import Sequence

from inkwell_api.document import Box, Page, PageSource, Word

WIDTH, HEIGHT = 595.0, 842.0
LINE = 14.0
LETTER = 6.0


def typeset(*lines: str, number: int = 1, confidence: float = 1.0) -> Page:
    """Return a page with these lines; each space is a letter wide, so gaps are kept."""
    words = []
    for row, line in enumerate(lines):
        column = 0
        for part in line.split(" "):
            if part:
                words.append(_word(part, row, column, confidence))
            column += len(part) + 1
    return Page(number, WIDTH, HEIGHT, PageSource.TEXT_LAYER, 0, tuple(words))


def pages(*texts: Sequence[str]) -> tuple[Page, ...]:
    """Return one page for each list of lines."""
    return tuple(typeset(*lines, number=number) for number, lines in enumerate(texts, start=1))


def _word(text: str, row: int, column: int, confidence: float) -> Word:
    left, top = 40 + column * LETTER, 40 + row * LINE
    box = Box(left / WIDTH, top / HEIGHT, (left + len(text) * LETTER) / WIDTH, (top + 10) / HEIGHT)
    return Word(text, box, confidence, row)
