"""A control group with a limit of memory, as a pod's container has one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

_V1: Final = Path("/sys/fs/cgroup/memory")
_V2: Final = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class MemoryGroup:
    """A control group.

    Attributes:
        folder: where the kernel shows it.
        is_v1: of cgroup v1.
    """

    folder: Path
    is_v1: bool

    @property
    def peak_bytes(self) -> int:
        """Return the most memory that it ever held."""
        name = "memory.max_usage_in_bytes" if self.is_v1 else "memory.peak"
        return int((self.folder / name).read_text(encoding="ascii"))

    @property
    def killed(self) -> int:
        """Return how many processes the kernel killed because it was full."""
        name = "memory.oom_control" if self.is_v1 else "memory.events"
        lines = (self.folder / name).read_text(encoding="ascii").splitlines()
        return int(dict(line.split() for line in lines)["oom_kill"])

    def run(self, code: str) -> str:
        """Run Python code within it; returns what it prints."""
        procs = self.folder / "cgroup.procs"
        enter = f"open({str(procs)!r}, 'w').write(str(__import__('os').getpid()))\n"
        paths = os.pathsep.join(entry for entry in sys.path if entry)
        done = subprocess.run(
            [sys.executable, "-c", enter + code],
            env={**os.environ, "PYTHONPATH": paths},
            check=True,
            capture_output=True,
            text=True,
            timeout=240,
        )
        return done.stdout


@contextmanager
def memory_group(limit: int) -> Iterator[MemoryGroup]:
    """Make a control group with a limit in bytes; skips the test where none can be made."""
    is_v1 = (_V1 / "memory.limit_in_bytes").exists()
    folder = (_V1 if is_v1 else _V2) / f"inkwell-test-{os.getpid()}"
    name = "memory.limit_in_bytes" if is_v1 else "memory.max"
    try:
        folder.mkdir()
        (folder / name).write_text(str(limit), encoding="ascii")
    except OSError as error:
        if folder.exists():
            folder.rmdir()
        pytest.skip(f"no control group with a limit of memory can be made here: {error}")
    try:
        yield MemoryGroup(folder, is_v1)
    finally:
        folder.rmdir()
