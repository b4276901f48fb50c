"""Reads what a DOCX holds: the text that is seen, in order, and the names of its pictures. Pure."""

from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from inkwell_api.document import Finding
from inkwell_ocr.containers.blocks import Block
from inkwell_ocr.containers.formatting import Look, Styles, W, is_on
from inkwell_ocr.containers.package import Package
from inkwell_ocr.containers.wordprocessing import R, Story
from inkwell_ocr.findings import EXTERNAL_CONTENT, MACROS, PARTS_UNREAD, UNACCEPTED
from inkwell_ocr.unreadable import Cause, Unreadable

_MAIN: Final = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.",
    "application/vnd.ms-word.",
)


@dataclass(frozen=True, slots=True)
class Text:
    """What a DOCX holds.

    Attributes:
        blocks: its text in the order of reading.
        hidden: characters that nobody sees.
        pictures: names of its parts that are pictures.
        findings: what a reviewer should know of it.
    """

    blocks: tuple[Block, ...]
    hidden: int
    pictures: tuple[str, ...]
    findings: tuple[Finding, ...]


def read_text(package: Package) -> Text:
    """Return the text of a DOCX: headers, body, notes, footers.

    Raises:
        Unreadable: it is damaged, no text document, or too large.
    """
    main = next(
        (each.target for each in package.relationships("").values()
         if each.kind == "officeDocument" and not each.is_external),
        "",
    )  # fmt: skip
    if not package.content_type(main).startswith(_MAIN):
        raise Unreadable(Cause.UNKNOWN_TYPE, "the file is no text document of Word")
    return _Document(package, main).text()


class _Document:
    """A document whose parts are read one after the other."""

    def __init__(self, package: Package, main: str) -> None:
        self._package = package
        self._main = main
        self._related = package.relationships(main)
        styles = self._part("styles")
        self._story = Story(Styles(None if styles is None else package.xml(styles)))
        self._pictures: dict[str, None] = {}
        self._has_external = False

    def text(self) -> Text:
        root = self._package.xml(self._main)
        body = root.find(f"{W}body")
        if body is None:
            raise Unreadable(Cause.CORRUPT_DOCX, "the DOCX has no text")
        within = self._read(body, self._main)
        notes = self._notes()
        blocks = (
            *self._margins(root, "header"), *within, *notes, *self._margins(root, "footer"),
        )  # fmt: skip
        return Text(blocks, self._story.hidden, tuple(self._pictures), self._findings())

    def _findings(self) -> tuple[Finding, ...]:
        told = (
            (UNACCEPTED, self._story.has_changes),
            (PARTS_UNREAD, self._story.has_unread),
            (EXTERNAL_CONTENT, self._has_external),
            (MACROS, any(each.kind == "vbaProject" for each in self._related.values())),
        )
        return tuple(finding for finding, is_so in told if is_so)

    def _part(self, kind: str) -> str | None:
        """Return the name of the one part of a kind, such as the styles."""
        found = (each.target for each in self._related.values() if each.kind == kind)
        return next((name for name in found if self._package.has(name)), None)

    def _read(self, root: Element, name: str) -> tuple[Block, ...]:
        """Return the text of a part, and note which pictures it shows."""
        self._story.pictures.clear()
        blocks = tuple(self._story.blocks(root, Look()))
        relationships = self._package.relationships(name)
        for id_ in self._story.pictures:
            picture = relationships.get(id_)
            if picture is None:
                self._story.has_unread = True
            elif picture.is_external:
                self._has_external = True
            else:
                self._pictures[picture.target] = None
        return blocks

    def _notes(self) -> tuple[Block, ...]:
        """Return the notes that the body refers to, in its order."""
        blocks: list[Block] = []
        for kind in ("footnote", "endnote"):
            wanted = [id_ for which, id_ in self._story.notes if which == kind]
            name = self._part(f"{kind}s")
            if not wanted or name is None:
                continue
            notes = {note.get(f"{W}id"): note for note in self._package.xml(name)}
            for id_ in dict.fromkeys(wanted):
                if (note := notes.get(id_)) is not None:
                    blocks += self._read(note, name)
        return tuple(blocks)

    def _margins(self, root: Element, kind: str) -> tuple[Block, ...]:
        """Return the headers or footers that are shown on some page, each once."""
        names: dict[str, None] = {}
        for section in root.iter(f"{W}sectPr"):
            title = section.find(f"{W}titlePg")
            shown = {"default"}
            if title is not None and is_on(title.get(f"{W}val", "1")):
                shown.add("first")
            if self._tells_even_from_odd:
                shown.add("even")
            for reference in section.iterfind(f"{W}{kind}Reference"):
                target = self._related.get(reference.get(f"{R}id", ""))
                if reference.get(f"{W}type", "default") in shown and target is not None:
                    names[target.target] = None
        blocks: list[Block] = []
        for name in names:
            if self._package.has(name):
                blocks += self._read(self._package.xml(name), name)
        return tuple(blocks)

    @property
    def _tells_even_from_odd(self) -> bool:
        name = self._part("settings")
        if name is None:
            return False
        found = self._package.xml(name).find(f"{W}evenAndOddHeaders")
        return found is not None and is_on(found.get(f"{W}val", "1"))
