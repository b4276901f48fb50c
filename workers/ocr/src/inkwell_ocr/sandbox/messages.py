"""What parent and child say to each other over a socket pair.

A message is one letter, a length and JSON or an encoded page. There is no pickle: the child reads
hostile files, so the parent takes nothing from it that could run. The document travels as a file
descriptor beside the job.
"""

import json
import socket
import struct
import time
from enum import Enum
from typing import Any, Final

from inkwell_ocr.limits import MAX_FRAME_BYTES

_HEADER: Final = struct.Struct("!cI")


class Kind(Enum):
    """What a message is.

    A child says STARTED before it opens the document of a JOB: one that ends earlier has died of
    what came before, and the document is given to another.
    """

    READY = b"R"
    JOB = b"J"
    STARTED = b"S"
    PAGE = b"P"
    DONE = b"D"
    FAILED = b"F"


class ChannelClosedError(Exception):
    """The other side is gone."""


class DeadlinePassedError(Exception):
    """No whole message came in time."""


class BadMessageError(Exception):
    """What the other side sent is no message of this protocol."""


def send(
    channel: socket.socket, kind: Kind, content: bytes = b"", descriptors: tuple[int, ...] = ()
) -> None:
    """Send one message, with file descriptors beside it.

    Raises:
        ChannelClosedError: the other side is gone.
    """
    try:
        header = _HEADER.pack(kind.value, len(content))
        if descriptors:
            socket.send_fds(channel, [header], list(descriptors))
        else:
            channel.sendall(header)
        channel.sendall(content)
    except OSError as error:
        raise ChannelClosedError from error


def receive(channel: socket.socket, deadline: float | None = None) -> tuple[Kind, bytes]:
    """Return the next message.

    Args:
        channel: where from.
        deadline: on the monotonic clock, in seconds; None waits for ever.

    Raises:
        ChannelClosedError: the other side is gone.
        DeadlinePassedError: it took too long.
        BadMessageError: it is no message, or too large.
    """
    kind, size = _unpack(_receive_exactly(channel, _HEADER.size, deadline))
    return kind, _receive_exactly(channel, size, deadline)


def receive_with_descriptor(channel: socket.socket) -> tuple[Kind, bytes, int | None]:
    """Return the next message and the file descriptor beside it, if any; waits for ever."""
    try:
        header, descriptors, _, _ = socket.recv_fds(channel, _HEADER.size, 1)
    except OSError as error:
        raise ChannelClosedError from error
    if not header:
        raise ChannelClosedError
    header += _receive_exactly(channel, _HEADER.size - len(header), None)
    kind, size = _unpack(header)
    return kind, _receive_exactly(channel, size, None), descriptors[0] if descriptors else None


def decode_object(content: bytes) -> dict[str, Any]:
    """Return the JSON object of a READY, DONE or FAILED message.

    Raises:
        BadMessageError: it is none.
    """
    try:
        body = json.loads(content or b"{}")
    except ValueError as error:
        raise BadMessageError from error
    if not isinstance(body, dict):
        raise BadMessageError
    return body


def _unpack(header: bytes) -> tuple[Kind, int]:
    letter, size = _HEADER.unpack(header)
    if size > MAX_FRAME_BYTES:
        raise BadMessageError
    try:
        return Kind(letter), size
    except ValueError as error:
        raise BadMessageError from error


def _receive_exactly(channel: socket.socket, size: int, deadline: float | None) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        remaining = None if deadline is None else deadline - time.monotonic()
        if remaining is not None and remaining <= 0:
            raise DeadlinePassedError
        try:
            channel.settimeout(remaining)
            part = channel.recv(min(size - len(parts), 1 << 20))
        except TimeoutError as error:
            raise DeadlinePassedError from error
        except OSError as error:
            raise ChannelClosedError from error
        if not part:
            raise ChannelClosedError
        parts += part
    return bytes(parts)
