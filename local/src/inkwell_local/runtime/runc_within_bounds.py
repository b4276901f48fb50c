"""Calls runc after taking out of a container's specification what this machine cannot give.

Where the machine's own bounding set lacks a capability, runc refuses to start a container that asks
for it ("unable to apply caps"), and every privileged container asks for all. Docker runs this file
in place of runc on such machines, once per start and per exec: it must be quick, so it imports
little. It is copied out of the package, so it must stand alone.
"""

import json
import os
import sys

NAMES = (
    "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE "
    "NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO "
    "SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME "
    "SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG "
    "WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"
).split()
"""The kernel's capabilities in the order of their bits (linux/capability.h)."""


def missing(bounding):
    """Return the names of the capabilities that a bounding set (an integer) lacks."""
    return {f"CAP_{name}" for bit, name in enumerate(NAMES) if not bounding >> bit & 1}


def within(process, absent):
    """Return the process part of a specification without the absent capabilities."""
    sets = process.get("capabilities") or {}
    kept = {kind: [one for one in held if one not in absent] for kind, held in sets.items()}
    return {**process, "capabilities": kept} if sets else process


def _bounding():
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("CapBnd:"):
                return int(line.split()[1], 16)
    return -1


def _rewrite(path, change):
    with open(path, encoding="utf-8") as file:
        before = json.load(file)
    text = json.dumps(change(before))
    # In place and not by rename: the caller may hold the file open.
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def _option(arguments, name):
    for before, value in zip(arguments, arguments[1:]):
        if before == name:
            return value
    return None


def main(arguments):
    """Rewrite what the arguments point to, then become runc."""
    absent = missing(_bounding())
    bundle, process = _option(arguments, "--bundle"), _option(arguments, "--process")
    config = os.path.join(bundle, "config.json") if bundle else ""
    if absent and config and os.path.isfile(config):
        _rewrite(config, lambda spec: {**spec, "process": within(spec.get("process", {}), absent)})
    if absent and process and os.path.isfile(process):
        _rewrite(process, lambda spec: within(spec, absent))
    os.execvp("runc", ["runc", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
