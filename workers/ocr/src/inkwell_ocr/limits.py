"""How much one document may cost. Both sides of the sandbox read these numbers.

Memory is arithmetic (docs/adr/0022): a child has its share of the pod, and what it may decode at
once is what that share leaves beside its idle self and the reading of the largest page.
"""

from typing import Final

MAX_PAGE_PIXELS: Final = 50_000_000
"""Most pixels of one page image as it is read: an A4 page at 700 dpi, an A3 page at 500. A larger
image is decoded smaller where its format and the child's memory allow it, else refused; a larger
PDF page is rendered at fewer dots an inch."""

MAX_SIDE_PIXELS: Final = 32_000
"""Longest side that Tesseract is given at once, since it refuses 32,768 pixels. A longer page is
read in tiles."""

MAX_SECOND_PIXELS: Final = 12_000_000
"""Most pixels of a page as PaddleOCR is given it: A4 at 350 dots an inch. A larger page is made
smaller for it, since it reads lines 48 pixels high."""

SECOND_SIDE_PIXELS: Final = 960
"""Longest side that PaddleOCR looks for text at; its network takes 270 bytes a pixel."""

SECOND_LINE_LENGTH: Final = 72
"""How many times its height a line is long that PaddleOCR reads at once; a longer one is cut. Lines
of a letter are some 30."""

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

MAX_DOCX_PARTS: Final = 4_000
"""Most parts of a DOCX; it has some fifteen, and one for each picture."""

MAX_PICTURES: Final = 50
"""Most pictures of a DOCX that are read, each as a page."""

MAX_PICTURE_BYTES: Final = 32 * 1024 * 1024
"""Largest picture of a DOCX, unpacked."""

MAX_MAIL_PARTS: Final = 500
"""Most parts of a mail, those of mails within it too."""

MAX_MAIL_TEXT: Final = 512 * 1024
"""Longest text of a mail, in bytes; one with markup has some fifty thousand."""

MAX_MAIL_DEPTH: Final = 4
"""How deep a mail may stand within others to be looked at."""

MAX_FRAME_BYTES: Final = 16 * 1024 * 1024
"""Largest message that the parent takes from a child; the largest allowed page stays far below."""

PARENT_BYTES: Final = 256 * 1024**2
"""What the worker itself may need: some 110 MiB idle, and pages on their way to Cassandra."""

LEAST_CHILD_BYTES: Final = 704 * 1024**2
"""Without which the largest page could not be read: `IDLE_CHILD_BYTES`, its pixels, and what the
second engine takes for it (`SECOND_READING_BYTES`)."""

MOST_CHILD_BYTES: Final = 1536 * 1024**2
"""More than that no child gets, whatever the pod has."""

DEFAULT_CHILD_BYTES: Final = 768 * 1024**2
"""What a child has in the pod of the operator's defaults: (1792Mi - `PARENT_BYTES`) / 2."""

IDLE_CHILD_BYTES: Final = 304 * 1024**2
"""What a child holds between documents: measured 0.13 GiB with two languages, and 0.1 GiB of
libraries and models of the second engine from the first page on that it was asked for."""

SECOND_READING_BYTES: Final = 336 * 1024**2
"""What the second engine takes for a page: its network over a square of `SECOND_SIDE_PIXELS`, and
`MAX_SECOND_PIXELS` in three colours, twice. Tesseract has given back by then what it took."""

READING_BYTES_PER_PIXEL: Final = 6
"""What a pixel takes while Tesseract reads: the image, its own copies and one that is turned."""

CHILD_OPEN_FILES: Final = 64
"""RLIMIT_NOFILE of a child."""

SCRATCH_FILE_BYTES: Final = 256 * 1024**2
"""Largest file of a child that runs the program `tesseract`: the image of a page, uncompressed."""

CHILD_DOCUMENTS: Final = 200
"""Documents after which a child is replaced, so that a leak of a library stays small."""

START_SECONDS: Final = 60.0
"""Longest time for a child to load its language models."""

SECONDS_PER_PAGE: Final = 20.0
"""Time that a document is given for each page on average, whatever a single page may take."""


def decode_bytes(child_bytes: int) -> int:
    """Return what one image may take while it is decoded."""
    return child_bytes - IDLE_CHILD_BYTES


def worn_out_bytes(child_bytes: int) -> int:
    """Return the peak above which a child is replaced after its document.

    What a library keeps of it would be missing for the next document.
    """
    return child_bytes * 3 // 4


def document_seconds(max_pages: int, page_seconds: float) -> float:
    """Return the longest time for one document, in seconds."""
    return max(2 * page_seconds, min(max_pages, 1000) * SECONDS_PER_PAGE)
