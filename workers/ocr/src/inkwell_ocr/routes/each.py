"""Reads a document page by page, so that one page that cannot be read does not lose its neighbours.

Pure, but for what it is given to read with.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from inkwell_api.document import Finding, Page, PageSource
from inkwell_api.document_bounds import MAX_DOCUMENT_WORDS
from inkwell_ocr.findings import document_too_long, page_unreadable
from inkwell_ocr.unreadable import Unreadable


def read_each(
    count: int, read: Callable[[int], Page], of_document: tuple[Finding, ...] = ()
) -> Iterator[Page]:
    """Yield all pages; one that cannot be read has no words and a finding that says so.

    From the page on with which the document has more words than are kept, none is read.

    Args:
        count: pages of the document.
        read: returns a page by its index from 0, or raises `Unreadable`.
        of_document: findings of the whole document, for its first page to carry.

    Raises:
        Unreadable: not one page could be read; the first one's cause.
    """
    words = 0
    # Nothing is told before one page was read: else the document as a whole cannot be.
    waiting: list[Page] = []
    errors: list[Unreadable] = []
    for index in range(count):
        if words > MAX_DOCUMENT_WORDS:
            yield from _unread(index, count)
            return
        try:
            page = read(index)
        except Unreadable as error:
            errors.append(error)
            page = _without_words(index + 1, page_unreadable(index + 1, error))
        words += page.words_held
        if index == 0:
            page = replace(page, findings=(*of_document, *page.findings))
        waiting.append(page)
        if len(errors) <= index:
            yield from waiting
            waiting.clear()
    if waiting and len(errors) == count:
        raise errors[0]
    yield from waiting


def _unread(first: int, count: int) -> Iterator[Page]:
    """Yield the pages that are not read any more; the first of them says why."""
    yield _without_words(first + 1, document_too_long(first, count))
    for index in range(first + 1, count):
        yield _without_words(index + 1)


def _without_words(number: int, *findings: Finding) -> Page:
    return Page(number, 0, 0, PageSource.OCR, 0, (), findings=findings)
