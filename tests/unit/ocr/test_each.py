from collections.abc import Callable
from dataclasses import replace

import pytest

from inkwell_api.document import Page, Reader, Reading
from inkwell_ocr.findings import more_documents
from inkwell_ocr.routes import each
from inkwell_ocr.routes.each import read_each
from inkwell_ocr.unreadable import Cause, Unreadable
from support.typeset import pages


def reader(*damaged: int) -> Callable[[int], Page]:
    """Return who reads pages of three words, but for some."""

    def read(index: int) -> Page:
        if index in damaged:
            raise Unreadable(Cause.CORRUPT_PDF, f"page {index + 1} is damaged")
        return pages(*([f"page number {number}"] for number in range(index + 1)))[-1]

    return read


@pytest.mark.parametrize("damaged", [(0,), (1,), (2,), (0, 1), (1, 2)])
def test_pages_that_cannot_be_read_leave_their_neighbours(damaged: tuple[int, ...]) -> None:
    found = list(read_each(3, reader(*damaged)))
    assert [page.number for page in found] == [1, 2, 3]
    for page in found:
        is_damaged = page.number - 1 in damaged
        assert [f.name for f in page.findings] == ["page-unreadable"] * is_damaged
        assert len(page.words) == (0 if is_damaged else 3)
    assert all(f"page {index + 1} could" in found[index].findings[0].message for index in damaged)


def test_where_no_page_can_be_read_the_document_cannot() -> None:
    with pytest.raises(Unreadable) as caught:
        list(read_each(2, reader(0, 1)))
    assert caught.value.detail == "page 1 is damaged"


def test_what_is_told_of_the_document_stands_on_its_first_page() -> None:
    told = more_documents("a PDF")
    first, second = read_each(2, reader(0), (told,))
    assert [f.name for f in first.findings] == ["more-than-one-document", "page-unreadable"]
    assert second.findings == ()


def test_beyond_the_most_words_no_page_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(each, "MAX_DOCUMENT_WORDS", 5)
    asked = []

    def read(index: int) -> Page:
        asked.append(index)
        return reader()(index)

    found = list(read_each(4, read))
    assert asked == [0, 1]
    assert [len(page.words) for page in found] == [3, 3, 0, 0]
    assert [len(page.findings) for page in found] == [0, 0, 1, 0]
    assert found[2].findings[0].name == "document-too-long"
    assert "the first 2 of 4 pages" in found[2].findings[0].message


def test_the_words_of_a_second_reading_count_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(each, "MAX_DOCUMENT_WORDS", 5)

    def read(index: int) -> Page:
        page = reader()(index)
        return replace(page, second_reading=Reading(Reader.TESSERACT, page.words))

    found = list(read_each(3, read))
    assert [page.words_held for page in found] == [6, 0, 0]
