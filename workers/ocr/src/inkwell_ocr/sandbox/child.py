"""The process that opens hostile files.

Started by `pool` as ``python -m inkwell_ocr.sandbox.child DESCRIPTOR CONFIGURATION``, with an empty
environment and one socket. It imports nothing of the worker runtime, holds no credentials, and
answers each job with STARTED, pages, then DONE or FAILED. When in doubt it dies; the parent starts
another.
"""

import gc
import json
import os
import socket
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from inkwell_api.page_codec import encode_page
from inkwell_ocr.engines.tesseract import language_data
from inkwell_ocr.images import prepare_pillow
from inkwell_ocr.job import Job
from inkwell_ocr.routes.reader import read_pages
from inkwell_ocr.routes.recognition import Readers
from inkwell_ocr.sandbox import confinement
from inkwell_ocr.sandbox.messages import (
    ChannelClosedError,
    Kind,
    receive_with_descriptor,
    send,
)
from inkwell_ocr.sandbox.readers import Asked, make_readers
from inkwell_ocr.unreadable import Cause, Unreadable

SCRATCH_VARIABLE: Final = "TMPDIR"
"""Names the folder for files of programs that this process runs; it runs none without."""


def main(descriptor: int, configuration: dict[str, Any]) -> None:
    """Load the models, give up all rights, then read documents until the channel closes."""
    confinement.die_with_parent()
    prepare_pillow()
    data = language_data()
    memory_bytes = configuration.pop("memory_bytes")
    readers = make_readers(Asked(**configuration), data)
    scratch = os.environ.get(SCRATCH_VARIABLE)
    landlock = confinement.confine((data,), memory_bytes, Path(scratch) if scratch else None)
    with socket.socket(fileno=descriptor) as channel:
        send(channel, Kind.READY, json.dumps({"landlock": landlock}).encode())
        while _serve(channel, readers):
            gc.collect()


def _serve(channel: socket.socket, readers: Readers) -> bool:
    """Read one document; returns whether there may be another."""
    try:
        kind, content, document = receive_with_descriptor(channel)
    except ChannelClosedError:
        return False
    if kind is not Kind.JOB or document is None:
        return False
    job = Job.decode(content)
    send(channel, Kind.STARTED)
    confinement.limit_processor_time(job.cpu_seconds)
    with os.fdopen(document, "rb") as file:
        try:
            asked = replace(readers, may_ask_second=job.may_ask_second)
            for page in read_pages(file, job, asked):
                send(channel, Kind.PAGE, encode_page(page))
        except Unreadable as error:
            _fail(channel, error.cause, error.detail)
        except MemoryError:
            _fail(channel, Cause.TOO_MUCH_MEMORY, "a page needs too much memory")
            return False
        except ChannelClosedError:
            return False
        except Exception as error:  # noqa: BLE001 -- this process's edge: tell, and end
            _fail(channel, Cause.CHILD_DIED, f"the process reading it broke: {_where(error)}")
            return False
        else:
            send(channel, Kind.DONE, _state())
    return True


def _fail(channel: socket.socket, cause: Cause, detail: str) -> None:
    send(channel, Kind.FAILED, _state(cause=cause.value, detail=detail))


def _state(**more: str) -> bytes:
    return json.dumps({"peak_resident_bytes": confinement.peak_resident_bytes(), **more}).encode()


def _where(error: Exception) -> str:
    """Return type and place of an error; its words may hold content of the document."""
    *_, last = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} in {Path(last.filename).name} line {last.lineno}"


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
