"""What an engine of recognition is: the seam that all of them fill, and what they give back.

An engine reads one page at a time, in the child only, and is not thread-safe. Every one passes the
same exam (`EngineConformance` of the tests).
"""

from dataclasses import dataclass
from typing import Protocol

from inkwell_api.document import Reader, Word
from inkwell_ocr.images import Raster


@dataclass(frozen=True, slots=True)
class Recognition:
    """The words of a page, boxes on the upright page, and how far it was turned for that."""

    words: tuple[Word, ...]
    turned: int
    width: int
    height: int


class Engine(Protocol):
    """Recognises the words of a page."""

    @property
    def reader(self) -> Reader:
        """Who it is, as it stands with its words."""

    def recognize(self, raster: Raster) -> Recognition:
        """Return the words of a page in reading order; none where it shows none.

        The page is turned by quarter turns until its text stands upright, and boxes are of the page
        as it stands then.

        Raises:
            Unreadable: it cannot be read, not within its time, or has too many words.
        """
