"""Takes a mail apart (RFC 5322, 2045 to 2047): its parts, within bounds. Pure; child only.

Python's own parser is asked for the oldest of its policies: the newer ones parse header fields by a
grammar that hostile ones bring down, and nothing but types and boundaries is needed of them. Names
of attachments are not looked at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesParser
from typing import IO, Final

from inkwell_ocr.limits import MAX_MAIL_DEPTH, MAX_MAIL_PARTS, MAX_MAIL_TEXT
from inkwell_ocr.unreadable import Cause, Unreadable

_BYTES_PER_LINE: Final = 66
"""What the parser holds of a line beside its characters."""

_COPIES: Final = 4
"""How often the characters of a mail are held: lines, their sum, an attachment, its bytes."""

_BOUNDARY: Final = re.compile(rb"^--", re.MULTILINE)
_MOST_BOUNDARIES: Final = 20_000
_CHUNK: Final = 1 << 20
_REFERENCE: Final = re.compile(r"cid:([^\"'\s>)]{1,300})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a mail that holds no others.

    Attributes:
        kind: media type that it claims.
        content: its bytes, decoded.
        is_attached: whether it claims to be an attachment.
        content_id: by which other parts show it, or empty.
        is_damaged: whether its encoding is.
        depth: how many mails it stands in.
        charset: of text, as it claims.
    """

    kind: str
    content: bytes
    is_attached: bool
    content_id: str
    is_damaged: bool
    depth: int
    charset: str

    @property
    def text(self) -> str:
        """The characters of a part that is text.

        Raises:
            Unreadable: they are more than are read.
        """
        if len(self.content) > MAX_MAIL_TEXT:
            raise Unreadable(Cause.MAIL_TOO_LARGE, "a text of the mail is longer than is read")
        try:
            return self.content.decode(self.charset, "replace")
        except (LookupError, ValueError):
            return self.content.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail holds.

    Attributes:
        parts: in their order, those of mails within it too.
        is_damaged: whether its structure is, such as a part that never ends.
        is_cut: whether it holds mails deeper than is looked.
    """

    parts: tuple[Part, ...]
    is_damaged: bool
    is_cut: bool

    def shown(self) -> frozenset[str]:
        """Return the ids of the parts that its HTML shows."""
        pages = (part.text for part in self.parts if part.kind == "text/html")
        return frozenset(id_ for page in pages for id_ in _REFERENCE.findall(page))


def take_apart(content: IO[bytes], memory_bytes: int) -> Mail:
    """Return the parts of a mail.

    Args:
        content: the file.
        memory_bytes: what the parser and an attachment may take.

    Raises:
        Unreadable: it would take more, has too many parts, or is nested without end.
    """
    _weigh(content, memory_bytes)
    content.seek(0)
    try:
        message = BytesParser(policy=policy.compat32).parse(content)
    except RecursionError as error:
        raise _too_deep() from error
    except (ValueError, LookupError, AttributeError, TypeError, IndexError) as error:
        raise Unreadable(Cause.CORRUPT_MAIL, "the mail cannot be parsed") from error
    return _Walk().through(message)


def _weigh(content: IO[bytes], memory_bytes: int) -> None:
    """Refuse a mail before it is parsed, when that would take too much.

    Raises:
        Unreadable: it would.
    """
    content.seek(0)
    size = lines = boundaries = 0
    while chunk := content.read(_CHUNK):
        size += len(chunk)
        # The parser takes a carriage return alone for the end of a line, too.
        lines += chunk.count(b"\n") + chunk.count(b"\r")
        boundaries += len(_BOUNDARY.findall(chunk))
    if size * _COPIES + lines * _BYTES_PER_LINE > memory_bytes:
        raise Unreadable(Cause.MAIL_TOO_LARGE, "the mail is too large to be taken apart")
    if boundaries > _MOST_BOUNDARIES:
        raise _too_many()


class _Walk:
    """Goes through the parts of a mail once."""

    def __init__(self) -> None:
        self._count = 0
        self._is_damaged = False
        self._is_cut = False

    def through(self, message: Message) -> Mail:
        parts = tuple(self._parts(message, 0))
        return Mail(parts, self._is_damaged, self._is_cut)

    def _parts(self, message: Message, depth: int) -> Iterator[Part]:
        """Yield the parts without parts; a stack in place of recursion."""
        waiting = [(message, depth)]
        while waiting:
            part, depth = waiting.pop()
            self._count += 1
            if self._count > MAX_MAIL_PARTS:
                raise _too_many()
            if depth > MAX_MAIL_DEPTH:
                self._is_cut = True
            elif part.is_multipart():
                self._is_damaged |= bool(part.defects)
                deeper = depth + (part.get_content_maintype() == "message")
                waiting += [(each, deeper) for each in reversed(list(part.get_payload()))]
            else:
                yield _part(part, depth)


def _part(message: Message, depth: int) -> Part:
    content = message.get_payload(decode=True)
    disposition = str(message.get("content-disposition", ""))[:_LONGEST_FIELD].strip().lower()
    return Part(
        kind=message.get_content_type(),
        content=content if isinstance(content, bytes) else b"",
        is_attached=disposition.startswith("attachment"),
        content_id=str(message.get("content-id", ""))[:_LONGEST_FIELD].strip().strip("<>"),
        is_damaged=bool(message.defects),
        depth=depth,
        charset=_charset(message),
    )


_LONGEST_FIELD: Final = 1000


def _charset(message: Message) -> str:
    try:
        return str(message.get_content_charset("utf-8"))
    except (ValueError, LookupError, TypeError):
        return "utf-8"


def _too_many() -> Unreadable:
    return Unreadable(Cause.MAIL_TOO_LARGE, f"the mail has more than {MAX_MAIL_PARTS} parts")


def _too_deep() -> Unreadable:
    return Unreadable(Cause.MAIL_TOO_LARGE, "the parts of the mail are nested without end")
