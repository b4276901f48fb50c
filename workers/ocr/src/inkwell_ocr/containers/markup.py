"""Makes paragraphs and tables of HTML as mails have it; no address in it is looked up. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from typing_extensions import override

from inkwell_ocr.containers.blocks import Block, Cell, Mark, Paragraph, Piece, Table

_UNSEEN: Final = frozenset({"script", "style", "head", "title", "template", "noscript", "svg"})
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_INLINE: Final = frozenset(
    {"a", "abbr", "b", "big", "code", "em", "font", "i", "label", "mark", "s", "small", "span",
     "strong", "sub", "sup", "u", "tt", "o:p"}
)  # fmt: skip
_HIDING: Final = re.compile(
    r"display:none|visibility:hidden|(?:font-size|max-height|opacity|mso-hide):(?:0(?![.\d]|\d)|all)"
    r"|(?<![-\w])color:(?:#fff(?:fff)?\b|white\b|rgb\(255,255,255\)|transparent)",
)
_FILL: Final = re.compile(r"background(?:-color)?:(?!#fff(?:fff)?\b|white\b|transparent|none)")
_DEEPEST: Final = 60
_MOST_COLUMNS: Final = 63
_SPACE: Final = re.compile(r"\s+")


@dataclass(slots=True)
class _Level:
    """An element that is open, and what is in it so far."""

    tag: str
    is_hidden: bool
    is_filled: bool
    columns: int = 1
    blocks: list[Block] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    rows: list[tuple[Cell, ...]] = field(default_factory=list)


class Reader(HTMLParser):
    """Collects the text that is seen, in its order.

    Attributes:
        hidden: characters that nobody sees.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.hidden = 0
        self._open = [_Level("", is_hidden=False, is_filled=False)]
        self._pieces: list[Piece] = []

    def blocks(self) -> tuple[Block, ...]:
        """Return what was read, when all was fed."""
        self.close()
        while len(self._open) > 1:
            self._leave()
        self._end_line()
        return tuple(self._open[0].blocks)

    @override
    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._pieces.append(Mark.LINE)
        if tag in _VOID:
            return
        if tag not in _INLINE:
            self._end_line()
        if tag in {"tr", "td", "th", "p", "li"}:
            self._close_left_open(tag)
        around, given = self._open[-1], dict(attrs)
        style = _SPACE.sub("", (given.get("style") or "").lower())
        is_filled = around.is_filled or bool(_FILL.search(style)) or "bgcolor" in given
        hides = (
            tag in _UNSEEN or "hidden" in given or self._is_hidden_by(style, is_filled=is_filled)
        )
        level = _Level(tag, around.is_hidden or hides, is_filled)
        if (span := given.get("colspan") or "").isdecimal():
            level.columns = min(max(int(span), 1), _MOST_COLUMNS)
        if len(self._open) < _DEEPEST:
            self._open.append(level)

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self._end_line()
        if any(level.tag == tag for level in self._open[1:]):
            while self._leave() != tag:
                pass

    @override
    def handle_data(self, data: str) -> None:
        if self._open[-1].is_hidden:
            if self._open[-1].tag not in _UNSEEN:
                self.hidden += len("".join(data.split()))
        else:
            self._pieces.append(data)

    @staticmethod
    def _is_hidden_by(style: str, *, is_filled: bool) -> bool:
        found = _HIDING.search(style)
        return found is not None and not (is_filled and found[0].startswith("color"))

    def _close_left_open(self, tag: str) -> None:
        """Close a cell, row or paragraph that the next one of its kind ends."""
        ends = {"tr": {"td", "th", "tr"}, "td": {"td", "th"}, "th": {"td", "th"}}.get(tag, {tag})
        while self._open[-1].tag in {*ends, "p"} and len(self._open) > 1:
            self._leave()

    def _end_line(self) -> None:
        paragraph = Paragraph(tuple(self._pieces))
        if paragraph.text.strip():
            self._open[-1].blocks.append(paragraph)
        self._pieces = []

    def _leave(self) -> str:
        """Close the innermost element, and give what is in it to the one around."""
        level = self._open.pop()
        around = self._open[-1]
        if level.tag not in _INLINE:
            self._pieces, pieces = [], self._pieces
            if Paragraph(tuple(pieces)).text.strip():
                level.blocks.append(Paragraph(tuple(pieces)))
        match level.tag:
            case "td" | "th":
                around.cells.append(Cell(tuple(level.blocks), level.columns))
            case "tr":
                around.rows.append((*level.cells, *(Cell((block,)) for block in level.blocks)))
            case "table":
                around.blocks += [*level.blocks, Table(tuple(row for row in level.rows if row))]
            case _:
                around.blocks += level.blocks
                around.cells += level.cells
                around.rows += level.rows
        return level.tag


def read_markup(text: str) -> tuple[tuple[Block, ...], int]:
    """Return the text that HTML shows, and how many characters it hides."""
    reader = Reader()
    reader.feed(text)
    return reader.blocks(), reader.hidden


def read_plain(text: str) -> tuple[Block, ...]:
    """Return the lines of plain text; where it has several spaces, cells are parted."""
    return tuple(
        Paragraph(tuple(_with_tabs(line))) for line in text.replace("\r\n", "\n").split("\n")
    )


def _with_tabs(line: str) -> list[Piece]:
    pieces: list[Piece] = []
    for part in re.split(r"\t+| {3,}", line.strip()):
        pieces += [part, Mark.TAB]
    return pieces[:-1]
