"""How much one document may cost. Both sides of the sandbox read these numbers."""

from typing import Final

MAX_PAGE_PIXELS: Final = 50_000_000
"""Most pixels of one page image: an A4 page at 700 dpi, an A3 page at 500. A larger image is
refused, a larger PDF page is rendered at fewer dots an inch."""

MAX_PAGE_WORDS: Final = 60_000
"""Most words of one page; a page of a telephone directory has 3,000."""

MAX_PAGE_CHARACTERS: Final = 400_000
"""Most characters in the text layer of one page."""

MAX_ATTACHMENTS: Final = 1_000
"""Most attachments of a PDF whose names are looked at; PDFium walks to each from the first."""

MAX_EINVOICES: Final = 3
"""Most attachments that are read as e-invoices; a standard document has one."""

MAX_XML_BYTES: Final = 16 * 1024 * 1024
"""Largest e-invoice. They grow by the files that they hold in turn (BG-24), not by their lines."""

MAX_XML_ELEMENTS: Final = 200_000
"""Most elements of an e-invoice; a line has some fifty."""

MAX_XML_DEPTH: Final = 64
"""Deepest nesting of an e-invoice; the vocabularies need some fifteen."""

MAX_EINVOICE_LINES: Final = 1_000
"""Most lines of an e-invoice."""

MAX_XML_TEXT: Final = 1_000
"""Longest value of an e-invoice, in characters."""

MAX_FRAME_BYTES: Final = 16 * 1024 * 1024
"""Largest message that the parent takes from a child; the largest allowed page stays far below."""

CHILD_ADDRESS_SPACE_BYTES: Final = 3 * 1024**3 // 2
"""RLIMIT_AS of a child. Measured: 0.13 GiB idle with two languages, 0.4 with the largest page."""

CHILD_OPEN_FILES: Final = 64
"""RLIMIT_NOFILE of a child."""

CHILD_DOCUMENTS: Final = 200
"""Documents after which a child is replaced, so that a leak of a library stays small."""

CHILD_RESIDENT_BYTES: Final = 700 * 1024**2
"""Peak resident memory above which a child is replaced after its document."""

START_SECONDS: Final = 60.0
"""Longest time for a child to load its language models."""

SECONDS_PER_PAGE: Final = 20.0
"""Time that a document is given for each page on average, whatever a single page may take."""


def document_seconds(max_pages: int, page_seconds: float) -> float:
    """Return the longest time for one document, in seconds."""
    return max(2 * page_seconds, min(max_pages, 1000) * SECONDS_PER_PAGE)
