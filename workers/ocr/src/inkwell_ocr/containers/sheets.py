"""Makes pages of text that was set: words with boxes, in the order of reading. Pure."""

from collections.abc import Sequence

from inkwell_api.document import Page, PageSource, Word
from inkwell_api.route import RouteReason
from inkwell_ocr.containers.blocks import Block
from inkwell_ocr.containers.typesetting import page_size, paginate, place, typeset
from inkwell_ocr.geometry import PixelBox
from inkwell_ocr.limits import MAX_PAGE_WORDS
from inkwell_ocr.unreadable import Cause, Unreadable


def sheets(blocks: Sequence[Block], reason: RouteReason, max_pages: int) -> list[Page]:
    """Return the pages of some text; none where it has no word.

    Raises:
        Unreadable: there are too many, or one has too many words.
    """
    strip = typeset(blocks)
    width, height = page_size(strip)
    pages: list[Page] = []
    words = sorted(strip.words, key=lambda word: (word.line, word.left))
    start = 0
    for first, end in paginate(strip):
        stop = start
        while stop < len(words) and words[stop].line < end:
            stop += 1
        here, start = words[start:stop], stop
        if not here:
            continue
        if len(pages) == max_pages:
            raise Unreadable(Cause.TOO_MANY_PAGES, f"the document has more than {max_pages} pages")
        if len(here) > MAX_PAGE_WORDS:
            raise Unreadable(Cause.TOO_MANY_WORDS, f"a page has more than {MAX_PAGE_WORDS} words")
        pages.append(
            Page(
                len(pages) + 1, width, height, PageSource.TEXT, 0,
                tuple(
                    Word(word.text, PixelBox(*place(word, first)).scaled(width, height), 1.0,
                         word.line - first)
                    for word in here
                ),
                reason,
            )
        )  # fmt: skip
    return pages
