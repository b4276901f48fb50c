"""Opens the ZIP that a DOCX is (ECMA-376, part 2), and takes parts out within bounds.

Names in it are looked up and never become paths; a relationship that leads out of the file is told
of and never followed.
"""

import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Final
from xml.etree.ElementTree import Element
from zipfile import ZipFile, ZipInfo

from inkwell_api.einvoice import XmlFault
from inkwell_ocr.einvoice.parsing import UnusableXmlError, parse
from inkwell_ocr.limits import MAX_DOCX_PARTS, MAX_XML_BYTES
from inkwell_ocr.unreadable import Cause, Unreadable

_RELATIONSHIP: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TYPES: Final = "[Content_Types].xml"
_OVERRIDE: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
_ENCRYPTED: Final = 0x1
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""ECMA-376 allows no other; those could need much memory for a window."""


@dataclass(frozen=True, slots=True)
class Relationship:
    """Where a part refers to.

    Attributes:
        kind: last word of its type, such as ``image`` or ``footer``.
        target: the part's name, or an empty text where it leads out of the file.
    """

    kind: str
    target: str

    @property
    def is_external(self) -> bool:
        """Whether it leads out of the file."""
        return not self.target


class Package:
    """The parts of one file."""

    def __init__(self, content: IO[bytes]) -> None:
        """Read the list of parts.

        Raises:
            Unreadable: it is damaged, has too many parts, or the same one twice.
        """
        content.seek(0)
        try:
            self._archive = ZipFile(content)
            entries = self._archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise _damaged() from error
        if len(entries) > MAX_DOCX_PARTS:
            raise Unreadable(Cause.DOCX_TOO_LARGE, "the DOCX has more parts than are looked at")
        # Names are compared without regard to case (ECMA-376-2, 6.2.2.3).
        self._entries: dict[str, ZipInfo] = {}
        for entry in entries:
            if self._entries.setdefault(entry.filename.casefold(), entry) is not entry:
                raise Unreadable(Cause.CORRUPT_DOCX, "the DOCX has a part twice")

    def has(self, name: str) -> bool:
        """Say whether there is such a part."""
        return name.casefold() in self._entries

    def read(self, name: str, limit: int) -> bytes:
        """Return the bytes of a part.

        Raises:
            Unreadable: it is missing or damaged, or unpacks to more than the limit.
        """
        entry = self._entries.get(name.casefold())
        if entry is None or entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
            raise _damaged()
        try:
            with self._archive.open(entry) as file:
                content = file.read(limit + 1)
        except (
            zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
        ) as error:  # fmt: skip
            raise _damaged() from error
        if len(content) > limit:
            raise Unreadable(Cause.DOCX_TOO_LARGE, "a part of the DOCX is larger than is read")
        return content

    def xml(self, name: str) -> Element:
        """Return the root element of a part.

        Raises:
            Unreadable: it is missing, damaged, or larger or deeper than is read.
        """
        try:
            return parse(self.read(name, MAX_XML_BYTES))
        except UnusableXmlError as error:
            if error.fault is XmlFault.TOO_LARGE:
                raise Unreadable(
                    Cause.DOCX_TOO_LARGE, "a part of the DOCX is larger or deeper than is read"
                ) from error
            raise _damaged() from error

    def relationships(self, name: str) -> Mapping[str, Relationship]:
        """Return what a part refers to, by the id that it does so with.

        Raises:
            Unreadable: the list is damaged.
        """
        folder, base = posixpath.split(name)
        listed = posixpath.join(folder, "_rels", f"{base}.rels")
        if not self.has(listed):
            return {}
        return {
            element.get("Id", ""): _relationship(element, folder)
            for element in self.xml(listed).iterfind(_RELATIONSHIP)
        }

    def content_type(self, name: str) -> str:
        """Return the media type that the file gives a part by name, or an empty text.

        Raises:
            Unreadable: the list is damaged.
        """
        for element in self.xml(_TYPES).iterfind(_OVERRIDE):
            if element.get("PartName", "").lstrip("/").casefold() == name.casefold():
                return element.get("ContentType", "")
        return ""


def _relationship(element: Element, folder: str) -> Relationship:
    kind = element.get("Type", "").rpartition("/")[2]
    target = element.get("Target", "")
    if element.get("TargetMode") == "External" or "://" in target:
        return Relationship(kind, "")
    # A target that begins with a slash begins at the root of the package.
    name = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    return Relationship(kind, name)


def _damaged() -> Unreadable:
    return Unreadable(Cause.CORRUPT_DOCX, "the DOCX is damaged")
