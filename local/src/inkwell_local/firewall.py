"""Takes out of this machine's packet filter what a Docker daemon put in and left there."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection
from itertools import pairwise
from typing import Final

from inkwell_local.errors import CommandFailed
from inkwell_local.shell import Shell

_CHAIN: Final = re.compile(r"(?:^:|\s-[Aj] |^-[Aj] )(DOCKER[\w-]*)\b")


def save(shell: Shell, tool: str) -> str:
    """Return all rules as `iptables-save` or its sister writes them; empty without it."""
    if not shutil.which(f"{tool}-save", path=shell.environment.get("PATH")):
        return ""
    try:
        return shell.read(f"{tool}-save")
    except CommandFailed:
        return ""  # a kernel without this protocol's tables has no rules


def forward_policy(saved: str) -> str:
    """Return what happens to packets that no rule of the FORWARD chain matches."""
    found = re.search(r"^:FORWARD (\w+)", saved, flags=re.MULTILINE)
    return found[1] if found else "ACCEPT"


def remove_docker(shell: Shell, tool: str, bridges: Collection[str], policy: str) -> None:
    """Remove Docker's chains and the rules of its bridges, and put the FORWARD policy back."""
    saved = save(shell, tool)
    wanted = without_docker(saved, bridges, policy)
    if wanted != saved:
        shell.run(f"{tool}-restore", stdin=wanted.encode())


def without_docker(saved: str, bridges: Collection[str], policy: str) -> str:
    """Return saved rules without Docker's, with this FORWARD policy (empty: as it is)."""
    kept = []
    for line in saved.splitlines():
        if _CHAIN.search(line) or _names_bridge(line, bridges):
            continue
        if policy and line.startswith(":FORWARD "):
            kept.append(re.sub(r"^:FORWARD \w+", f":FORWARD {policy}", line))
        else:
            kept.append(line)
    return "".join(f"{line}\n" for line in kept)


def _names_bridge(line: str, bridges: Collection[str]) -> bool:
    words = line.split()
    return any(word in {"-i", "-o"} and following in bridges for word, following in pairwise(words))
