"""File names as clients send them: shown to people, trusted for nothing. Pure."""

import unicodedata
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Any, Final
from urllib.parse import quote

MAX_LENGTH: Final = 255
_HEADER: Final = "content-disposition"


def of_disposition(header: str) -> str:
    """Return the cleaned file name of a Content-Disposition header (RFC 6266), or an empty text."""
    message = Message()
    message[_HEADER] = header.replace("\r", " ").replace("\n", " ")
    parameters = message.get_params([], _HEADER)
    values: list[Any] = [value for name, value in parameters if name == "filename"]
    # RFC 6266: the encoded form is the better one where both are given.
    best = next((value for value in values if isinstance(value, tuple)), next(iter(values), ""))
    return clean(collapse_rfc2231_value(best))


def clean(name: str) -> str:
    """Return the last part of a path without control and format characters, cut to `MAX_LENGTH`."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(
        c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    )
    return kept.strip()[:MAX_LENGTH]


def disposition(name: str) -> str:
    """Return a Content-Disposition header that makes a browser save the file and never show it."""
    plain = (
        "".join(c if c.isascii() and (c.isalnum() or c in "-_. ") else "_" for c in name)
        or "document"
    )
    return (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name or 'document', safe='')}"
    )
