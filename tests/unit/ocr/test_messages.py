import os
import socket
import tempfile
import time
from collections.abc import Iterator

import pytest

from inkwell_ocr.job import Job
from inkwell_ocr.limits import MAX_FRAME_BYTES
from inkwell_ocr.sandbox import messages
from inkwell_ocr.sandbox.messages import Kind

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair(socket_enabled: None) -> Iterator[Pair]:  # noqa: ARG001 -- a pair of sockets of this process
    """Two ends of a channel."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_messages_arrive_whole_and_in_order(pair: Pair) -> None:
    ours, theirs = pair
    messages.send(theirs, Kind.PAGE, b"x" * 10_000)
    messages.send(theirs, Kind.DONE)
    soon = time.monotonic() + 5
    assert messages.receive(ours, soon) == (Kind.PAGE, b"x" * 10_000)
    assert messages.receive(ours, soon) == (Kind.DONE, b"")


def test_a_job_travels_with_its_file(pair: Pair) -> None:
    ours, theirs = pair
    job = Job("application/pdf", "Prefer", 5, 60.0)
    with tempfile.TemporaryFile() as file:
        file.write(b"content")
        file.seek(0)
        messages.send(ours, Kind.JOB, job.encode(), (file.fileno(),))
        kind, content, descriptor = messages.receive_with_descriptor(theirs)
    assert (kind, Job.decode(content)) == (Kind.JOB, job)
    assert descriptor is not None
    with os.fdopen(descriptor, "rb") as received:
        assert received.read() == b"content"


def test_silence_ends_at_the_deadline(pair: Pair) -> None:
    with pytest.raises(messages.DeadlinePassedError):
        messages.receive(pair[0], time.monotonic() + 0.05)


def test_a_closed_channel_is_noticed(pair: Pair) -> None:
    ours, theirs = pair
    theirs.close()
    with pytest.raises(messages.ChannelClosedError):
        messages.receive(ours, time.monotonic() + 5)
    with pytest.raises(messages.ChannelClosedError):
        messages.receive_with_descriptor(ours)


@pytest.mark.parametrize("header", [b"?\0\0\0\0", b"P" + (MAX_FRAME_BYTES + 1).to_bytes(4, "big")])
def test_what_is_no_message_is_refused(pair: Pair, header: bytes) -> None:
    ours, theirs = pair
    theirs.sendall(header)
    with pytest.raises(messages.BadMessageError):
        messages.receive(ours, time.monotonic() + 5)


@pytest.mark.parametrize("content", [b"[]", b"{", b'"x"'])
def test_only_objects_are_decoded(content: bytes) -> None:
    with pytest.raises(messages.BadMessageError):
        messages.decode_object(content)
