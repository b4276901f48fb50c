"""Forbids a process to start others, while its libraries may start threads.

`RLIMIT_NPROC` counts threads as well, and the decoder of HEIC (libde265) ends the process when it
gets none. So the kernel judges system calls by a filter
(https://docs.kernel.org/userspace-api/seccomp_filter.html).
"""

import ctypes
import errno
import platform
from dataclasses import dataclass
from typing import Final

_PR_SET_SECCOMP: Final = 22
_MODE_FILTER: Final = 2
_ALLOW: Final = 0x7FFF0000
_ERROR: Final = 0x00050000
_REFUSE: Final = _ERROR | errno.EPERM
_UNKNOWN: Final = _ERROR | errno.ENOSYS
"""The answer by which the C library takes `clone` for `clone3`, whose flags no filter can see."""

_LOAD: Final = 0x20
_RETURN: Final = 0x06
_JUMP_EQUAL: Final = 0x15
_JUMP_AT_LEAST: Final = 0x35
_JUMP_BITS: Final = 0x45

_NUMBER_AT: Final = 0
_ARCHITECTURE_AT: Final = 4
_FIRST_ARGUMENT_AT: Final = 16
_CLONE_THREAD: Final = 0x10000
_OTHER_CALLS_FROM: Final = 0x40000000
"""The same calls by other numbers, of x86_64's second interface (x32)."""


@dataclass(frozen=True, slots=True)
class _Calls:
    """What an architecture is called in the kernel's audit, and its numbers of calls."""

    architecture: int
    clone: int
    clone3: int
    refused: tuple[int, ...]


_CALLS: Final = {
    # fork, vfork, execve, execveat
    "x86_64": _Calls(0xC000003E, 56, 435, (57, 58, 59, 322)),
    # It has neither fork nor vfork.
    "aarch64": _Calls(0xC00000B7, 220, 435, (221, 281)),
}


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("jump_true", ctypes.c_uint8),
        ("jump_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (
        ("length", ctypes.c_uint16),
        ("instructions", ctypes.POINTER(_Instruction)),
    )


def forbid_processes(libc: ctypes.CDLL) -> bool:
    """Refuse new processes and programs from now on; returns whether the kernel took the filter.

    "No new privileges" must hold already.
    """
    calls = _CALLS.get(platform.machine())
    if calls is None:
        return False
    steps = _filter(calls)
    instructions = (_Instruction * len(steps))(*(_Instruction(*step) for step in steps))
    program = _Program(len(steps), instructions)
    return bool(libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _filter(calls: _Calls) -> list[tuple[int, int, int, int]]:
    """Return the program: code, steps to skip where it holds, where it does not, value."""
    return [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_EQUAL, 1, 0, calls.architecture),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_JUMP_AT_LEAST, 0, 1, _OTHER_CALLS_FROM),
        (_RETURN, 0, 0, _REFUSE),
        (_JUMP_EQUAL, 0, 1, calls.clone3),
        (_RETURN, 0, 0, _UNKNOWN),
        *(
            step
            for number in calls.refused
            for step in ((_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE))
        ),
        (_JUMP_EQUAL, 1, 0, calls.clone),
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_JUMP_BITS, 1, 0, _CLONE_THREAD),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
