"""Stored pages are believed by the digest in the event."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from inkwell_api.digests import PagesDigest
from inkwell_api.document import Page, Reader, Reading
from inkwell_api.events import Recognized
from inkwell_api.page_codec import decode_page, encode_page
from inkwell_worker import cassandra_stores
from inkwell_worker.cassandra_stores import CassandraPages
from inkwell_worker.stage import Poison, Retryable
from support.typeset import pages

ROWS = [(page.number, encode_page(page)) for page in pages(["Invoice 17"], ["Total 24,00"])]
READ = tuple(decode_page(content) for _, content in ROWS)
FORGED = encode_page(pages(["Invoice 17"], ["Total 99,00"])[1])


def digest_of(rows: Iterable[tuple[int, bytes]]) -> str:
    digest = PagesDigest()
    for row in rows:
        digest.add(*row)
    return digest.hexdigest()


EVENT = Recognized(
    event_id="11111111-1111-4111-8111-111111111111",
    tenant="acme",
    pipeline="invoices",
    document_id="0b0e5b5e-6f43-4cf9-9e0e-6b7b3c1f0a11",
    occurred_at=datetime(2026, 1, 2, tzinfo=UTC),
    sha256="ab" * 32,
    page_count=2,
    word_count=4,
    text_layer_pages=2,
    mean_confidence=1.0,
    pages_sha256=digest_of(ROWS),
)


@dataclass
class Table:
    """The rows that a query of a document's pages finds."""

    rows: list[tuple[int, bytes | None]] = field(default_factory=list)

    def execute(self, _statement: str, values: tuple[Any, ...]) -> list[SimpleNamespace]:
        last = values[1]
        return [SimpleNamespace(page=n, content=c) for n, c in self.rows if 1 <= n <= last]


def read(*rows: tuple[int, bytes | None], event: Recognized = EVENT) -> Any:
    return CassandraPages(Table(list(rows))).read(event)  # type: ignore[arg-type] # only `execute` is used


def test_pages_of_the_digest_are_read() -> None:
    assert read(*ROWS) == READ


@pytest.mark.parametrize(
    "rows",
    [
        [ROWS[0], (2, FORGED)],
        [ROWS[0], (2, None)],
        [ROWS[0], (2, b"no page at all")],
        [(1, ROWS[1][1]), (2, ROWS[0][1])],
    ],
)
def test_other_pages_than_the_event_says_are_refused_for_good(
    rows: list[tuple[int, bytes | None]],
) -> None:
    with pytest.raises(Poison) as caught:
        read(*rows)
    assert caught.value.cause == "digest"


def test_pages_outside_of_the_document_have_no_effect() -> None:
    assert read((0, FORGED), *ROWS, (3, FORGED)) == READ


def test_a_missing_page_may_still_come() -> None:
    with pytest.raises(Retryable, match="pages-missing"):
        read(ROWS[0])


def test_an_event_of_version_0_1_is_believed() -> None:
    old = replace(EVENT, pages_sha256=None)
    assert read(*ROWS, event=old) == READ
    assert read(ROWS[0], (2, FORGED), event=old) != READ
    with pytest.raises(Retryable, match="pages-damaged"):
        read(ROWS[0], (2, None), event=old)


def test_pages_beyond_the_most_words_are_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has few bytes, and all of them unpacked would fill the pod."""
    monkeypatch.setattr(cassandra_stores, "MAX_DOCUMENT_WORDS", 3)
    rows = [(page.number, encode_page(page)) for page in pages(["a b"], ["c d"], ["e f"], ["g"])]
    unpacked = []

    def decode(content: bytes) -> Page:
        unpacked.append(content)
        return decode_page(content)

    monkeypatch.setattr(cassandra_stores, "decode_page", decode)
    event = replace(EVENT, page_count=4, pages_sha256=digest_of(rows))
    found = read(*rows, event=event)
    assert [(page.number, len(page.words)) for page in found] == [(1, 2), (2, 2), (3, 0), (4, 0)]
    assert unpacked == [content for _, content in rows[:2]]


def test_pages_that_two_engines_read_count_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cassandra_stores, "MAX_DOCUMENT_WORDS", 3)
    twice = [
        replace(page, second_reading=Reading(Reader.TESSERACT, page.words))
        for page in pages(["a b"], ["c d"])
    ]
    rows = [(page.number, encode_page(page)) for page in twice]
    event = replace(EVENT, page_count=2, pages_sha256=digest_of(rows))
    assert [len(page.words) for page in read(*rows, event=event)] == [2, 0]
