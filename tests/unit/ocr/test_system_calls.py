"""A confined process starts no other one, but its libraries may start threads."""

import subprocess
import sys

import pytest

CONFINED = """
import ctypes, os, threading
from inkwell_ocr.sandbox.system_calls import forbid_processes

libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(38, 1, 0, 0, 0)
print(forbid_processes(libc))
threads = [threading.Thread(target=print, args=("thread",))]
threads[0].start()
threads[0].join()
try:
    {attempt}
    print("started")
except OSError as error:
    print(type(error).__name__)
"""


@pytest.mark.parametrize(
    "attempt",
    [
        "os.fork()",
        "os.execv('/bin/true', ['true'])",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.forkpty()",
    ],
)
def test_no_process_and_no_program_is_started(attempt: str) -> None:
    ended = subprocess.run(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", CONFINED.format(attempt=attempt)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert ended.stdout.split() == ["True", "thread", "PermissionError"]
