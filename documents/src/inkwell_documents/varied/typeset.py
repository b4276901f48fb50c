"""A typeset document: texts at places. Pure."""

from dataclasses import dataclass, field

from inkwell_documents.paper.align import Align

WIDTH = 100.0
"""Of a sheet, in units of its own; a row is one unit of y."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of text.

    Attributes:
        x: of the edge that `align` names, 0 to 100.
        y: row, from 0 at the top; halves are allowed.
        text: what stands there.
        align: left, right or centred.
        size: relative to usual text.
        bold: whether it is bold.
    """

    x: float
    y: float
    text: str
    align: Align = Align.LEFT
    size: float = 1.0
    bold: bool = False


@dataclass(slots=True)
class Typeset:
    """A sheet in the making, and then a document.

    Attributes:
        items: everything that stands on it.
        is_roll: a narrow roll of paper and no sheet.
    """

    items: list[Item] = field(default_factory=list)
    is_roll: bool = False

    def put(
        self, x: float, y: float, text: str, align: Align = Align.LEFT, size: float = 1.0
    ) -> None:
        """Write one line; one that is larger than usual is bold."""
        if text:
            self.items.append(Item(x, y, text, align, size, bold=size > 1))

    def column(
        self, x: float, y: float, texts: tuple[str, ...], align: Align = Align.LEFT
    ) -> float:
        """Write lines under one another; return the row after the last."""
        for text in texts:
            self.put(x, y, text, align)
            y += 1
        return y

    @property
    def height(self) -> float:
        """Row after the last."""
        return max((item.y for item in self.items), default=0) + 1
