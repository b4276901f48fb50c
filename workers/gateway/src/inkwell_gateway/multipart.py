"""multipart/form-data as a stream of parts, each a stream of bytes; nothing is collected."""

from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from inkwell_gateway import filenames
from inkwell_gateway.problems import ProblemError

MAX_PARTS: Final = 100

_BEGIN, _NAME, _VALUE, _HEADERS, _DATA, _END, _CLOSE = range(7)
_Event = tuple[int, bytes]


def boundary_of(content_type: str) -> bytes | None:
    """Return the boundary of a multipart/form-data request, or None when it is none."""
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data":
        return None
    if not options.get(b"boundary"):
        raise malformed("multipart/form-data needs a boundary")
    return options[b"boundary"]


def malformed(why: str) -> ProblemError:
    """Return the problem of a body that is no multipart/form-data."""
    return ProblemError(HTTPStatus.BAD_REQUEST, "malformed-multipart", why)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its file name, and its bytes, to be read once and before the next part."""

    file_name: str
    data: AsyncIterator[bytes]


class Multipart:
    """Reads the parts of one request."""

    def __init__(self, stream: AsyncIterator[bytes], boundary: bytes) -> None:
        self._stream = stream
        self._events: deque[_Event] = deque()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._marker(_BEGIN),
                "on_header_field": self._piece(_NAME),
                "on_header_value": self._piece(_VALUE),
                "on_headers_finished": self._marker(_HEADERS),
                "on_part_data": self._piece(_DATA),
                "on_part_end": self._marker(_END),
                "on_end": self._marker(_CLOSE),
            },
        )

    def _marker(self, kind: int) -> Callable[[], None]:
        def note() -> None:
            self._events.append((kind, b""))

        return note

    def _piece(self, kind: int) -> Callable[[bytes, int, int], None]:
        def note(data: bytes, start: int, end: int) -> None:
            self._events.append((kind, data[start:end]))

        return note

    async def _next(self) -> _Event:
        while not self._events:
            try:
                data = await anext(self._stream)
            except StopAsyncIteration:
                raise malformed("the body ends before its last boundary") from None
            try:
                self._parser.write(data)
            except FormParserError as error:
                raise malformed("the body is not multipart/form-data") from error
        return self._events.popleft()

    async def parts(self) -> AsyncIterator[Part]:
        """Yield the parts in order; what is left unread of one is skipped."""
        count = 0
        while (await self._next())[0] != _CLOSE:
            count += 1
            if count > MAX_PARTS:
                raise ProblemError(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    "too-many-parts",
                    f"one request carries at most {MAX_PARTS} documents",
                )
            name = await self._file_name()
            data = self._data()
            yield Part(name, data)
            async for _ in data:
                pass

    async def _file_name(self) -> str:
        """Read a part's headers and return its file name."""
        header, value, found = b"", b"", ""
        while True:
            kind, piece = await self._next()
            if kind == _VALUE:
                value += piece
                continue
            if value:
                if header.lower() == b"content-disposition":
                    found = filenames.of_disposition(value.decode("utf-8", "replace"))
                header = value = b""
            if kind == _HEADERS:
                return found
            header += piece

    async def _data(self) -> AsyncIterator[bytes]:
        while True:
            kind, piece = await self._next()
            if kind == _END:
                return
            yield piece
