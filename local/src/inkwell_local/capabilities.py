"""Whether this machine lacks capabilities that privileged containers ask for, and the cure."""

from __future__ import annotations

import sys
from importlib import resources
from pathlib import Path
from typing import Final

from inkwell_local.runtime import runc_within_bounds

RUNTIME_NAME: Final = "inkwell"
"""Name under which Docker knows the wrapper."""


def lacking(bounding: int, last: int) -> frozenset[str]:
    """Return the capabilities that the kernel knows (bits 0 to last) and the set lacks."""
    known = {f"CAP_{name}" for name in runc_within_bounds.NAMES[: last + 1]}
    return frozenset(known & runc_within_bounds.missing(bounding))


def lacking_here() -> frozenset[str]:
    """Return the capabilities that this process could not give to a container."""
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text(encoding="ascii"))
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return lacking(runc_within_bounds.bounding_set(status), last)


def install_wrapper(folder: Path) -> Path:
    """Write the runtime wrapper into a folder, executable, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    source = resources.files("inkwell_local.runtime").joinpath("runc_within_bounds.py")
    wrapper = folder / "runc-within-bounds"
    # -I and -S: no site packages and no environment, for a start in milliseconds.
    wrapper.write_text(f"#!{sys.executable} -IS\n{source.read_text(encoding='utf-8')}", "utf-8")
    wrapper.chmod(0o755)
    return wrapper
