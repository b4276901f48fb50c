"""How a page is written into the table `pages`, and read from it."""

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Final

from inkwell_api.document import Box, Page, PageSource, Reader, Reading, Word, finding_from
from inkwell_api.einvoice import from_body, to_body
from inkwell_api.route import Doubt, RouteReason
from inkwell_api.storable import storable_text

MAX_ENCODED_PAGE_BYTES: Final = 64 * 1024 * 1024
"""Most bytes that a stored page may unpack to; a guard against a crafted blob."""


def encode_page(page: Page) -> bytes:
    """Encode a page for the `pages` table: compact JSON, zlib.

    The same page gives the same bytes. What version 0.1 did not know is written where there is any,
    so that a page of its gives the bytes that it stored.
    """
    body: dict[str, Any] = {
        "number": page.number,
        "width": round(page.width, 2),
        "height": round(page.height, 2),
        "source": page.source.value,
        "rotation": page.rotation,
        "words": _rows(page.words),
    }
    if page.reason is not RouteReason.UNSTATED:
        body["reason"] = page.reason.value
    if page.hidden_characters:
        body["hidden"] = page.hidden_characters
    if page.findings:
        body["findings"] = [asdict(finding) for finding in page.findings]
    if page.einvoices:
        body["einvoices"] = [to_body(invoice) for invoice in page.einvoices]
    if page.reader:
        body["reader"] = page.reader.value
    if page.second_reading:
        reading = page.second_reading
        body["second"] = {"reader": reading.reader.value, "words": _rows(reading.words)}
    if page.doubts:
        body["doubts"] = [doubt.value for doubt in page.doubts]
    return zlib.compress(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def decode_page(content: bytes) -> Page:
    """Decode what `encode_page` made.

    Raises:
        ValueError: the bytes are no encoded page, or unpack to more than `MAX_ENCODED_PAGE_BYTES`.
    """
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(content, MAX_ENCODED_PAGE_BYTES)
    except zlib.error as error:
        msg = "stored page is not zlib data"
        raise ValueError(msg) from error
    if unpacker.unconsumed_tail:
        msg = "stored page unpacks to more than the limit"
        raise ValueError(msg)
    body = json.loads(raw)
    return Page(
        number=body["number"],
        width=body["width"],
        height=body["height"],
        source=PageSource(body["source"]),
        rotation=body["rotation"],
        words=_words(body["words"]),
        # Pages of earlier releases have none of the rest.
        reason=RouteReason(body.get("reason", "")),
        hidden_characters=body.get("hidden", 0),
        findings=tuple(map(finding_from, body.get("findings", ()))),
        einvoices=tuple(from_body(invoice) for invoice in body.get("einvoices", ())),
        reader=Reader(body["reader"]) if "reader" in body else None,
        second_reading=_reading(body["second"]) if "second" in body else None,
        doubts=tuple(map(Doubt, body.get("doubts", ()))),
    )


def _reading(body: dict[str, Any]) -> Reading:
    return Reading(Reader(body["reader"]), _words(body["words"]))


def _rows(words: Sequence[Word]) -> list[list[Any]]:
    return [
        [
            storable_text(w.text),
            *(round(v, 5) for v in (w.box.left, w.box.top, w.box.right, w.box.bottom)),
            round(w.confidence, 4),
            w.line,
        ]
        for w in words
    ]


def _words(rows: Iterable[Any]) -> tuple[Word, ...]:
    return tuple(
        Word(storable_text(t), Box(x0, y0, x1, y1), c, line) for t, x0, y0, x1, y1, c, line in rows
    )
