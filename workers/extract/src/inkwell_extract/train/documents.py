"""Reads corrected documents: a file of JSON lines, one document a line."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from inkwell_api import exact_json
from inkwell_api.page_codec import decode_page
from inkwell_extract.train.examples import Corrected


class UnreadableDocumentError(ValueError):
    """A line is no corrected document; the message has its number and none of its text."""


def read_documents(file: Path) -> Iterator[Corrected]:
    """Yield the documents of a file.

    Each line is an object: `pages`, a list of pages as the table `pages` stores them, in base64;
    `values`, the right result; `group`, whose document it is (its seller, by default the line).

    Raises:
        UnreadableDocumentError: a line is not of that form.
        OSError: the file cannot be read.
    """
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield _document(exact_json.loads(line), number)
                except (ValueError, TypeError, KeyError, binascii.Error):
                    raise UnreadableDocumentError(
                        f"line {number} of {file.name} is no corrected document"
                    ) from None


def _document(body: Mapping[str, Any], number: int) -> Corrected:
    pages = tuple(decode_page(base64.b64decode(each, validate=True)) for each in body["pages"])
    values, group = body["values"], body.get("group") or f"line {number}"
    if not pages or not isinstance(values, dict) or not isinstance(group, str):
        raise ValueError("no pages, values or group")
    return Corrected(pages, values, group)
