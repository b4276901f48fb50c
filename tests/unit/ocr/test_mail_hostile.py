"""A mail that attacks its reader ends with a cause or a finding, within bounds."""

import io
import random
from collections.abc import Iterator
from typing import IO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkwell_api.document import Page, PageSource
from inkwell_documents.files.mail import mail
from inkwell_ocr.containers.markup import read_markup
from inkwell_ocr.routes.mail import read_mail
from inkwell_ocr.unreadable import Cause, Unreadable
from support.papers import pdf_of_text

PDF = pdf_of_text([["Invoice 1"]])
HONEST = mail(html="<table><tr><td>a</table>", attached=[("application/pdf", PDF)]).as_bytes()
HEAD = b"From: a@b\r\nTo: c@d\r\nMIME-Version: 1.0\r\n"
MEMORY = 448 * 1024**2


def outcome(content: bytes, memory: int = MEMORY) -> Cause | list[str]:
    """Return the names of all findings, or why there is no page."""

    def read_file(document: IO[bytes], kind: str) -> Iterator[Page]:
        assert document.read(1)
        assert kind
        yield Page(1, 1, 1, PageSource.OCR, 0, ())

    try:
        pages = list(read_mail(io.BytesIO(content), 50, memory, read_file))
    except Unreadable as error:
        return error.cause
    assert pages
    return [finding.name for page in pages for finding in page.findings]


def multipart(parts: int) -> bytes:
    """Return a mail of so many empty parts."""
    head = HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
    return head + b"--x\r\nContent-Type: text/plain\r\n\r\na\r\n" * parts + b"--x--\r\n"


def test_a_thousand_mails_within_each_other_are_refused() -> None:
    nested = (HEAD + b"Content-Type: message/rfc822\r\n\r\n") * 1_000
    assert outcome(nested + b"x") is Cause.MAIL_TOO_LARGE
    few = (HEAD + b"Content-Type: message/rfc822\r\n\r\n") * 30
    assert outcome(few + b"Content-Type: application/pdf\r\n\r\n" + PDF) is Cause.NO_DOCUMENT


def test_a_thousand_multiparts_within_each_other_are_refused() -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(1_000)
    )
    assert outcome(HEAD + nested) is Cause.MAIL_TOO_LARGE


@pytest.mark.parametrize("parts", [600, 100_000])
def test_more_parts_than_are_looked_at_are_refused(parts: int) -> None:
    assert outcome(multipart(parts)) is Cause.MAIL_TOO_LARGE
    assert outcome(multipart(400)) == []


def test_what_would_take_too_much_memory_is_refused_before_it_is_parsed() -> None:
    assert outcome(HEAD + b"\r\n" + b"a\n" * 7_000_000) is Cause.MAIL_TOO_LARGE
    assert outcome(HONEST, memory=4 * len(HONEST)) is Cause.MAIL_TOO_LARGE


def test_more_text_than_is_read_is_refused() -> None:
    assert outcome(HEAD + b"\r\n" + b"a\n" * 300_000) is Cause.MAIL_TOO_LARGE
    assert outcome(HEAD + b"\r\n" + b"a\n" * 100_000) is Cause.TOO_MANY_PAGES


@pytest.mark.parametrize(
    "field",
    [
        b"Content-Type: multipart/mixed",
        b'Content-Type: multipart/mixed; boundary=""',
        b"Content-Type: multipart/mixed; boundary*0=a; boundary*2=b",
        b"Content-Type: text/plain; charset=nonsense",
        b"Content-Type: text/plain; charset*=x'y'%FF",
        b"Content-Type: " + b";" * 20_000,
        b"Content-Type: =?utf-8?b?/////?=",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: x-uuencode",
        b"Content-Transfer-Encoding: quoted-printable",
        b"Content-Transfer-Encoding: \xff\xfe",
        b"Content-Disposition: attachment; filename=../../../etc/passwd",
        b"Content-Type: text/html; charset=utf-16",
        b"Content-ID: " + b"<" * 5_000,
    ],
)
def test_a_hostile_header_has_a_cause_or_is_read(field: bytes) -> None:
    told = outcome(HEAD + field + b"\r\n\r\nInvoice 7 \xff =ZZ begin 644 x\r\n")
    assert isinstance(told, Cause | list)


def test_a_hundred_thousand_headers_are_read_over() -> None:
    assert outcome(HEAD + b"X-A: b\r\n" * 100_000 + b"\r\nInvoice 7") == []


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 50_000 + "deep",
        "<table><tr><td>" * 5_000 + "deep",
        "</td>" * 50_000 + "deep",
        "<td colspan=99999999999>deep",
        "<b>" * 100_000 + "deep" + "</b>" * 100_000,
        "<!--" * 10_000 + "--> deep",
        "<p style='" + "color:" * 10_000 + "'>deep",
    ],
)
def test_markup_without_end_ends(html: str) -> None:
    read_markup(html)


def test_text_behind_many_open_elements_is_read() -> None:
    [first, *_] = read_markup("<div>" * 1_000 + "deep")[0]
    assert getattr(first, "text", "") == "deep"


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.97])
def test_one_that_is_cut_short_is_told_or_has_a_cause(share: float) -> None:
    told = outcome(HONEST[: int(len(HONEST) * share)])
    assert told is Cause.NO_DOCUMENT or "mail-damaged" in told or "attachment-damaged" in told


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
def test_any_damage_has_a_cause_or_is_read(seed: int) -> None:
    chance = random.Random(seed)
    damaged = bytearray(HONEST)
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(damaged))
        if chance.random() < 0.5:
            damaged[place] = chance.randrange(256)
        else:
            start = chance.randrange(len(damaged))
            damaged[place:place] = damaged[start : start + chance.randrange(60)]
    assert isinstance(outcome(bytes(damaged)), Cause | list)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(
    ["<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<p>", "</p>", "<b>", "</b>",
     "<div style='display:none'>", "</div>", "<script>", "</script>", "<li>", "a", "&#0;",
     "<!--", "<br>"]
), max_size=40))  # fmt: skip
def test_any_markup_is_read(pieces: list[str]) -> None:
    read_markup("".join(pieces))
