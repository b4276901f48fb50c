"""Reads the text of one part of a DOCX in its order: what is seen, and what was left out. Pure.

Deletions that nobody accepted are left out, insertions are kept; the code of fields, comments and
what no version of Word would show are not looked at.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final
from xml.etree.ElementTree import Element

from inkwell_ocr.containers.blocks import Block, Cell, Mark, Paragraph, Piece, Table
from inkwell_ocr.containers.formatting import Look, Styles, W, fill_of, is_on, value

R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DGM: Final = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_V: Final = "{urn:schemas-microsoft-com:vml}"
_O: Final = "{urn:schemas-microsoft-com:office:office}"

_KNOWN: Final = frozenset({"wps", "wpg", "wpc", "wpi", "w14", "w15", "w16", "wp14", "a14", "v"})
"""Prefixes of what Word knows today, by which files name a choice; who knows none takes the rest.
ElementTree does not keep what a prefix stands for; everybody writes these."""

_KEPT: Final = frozenset({f"{W}ins", f"{W}moveTo"})
_LEFT_OUT: Final = frozenset({f"{W}del", f"{W}moveFrom"})
_AROUND: Final = frozenset(
    {f"{W}{name}" for name in ("hyperlink", "smartTag", "customXml", "fldSimple", "bdo", "dir",
                               "sdtContent", "sdt", "rubyBase", "ruby")}
)  # fmt: skip
_MARKS: Final = {f"{W}tab": Mark.TAB, f"{W}ptab": Mark.TAB, f"{W}cr": Mark.LINE,
                 f"{W}lastRenderedPageBreak": Mark.PAGE}  # fmt: skip
_GRAPHICS: Final = frozenset({f"{W}drawing", f"{W}pict", f"{W}object"})
_UNREAD: Final = frozenset({f"{_C}chart", f"{_DGM}relIds", f"{_O}OLEObject", f"{W}altChunk"})
_FILLS: Final = frozenset({f"{_A}solidFill", f"{_A}gradFill", f"{_V}fill"})
_MOST_COLUMNS: Final = 63
"""Of a table; Word makes no more."""

_LEAST_EXACT_HEIGHT: Final = 60
"""Twentieths of a point, of a row."""


@dataclass(slots=True)
class Story:
    """One part while it is read.

    Attributes:
        styles: of the document.
        hidden: characters that nobody sees.
        has_changes: whether it has changes that nobody accepted.
        has_unread: whether it shows what is not read, such as a chart.
        pictures: ids of the relationships to pictures, in order.
        notes: kind (``footnote``, ``endnote``) and id of each note that it refers to.
    """

    styles: Styles
    hidden: int = 0
    has_changes: bool = False
    has_unread: bool = False
    pictures: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def blocks(self, parent: Element, around: Look) -> Iterator[Block]:
        """Yield the paragraphs and tables within an element."""
        for child in self._shown(parent):
            if child.tag == f"{W}p":
                yield from self._paragraph(child, around)
            elif child.tag == f"{W}tbl":
                yield self._table(child, around)
            elif child.tag in _AROUND:
                yield from self.blocks(child, around)
            elif child.tag in _UNREAD:
                self.has_unread = True

    def _shown(self, parent: Iterable[Element]) -> Iterator[Element]:
        """Yield the children of an element as they count: changes and choices are resolved."""
        for child in parent:
            if child.tag in _LEFT_OUT:
                self.has_changes = True
            elif child.tag in _KEPT:
                self.has_changes = True
                yield from self._shown(child)
            elif child.tag == f"{_MC}AlternateContent":
                yield from self._shown(_chosen(child))
            else:
                yield child

    def _paragraph(self, paragraph: Element, around: Look) -> Iterator[Block]:
        properties = paragraph.find(f"{W}pPr")
        look = self.styles.of_paragraph(properties, around)
        pieces: list[Piece] = []
        boxes: list[Block] = []
        if properties is not None and _has(properties, "pageBreakBefore"):
            pieces.append(Mark.PAGE)
        self._inline(paragraph, look, pieces, boxes)
        yield Paragraph(tuple(pieces))
        yield from boxes

    def _inline(self, parent: Element, look: Look, pieces: list[Piece], boxes: list[Block]) -> None:
        for child in self._shown(parent):
            if child.tag == f"{W}r":
                self._run(child, look, pieces, boxes)
            elif child.tag in _AROUND:
                self._inline(child, look, pieces, boxes)
            elif child.tag.startswith(_M):
                pieces.extend(text.text or "" for text in child.iter(f"{_M}t"))

    def _run(self, run: Element, around: Look, pieces: list[Piece], boxes: list[Block]) -> None:
        look = self.styles.of_run(run.find(f"{W}rPr"), around)
        for child in self._shown(run):
            if look.is_hidden:
                self.hidden += len(_text(child).strip())
            elif text := _text(child):
                pieces.append(text)
            elif child.tag == f"{W}br":
                pieces.append(Mark.PAGE if child.get(f"{W}type") == "page" else Mark.LINE)
            elif child.tag in _MARKS:
                pieces.append(_MARKS[child.tag])
            elif child.tag in _GRAPHICS:
                boxes.extend(self._graphic(child))
            elif child.tag in {f"{W}footnoteReference", f"{W}endnoteReference"}:
                kind = child.tag.removeprefix(W).removesuffix("Reference")
                self.notes.append((kind, child.get(f"{W}id", "")))

    def _graphic(self, graphic: Element) -> Iterator[Block]:
        """Yield the text in boxes of a drawing; note its pictures."""
        if any(is_on(each.get("hidden", "0")) for each in graphic.iter(f"{_WP}docPr")):
            return
        is_filled = any(each.tag in _FILLS or each.get("fillcolor") for each in graphic.iter())
        yield from self._boxes(graphic, Look(is_filled=is_filled or None))

    def _boxes(self, graphic: Element, around: Look) -> Iterator[Block]:
        for child in self._shown(graphic):
            if child.tag == f"{W}txbxContent":
                yield from self.blocks(child, around)
                continue
            if child.tag == f"{_A}blip":
                self.pictures += (id_ for key in ("link", "embed") if (id_ := child.get(R + key)))
            elif child.tag == f"{_V}imagedata":
                self.pictures += (id_ for key in ("id", "href") if (id_ := child.get(R + key)))
            elif child.tag in _UNREAD:
                self.has_unread = True
            yield from self._boxes(child, around)

    def _table(self, table: Element, around: Look) -> Table:
        properties = table.find(f"{W}tblPr")
        style = properties.find(f"{W}tblStyle") if properties is not None else None
        look = fill_of(properties).over(self.styles.look(value(style))).over(around)
        rows = (self._row(row, look) for row in self._parts(table, f"{W}tr"))
        return Table(tuple(row for row in rows if row))

    def _row(self, row: Element, around: Look) -> tuple[Cell, ...]:
        properties = row.find(f"{W}trPr")
        cells: list[Cell] = []
        if properties is not None:
            if properties.find(f"{W}del") is not None:
                self.has_changes = True
                return ()
            self.has_changes |= properties.find(f"{W}ins") is not None
            if _has(properties, "hidden") or _is_flat(properties):
                around = replace(around, vanishes=True)
            before = _columns(properties.find(f"{W}gridBefore"), least=0)
            cells += [Cell((), before)] if before else []
        return (*cells, *(self._cell(cell, around) for cell in self._parts(row, f"{W}tc")))

    def _cell(self, cell: Element, around: Look) -> Cell:
        properties = cell.find(f"{W}tcPr")
        if properties is None:
            return Cell(tuple(self.blocks(cell, around)))
        columns = _columns(properties.find(f"{W}gridSpan"), least=1)
        merge = properties.find(f"{W}vMerge")
        if merge is not None and value(merge) in {"", "continue"}:
            # It belongs to the cell above; what is written in it, nobody sees.
            self.hidden += sum(len((text.text or "").strip()) for text in cell.iter(f"{W}t"))
            return Cell((), columns)
        return Cell(tuple(self.blocks(cell, fill_of(properties).over(around))), columns)

    def _parts(self, parent: Element, tag: str) -> Iterator[Element]:
        """Yield the rows of a table or the cells of a row, whatever stands around them."""
        for child in self._shown(parent):
            if child.tag == tag:
                yield child
            elif child.tag in _AROUND:
                yield from self._parts(child, tag)


def _chosen(alternatives: Element) -> Iterable[Element]:
    """Return what Word shows of alternatives: the first choice that it knows, else the fallback."""
    for choice in alternatives.iterfind(f"{_MC}Choice"):
        if _KNOWN.issuperset(choice.get("Requires", "").split()):
            return choice
    fallback = alternatives.find(f"{_MC}Fallback")
    return () if fallback is None else fallback


def _text(child: Element) -> str:
    if child.tag == f"{W}t":
        return child.text or ""
    if child.tag == f"{W}noBreakHyphen":
        return "-"
    return ""


def _has(properties: Element, name: str) -> bool:
    found = properties.find(W + name)
    return found is not None and is_on(found.get(f"{W}val", "1"))


def _columns(element: Element | None, *, least: int) -> int:
    text = value(element)
    return min(max(int(text), least), _MOST_COLUMNS) if text.isdecimal() else least


def _is_flat(properties: Element) -> bool:
    height = properties.find(f"{W}trHeight")
    if height is None or height.get(f"{W}hRule") != "exact":
        return False
    text = value(height)
    return text.isdecimal() and int(text) < _LEAST_EXACT_HEIGHT
