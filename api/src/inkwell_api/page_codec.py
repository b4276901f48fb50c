"""How a page is written into the table `pages`, and read from it."""

import json
import zlib
from dataclasses import asdict
from typing import Any, Final

from inkwell_api.document import Box, Page, PageSource, Word, finding_from
from inkwell_api.einvoice import from_body, to_body
from inkwell_api.route import RouteReason
from inkwell_api.storable import storable_text

MAX_ENCODED_PAGE_BYTES: Final = 64 * 1024 * 1024
"""Most bytes that a stored page may unpack to; a guard against a crafted blob."""


def encode_page(page: Page) -> bytes:
    """Encode a page for the `pages` table: compact JSON, zlib.

    The same page gives the same bytes. What version 0.1 did not know is written where there is any,
    so that a page of its gives the bytes that it stored.
    """
    words = [
        [
            storable_text(w.text),
            *(round(v, 5) for v in (w.box.left, w.box.top, w.box.right, w.box.bottom)),
            round(w.confidence, 4),
            w.line,
        ]
        for w in page.words
    ]
    body: dict[str, Any] = {
        "number": page.number,
        "width": round(page.width, 2),
        "height": round(page.height, 2),
        "source": page.source.value,
        "rotation": page.rotation,
        "words": words,
    }
    if page.reason is not RouteReason.UNSTATED:
        body["reason"] = page.reason.value
    if page.hidden_characters:
        body["hidden"] = page.hidden_characters
    if page.findings:
        body["findings"] = [asdict(finding) for finding in page.findings]
    if page.einvoices:
        body["einvoices"] = [to_body(invoice) for invoice in page.einvoices]
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
        words=tuple(
            Word(storable_text(t), Box(x0, y0, x1, y1), c, line)
            for t, x0, y0, x1, y1, c, line in body["words"]
        ),
        # Pages of earlier releases have none of the rest.
        reason=RouteReason(body.get("reason", "")),
        hidden_characters=body.get("hidden", 0),
        findings=tuple(map(finding_from, body.get("findings", ()))),
        einvoices=tuple(from_body(invoice) for invoice in body.get("einvoices", ())),
    )
