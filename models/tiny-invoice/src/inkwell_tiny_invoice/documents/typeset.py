"""A typeset document: texts at places, and how a reader turns them into lines. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

WIDTH = 100.0
"""Of a sheet, in units of its own; a row is one unit of y."""

_CHARACTER = 0.76
"""Width of a character of usual size."""


class Align(StrEnum):
    """On which side of its x a text stands."""

    LEFT = "left"
    RIGHT = "right"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of text.

    Attributes:
        x: of the edge that `align` names, 0 to 100.
        y: row, from 0 at the top; halves are allowed.
        text: what stands there.
        block: texts of one block are read together.
        align: left, right or centred.
        size: relative to usual text.
        bold: whether it is bold.
    """

    x: float
    y: float
    text: str
    block: int
    align: Align = Align.LEFT
    size: float = 1.0
    bold: bool = False

    @property
    def left(self) -> float:
        """Roughly where its first character stands."""
        width = len(self.text) * _CHARACTER * self.size
        match self.align:
            case Align.LEFT:
                return self.x
            case Align.RIGHT:
                return self.x - width
            case Align.CENTRE:
                return self.x - width / 2


@dataclass(slots=True)
class Typeset:
    """A sheet in the making, and then a document.

    Attributes:
        items: everything that stands on it.
        is_roll: a narrow roll of paper and no sheet.
        blocks: number of blocks begun.
    """

    items: list[Item] = field(default_factory=list)
    is_roll: bool = False
    blocks: int = 0

    def begin(self) -> None:
        """Begin a new block."""
        self.blocks += 1

    def put(
        self, x: float, y: float, text: str, align: Align = Align.LEFT, size: float = 1.0
    ) -> None:
        """Write one line; one that is larger than usual is bold."""
        if text:
            self.items.append(Item(x, y, text, self.blocks, align, size, bold=size > 1))

    def column(
        self, x: float, y: float, texts: tuple[str, ...], align: Align = Align.LEFT
    ) -> float:
        """Write lines under one another as a block; return the row after the last."""
        self.begin()
        for text in texts:
            self.put(x, y, text, align)
            y += 1
        return y

    @property
    def height(self) -> float:
        """Row after the last."""
        return max((item.y for item in self.items), default=0) + 1


def read_rows(items: list[Item]) -> list[str]:
    """Read row by row over the whole width, as a reader of a text layer does."""
    rows: dict[int, list[Item]] = {}
    for item in items:
        rows.setdefault(round(item.y * 2), []).append(item)
    return [
        " ".join(item.text for item in sorted(rows[y], key=lambda item: item.left))
        for y in sorted(rows)
    ]


def read_blocks(items: list[Item]) -> list[str]:
    """Read block by block, each row by row, as Tesseract reads what it takes for columns."""
    blocks: dict[int, list[Item]] = {}
    for item in items:
        blocks.setdefault(item.block, []).append(item)
    order = sorted(
        blocks.values(),
        key=lambda block: (min(i.y for i in block), min(i.left for i in block)),
    )
    return [line for block in order for line in read_rows(block)]


def read_bands(items: list[Item], random: Random) -> list[str]:
    """Read a part of the sheet as two columns, as Tesseract does where it sees a gap.

    What stands right of the gap comes after what stands left of it, or at the very end.
    """
    height = max((item.y for item in items), default=0.0)
    top = random.uniform(-1, height * 0.7)
    bottom = random.uniform(top + 3, height + 1)
    cut = random.uniform(28, 80)
    above = [item for item in items if item.y < top]
    below = [item for item in items if item.y > bottom]
    band = [item for item in items if top <= item.y <= bottom]
    left = [item for item in band if item.left < cut]
    right = [item for item in band if item.left >= cut]
    order = (above, left, below, right) if random.random() < 0.4 else (above, left, right, below)
    return [line for part in order for line in read_rows(part)]
