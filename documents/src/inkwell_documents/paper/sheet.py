"""The paper that layouts draw on: points from the top left corner, always the same bytes."""

import io
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from inkwell_documents.paper.align import Align


class Face(StrEnum):
    """Type faces that every PDF reader brings along."""

    SANS = "Helvetica"
    SERIF = "Times"
    MONO = "Courier"

    def font(self, *, bold: bool = False) -> str:
        """Return the name of its font."""
        return (_BOLD if bold else _REGULAR)[self]


_BOLD: Final = {Face.SANS: "Helvetica-Bold", Face.SERIF: "Times-Bold", Face.MONO: "Courier-Bold"}
_REGULAR: Final = {Face.SANS: "Helvetica", Face.SERIF: "Times-Roman", Face.MONO: "Courier"}


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks; size in points, grey from 0 (black) to 1 (white)."""

    size: float = 9
    bold: bool = False
    align: Align = Align.LEFT
    grey: float = 0


PLAIN: Final = Style()
BOLD: Final = Style(bold=True)
SMALL: Final = Style(size=7, grey=0.35)
RIGHT: Final = Style(align=Align.RIGHT)
RIGHT_BOLD: Final = Style(align=Align.RIGHT, bold=True)


class Sheet:
    """A document in the making."""

    def __init__(self, face: Face = Face.SANS, size: tuple[float, float] = A4) -> None:
        """Take an empty sheet.

        Args:
            face: of all text.
            size: width and height in points.
        """
        self._face = face
        self._out = io.BytesIO()
        # invariant: no time stamp and no random id, so that the same drawing gives the same bytes.
        self._canvas = Canvas(self._out, pagesize=size, invariant=True)
        self.width, self.height = size

    def text(self, x: float, y: float, text: str, style: Style = PLAIN) -> None:
        """Write one line whose base stands `y` points under the top edge."""
        self._canvas.setFont(self._face.font(bold=style.bold), style.size)
        self._canvas.setFillGray(style.grey)
        base = self.height - y
        match style.align:
            case Align.LEFT:
                self._canvas.drawString(x, base, text)
            case Align.RIGHT:
                self._canvas.drawRightString(x, base, text)
            case Align.CENTRE:
                self._canvas.drawCentredString(x, base, text)

    def lines(self, x: float, y: float, texts: tuple[str, ...], style: Style = PLAIN) -> float:
        """Write lines under one another; return the y of the line after the last."""
        for text in texts:
            self.text(x, y, text, style)
            y += style.size * 1.35
        return y

    def rule(self, x: float, y: float, to_x: float, width: float = 0.5) -> None:
        """Draw a horizontal line."""
        self._canvas.setLineWidth(width)
        self._canvas.setStrokeGray(0.2)
        self._canvas.line(x, self.height - y, to_x, self.height - y)

    def box(
        self, x: float, y: float, width: float, height: float, fill: float | None = None
    ) -> None:
        """Draw a rectangle from its top left corner; with `fill` it has that grey and no border."""
        self._canvas.setLineWidth(0.5)
        self._canvas.setStrokeGray(0.2)
        if fill is not None:
            self._canvas.setFillGray(fill)
        bottom = self.height - y - height
        self._canvas.rect(
            x, bottom, width, height, stroke=int(fill is None), fill=int(fill is not None)
        )

    def turn(self) -> None:
        """Go on with a new page."""
        self._canvas.showPage()

    def finish(self) -> bytes:
        """Return the PDF."""
        self._canvas.save()
        return self._out.getvalue()
