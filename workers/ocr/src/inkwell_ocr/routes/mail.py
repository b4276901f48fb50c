"""The route of a mail: the one document that is attached to it, or else what it says. Child only.

Never a mixture: of several attached documents the first is read, and the others are told of.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO, Final

from inkwell_api import media
from inkwell_api.document import Finding, Page
from inkwell_api.einvoice import EInvoice
from inkwell_api.route import RouteReason
from inkwell_ocr import images
from inkwell_ocr.containers.blocks import Block
from inkwell_ocr.containers.mail import Mail, Part, take_apart
from inkwell_ocr.containers.markup import read_markup, read_plain
from inkwell_ocr.containers.sheets import sheets
from inkwell_ocr.containers.typesetting import typeset
from inkwell_ocr.einvoice.reading import read_einvoice
from inkwell_ocr.findings import (
    ATTACHMENT_DAMAGED,
    ATTACHMENTS_UNREAD,
    BODIES_DIFFER,
    INLINE_PICTURES,
    MAIL_DAMAGED,
    NOT_DRAWN,
    more_documents,
)
from inkwell_ocr.limits import MAX_EINVOICES
from inkwell_ocr.unreadable import Cause, Unreadable

ReadFile = Callable[[IO[bytes], str], Iterator[Page]]
"""Yields the pages of a document of a media type."""

PDF: Final = "application/pdf"
_NO_DOCUMENT: Final = (
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
    "text/calendar", "text/vcard", "text/x-vcard", "message/delivery-status",
    "message/disposition-notification", "text/rfc822-headers", "text/x-amp-html", "text/enriched",
)  # fmt: skip
_SMALL_PIXELS: Final = 250_000
"""A picture that a mail shows within its text is a logo or a signature up to 500 by 500."""

_DOT: Final = 60
"""Pixels: what is smaller both ways is a dot that tells who opened a mail."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What is attached to a mail, by what it is."""

    documents: tuple[tuple[Part, str], ...]
    unread: bool
    left_out: bool


def read_mail(
    content: IO[bytes], max_pages: int, memory_bytes: int, read_file: ReadFile
) -> Iterator[Page]:
    """Yield the pages of the document that a mail carries.

    Raises:
        Unreadable: the mail is damaged or too large, or its document cannot be read.
    """
    mail = take_apart(content, memory_bytes)
    chosen = _choose(mail)
    found = _findings(mail, chosen)
    if chosen.documents:
        pages = _attached(chosen.documents, read_file)
    else:
        text, more = _body(mail, max_pages)
        pages, found = iter(text), (*found, *more)
    for page in pages:
        is_first = page.number == 1
        yield replace(page, findings=(*found, *page.findings)) if is_first else page


def _attached(documents: Sequence[tuple[Part, str]], read_file: ReadFile) -> Iterator[Page]:
    """Yield the pages of the first document; XML beside it is an e-invoice of the same."""
    pages = [each for each in documents if each[1] != media.XML]
    stated = [each for each in documents if each[1] == media.XML]
    part, kind = (pages or stated)[0]
    einvoices: tuple[EInvoice, ...] = ()
    if pages:
        einvoices = tuple(read_einvoice(xml.content, "") for xml, _ in stated[:MAX_EINVOICES])
    further = (more_documents("an attachment"),) * (len(pages or stated) > 1)
    for page in read_file(io.BytesIO(part.content), kind):
        if page.number == 1:
            yield replace(
                page,
                einvoices=(*page.einvoices, *einvoices),
                findings=(*further, *page.findings),
            )
        else:
            yield page


def _choose(mail: Mail) -> _Chosen:
    """Tell documents from what else is attached to a mail."""
    shown = mail.shown()
    documents: list[tuple[Part, str]] = []
    unread = left_out = False
    for part in mail.parts:
        kind = media.sniff(part.content[: media.HEAD_BYTES]) or ""
        if any(part.content == other.content for other, _ in documents):
            continue
        if kind in images.FORMATS:
            if _is_decoration(part, kind, shown):
                left_out = True
            else:
                documents.append((part, kind))
        elif kind in {PDF, media.XML, media.DOCX} and (part.is_attached or not _is_text(part)):
            documents.append((part, kind))
        elif part.content.strip() and _is_file(part):
            unread = True
    # A mail has its document once for people and once for programs: what is drawn goes first.
    documents.sort(key=lambda each: (each[1] != PDF, each[1] in images.FORMATS))
    return _Chosen(tuple(documents), unread or mail.is_cut, left_out)


def _is_text(part: Part) -> bool:
    return part.kind in {"text/plain", "text/html"}


def _is_file(part: Part) -> bool:
    """Say whether a part that is not read is a file that a person would look at."""
    if part.kind in _NO_DOCUMENT:
        return False
    return part.is_attached or not _is_text(part)


def _is_decoration(part: Part, kind: str, shown: frozenset[str]) -> bool:
    """Say whether a picture is a logo, a signature or a dot that counts who opened the mail."""
    try:
        width, height = images.size_of(part.content, kind)
    except Unreadable:
        return False
    is_within = part.content_id in shown if part.content_id else False
    return max(width, height) < _DOT or (is_within and width * height <= _SMALL_PIXELS)


def _findings(mail: Mail, chosen: _Chosen) -> tuple[Finding, ...]:
    told = (
        (MAIL_DAMAGED, mail.is_damaged),
        (ATTACHMENT_DAMAGED, any(part.is_damaged for part in mail.parts)),
        (ATTACHMENTS_UNREAD, chosen.unread),
        (INLINE_PICTURES, chosen.left_out),
    )
    return tuple(finding for finding, is_so in told if is_so)


def _body(mail: Mail, max_pages: int) -> tuple[list[Page], tuple[Finding, ...]]:
    """Return what a mail says itself, as pages: its HTML as it is seen, or else its plain text.

    Raises:
        Unreadable: it says nothing, or more than is read.
    """
    texts = [part for part in mail.parts if _is_text(part) and not part.is_attached]
    # Of a mail within another one, this one's words are about it.
    depth = max((part.depth for part in texts), default=0)
    by_kind = {part.kind: part for part in reversed(texts) if part.depth == depth}
    plain, html = by_kind.get("text/plain"), by_kind.get("text/html")
    blocks, hidden = read_plain(plain.text) if plain else (), 0
    found: tuple[Finding, ...] = ()
    if html is not None:
        seen, hidden = read_markup(html.text)
        # Styles hide text in more ways than can be listed, and nobody drew the page.
        found = (NOT_DRAWN,)
        if plain is not None and not _says_the_same(blocks, seen):
            found = (*found, BODIES_DIFFER)
        blocks = seen
    pages = sheets(blocks, RouteReason.MAIL_BODY, max_pages)
    if not pages:
        raise Unreadable(Cause.NO_DOCUMENT, "the mail has no document attached, and no text")
    first = replace(pages[0], hidden_characters=hidden)
    return [first, *pages[1:]], found


def _says_the_same(plain: Sequence[Block], html: Sequence[Block]) -> bool:
    """Say whether the numbers of the plain text stand in the HTML as well."""
    said = {word.text for word in typeset(html).words}
    return all(
        word.text in said
        for word in typeset(plain).words
        if any(map(str.isdigit, word.text)) and "://" not in word.text
    )
