"""Takes from a child process what it does not need before it opens a hostile file.

Called once by the child, after its libraries and language models are loaded. Resource limits and
"no new privileges" always hold; a process is started by a child alone that runs a platform's own
program (`system_calls`). Landlock (Linux 5.13 and later,
https://docs.kernel.org/userspace-api/landlock.html) takes away all files but program code and
language data, so also the mounted credentials, and, from ABI 4 on, all TCP; where the kernel or the
container's seccomp profile refuses it, the child says so and the parent logs it.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Final

from inkwell_ocr.limits import CHILD_OPEN_FILES, SCRATCH_FILE_BYTES
from inkwell_ocr.sandbox.system_calls import forbid_processes

_INHERITED_BYTES: Final = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38
# The numbers are the same on x86_64 and aarch64.
_LANDLOCK_CREATE_RULESET: Final = 444
_LANDLOCK_ADD_RULE: Final = 445
_LANDLOCK_RESTRICT_SELF: Final = 446
_CREATE_RULESET_VERSION: Final = 1
_RULE_PATH_BENEATH: Final = 1
_ACCESS_EXECUTE: Final = 1 << 0
_ACCESS_WRITE_FILE: Final = 1 << 1
_ACCESS_READ_FILE: Final = 1 << 2
_ACCESS_READ_DIR: Final = 1 << 3
_READ: Final = _ACCESS_READ_FILE | _ACCESS_READ_DIR | _ACCESS_EXECUTE
_ACCESS_REMOVE_FILE: Final = 1 << 5
_ACCESS_MAKE_FILE: Final = 1 << 8
_ACCESS_TRUNCATE: Final = 1 << 14
_TRUNCATE_ABI: Final = 3
_NETWORK_ABI: Final = 4
_SCOPE_ABI: Final = 6
_STACK_BYTES: Final = 8 * 1024 * 1024
"""RLIMIT_STACK as containers have it; RLIMIT_DATA does not count the stack."""

_PROGRAMS: Final = tuple(map(Path, ("/bin", "/lib", "/lib64", "/usr")))
"""What a program needs to be started: itself and its libraries; none of it is ours or secret."""

_FILE_RIGHTS_BY_ABI: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""Number of file system rights that each ABI knows; they are the lowest bits."""


class _RulesetAttributes(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def die_with_parent() -> None:
    """Let the kernel kill this process when its parent ends; keep others out of its memory."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def confine(readable: tuple[Path, ...], memory_bytes: int, scratch: Path | None = None) -> int:
    """Apply all limits; returns Landlock's ABI version, or 0 where it cannot be had.

    Args:
        readable: folders that stay readable besides Python's own.
        memory_bytes: what the process may hold, what it holds already included.
        scratch: a folder for files of programs that it runs; without one it runs none, writes none.
    """
    if scratch is None:
        _limit_memory(memory_bytes)
    else:
        # What it runs has the same limits, beside it.
        _limit_memory(memory_bytes // 2)
    _limit_resources(runs_programs=scratch is not None)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if scratch is not None:
        return _apply_landlock(libc, (*_python_folders(), *readable, *_PROGRAMS), scratch)
    if not forbid_processes(libc):
        # No thread either, then: an image whose decoder needs one ends the process. Any other
        # bound than none would depend on the neighbours: it counts this user's on the whole node.
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    return _apply_landlock(libc, (*_python_folders(), *readable))


def limit_processor_time(seconds: float) -> None:
    """Let the kernel end this process when it uses `seconds` more of processor time."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(usage.ru_utime + usage.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def peak_resident_bytes() -> int:
    """Return the most memory that this process ever held; there is no /proc to ask for today's.

    A program inherits the peak of the one that started it (ru_maxrss survives exec, getrusage(2));
    below that the kernel says nothing of its own, and it is 0.
    """
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return peak if peak > _INHERITED_BYTES else 0


def _limit_memory(memory_bytes: int) -> None:
    """Bound what the process can dirty: its private memory, and by the address space the rest.

    Program code lies in the address space too, but the kernel can drop it whenever memory is
    short; so it is allowed on top.
    """
    size, *_, data, _ = (int(pages) for pages in Path("/proc/self/statm").read_text().split())
    code = (size - data) * resource.getpagesize()
    for name, value in (
        (resource.RLIMIT_DATA, memory_bytes - _STACK_BYTES),
        (resource.RLIMIT_AS, memory_bytes + code),
    ):
        resource.setrlimit(name, (value, value))


def _limit_resources(*, runs_programs: bool) -> None:
    for name, value in (
        (resource.RLIMIT_NOFILE, CHILD_OPEN_FILES),
        (resource.RLIMIT_FSIZE, SCRATCH_FILE_BYTES if runs_programs else 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (value, value))


def _python_folders() -> tuple[Path, ...]:
    folders = {Path(entry) for entry in sys.path if entry} | {
        Path(sys.prefix),
        Path(sys.base_prefix),
    }
    return tuple(sorted(folder for folder in folders if folder.is_dir()))


def _apply_landlock(
    libc: ctypes.CDLL, readable: tuple[Path, ...], scratch: Path | None = None
) -> int:
    libc.syscall.restype = ctypes.c_long
    abi = int(
        libc.syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), _CREATE_RULESET_VERSION)
    )
    if abi < 1:
        return 0
    rights = (1 << _FILE_RIGHTS_BY_ABI.get(abi, max(_FILE_RIGHTS_BY_ABI.values()))) - 1
    attributes = _RulesetAttributes(
        rights, 0b11 if abi >= _NETWORK_ABI else 0, 0b11 if abi >= _SCOPE_ABI else 0
    )
    size = 8 if abi < _NETWORK_ABI else 16 if abi < _SCOPE_ABI else 24
    ruleset = int(
        libc.syscall(_LANDLOCK_CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), 0)
    )
    if ruleset < 0:
        return 0
    try:
        for folder in readable:
            _allow(libc, ruleset, folder, _READ)
        # Tesseract writes its messages there, and crashes when it cannot.
        truncate = _ACCESS_TRUNCATE if abi >= _TRUNCATE_ABI else 0
        _allow(libc, ruleset, Path(os.devnull), _ACCESS_WRITE_FILE | _ACCESS_READ_FILE | truncate)
        if scratch is not None:
            write = _ACCESS_WRITE_FILE | _ACCESS_MAKE_FILE | _ACCESS_REMOVE_FILE | truncate
            _allow(libc, ruleset, scratch, _ACCESS_READ_FILE | _ACCESS_READ_DIR | write)
        restricted = libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0)
        return abi if restricted == 0 else 0
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            rule = _PathBeneath(rights, descriptor)
            libc.syscall(_LANDLOCK_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(rule), 0)
        finally:
            os.close(descriptor)
