"""The digest by which an event says which pages a stage stored (docs/adr/0017)."""

import hashlib
import struct
from typing import Final

_PAGE: Final = struct.Struct(">iQ")
_COUNT: Final = struct.Struct(">I")


class PagesDigest:
    """SHA-256 over the stored pages of a document, taken in one by one in their order.

    What is hashed, big-endian: for each page its number (4 bytes), the length of its stored bytes
    (8 bytes) and these bytes as they stand in the table; at the end how many pages there were
    (4 bytes). So a page that was changed, dropped, added, swapped or numbered anew is seen, and
    nothing stored needs to be unpacked or decoded for it.
    """

    def __init__(self) -> None:
        """Begin without pages."""
        self._digest = hashlib.sha256()
        self._count = 0

    def add(self, number: int, content: bytes) -> None:
        """Take in the next page.

        Args:
            number: of the page, from 1.
            content: its bytes as stored.
        """
        self._digest.update(_PAGE.pack(number, len(content)))
        self._digest.update(content)
        self._count += 1

    def hexdigest(self) -> str:
        """Return the digest of the pages so far, in hex."""
        whole = self._digest.copy()
        whole.update(_COUNT.pack(self._count))
        return whole.hexdigest()
