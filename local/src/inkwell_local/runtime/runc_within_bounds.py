"""Calls runc after taking out of a container's specification what this machine cannot give.

Where the machine's own bounding set lacks a capability, runc refuses to start a container that asks
for it ("unable to apply caps"), and every privileged container asks for all. Docker runs this file
in place of runc on such machines, once per start and per exec: it must be quick, so it imports
little, not even pathlib. It is copied out of the package, so it must stand alone.
"""
# ruff: noqa: PTH113, PTH118, PTH123  pathlib would double the time that this takes to start

from __future__ import annotations

import json
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NAMES = (
    "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID",
    "SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW",
    "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT",
    "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD",
    "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG",
    "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF", "CHECKPOINT_RESTORE",
)  # fmt: skip
"""The kernel's capabilities in the order of their bits (linux/capability.h)."""


def missing(bounding: int) -> set[str]:
    """Return the names of the capabilities that a bounding set lacks."""
    return {f"CAP_{name}" for bit, name in enumerate(NAMES) if not bounding >> bit & 1}


def within_process(process: dict[str, Any], absent: set[str]) -> dict[str, Any]:
    """Return the process part of a specification without the absent capabilities."""
    sets = process.get("capabilities") or {}
    kept = {kind: [one for one in held if one not in absent] for kind, held in sets.items()}
    return {**process, "capabilities": kept} if sets else process


def within_spec(spec: dict[str, Any], absent: set[str]) -> dict[str, Any]:
    """Return a whole specification without the absent capabilities."""
    return {**spec, "process": within_process(spec.get("process", {}), absent)}


def bounding_set(status: str) -> int:
    """Return the capability bounding set out of the text of /proc/<pid>/status."""
    for line in status.splitlines():
        if line.startswith("CapBnd:"):
            return int(line.split()[1], 16)
    return -1


def option(arguments: list[str], name: str) -> str:
    """Return the value that follows an option; empty when it is not there."""
    places = [at for at, word in enumerate(arguments[:-1]) if word == name]
    return arguments[places[0] + 1] if places else ""


def main(arguments: list[str]) -> None:
    """Rewrite what the arguments point to, then become runc."""
    with open("/proc/self/status", encoding="ascii") as status:
        absent = missing(bounding_set(status.read()))
    bundle, process = option(arguments, "--bundle"), option(arguments, "--process")
    for path, change in (
        (os.path.join(bundle, "config.json") if bundle else "", within_spec),
        (process, within_process),
    ):
        if absent and path and os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                text = json.dumps(change(json.load(file), absent))
            # In place and not by rename: the caller may hold the file open.
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
    os.execvp("runc", ["runc", *arguments])  # noqa: S606  no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
