"""Address ranges for our own Docker daemon that clash with nothing this machine can reach."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from inkwell_local.errors import LocalError
from inkwell_local.shell import Shell

CANDIDATES: Final = tuple(
    IPv4Network(text)
    for text in ("172.31.240.0/20", "172.27.240.0/20", "10.213.240.0/20", "192.168.240.0/20")
)
"""Ranges to choose from, rarely in use; the first free one is taken."""


def taken(shell: Shell) -> tuple[IPv4Network, ...]:
    """Return the networks that this machine has a route to, our own bridges left out."""
    routes = json.loads(shell.read("ip", "-json", "-4", "route", "show", "table", "all") or "[]")
    return tuple(_foreign(routes))


def _foreign(routes: Iterable[dict[str, str]]) -> Iterable[IPv4Network]:
    for route in routes:
        destination, device = route.get("dst", "default"), route.get("dev", "")
        if destination == "default" or device.startswith(("docker", "br-", "lo")):
            continue
        if route.get("type") in {"broadcast", "local"}:
            continue
        yield IPv4Network(destination, strict=False)


def choose(busy: Iterable[IPv4Network]) -> IPv4Network:
    """Return the first candidate that overlaps nothing.

    Raises:
        LocalError: Every candidate is taken.
    """
    busy = tuple(busy)
    for candidate in CANDIDATES:
        if not any(candidate.overlaps(one) for one in busy):
            return candidate
    names = ", ".join(str(candidate) for candidate in CANDIDATES)
    raise LocalError(
        f"this machine has routes into every address range that Docker could use here: {names}",
        "remove one of those routes (see `ip route`), or start a Docker engine of your own first",
    )


@dataclass(frozen=True, slots=True)
class Pool:
    """The address range of our daemon's networks, as text."""

    text: str

    def holds(self, address: str) -> bool:
        """Tell whether an address is of this range."""
        return IPv4Address(address) in IPv4Network(self.text)


def daemon_flags(pool: Pool) -> tuple[str, ...]:
    """Return the daemon's flags: the first /24 for its default bridge, the rest for networks."""
    bridge = next(IPv4Network(pool.text).subnets(new_prefix=24))
    return (
        f"--bip={next(bridge.hosts())}/24",
        f"--default-address-pool=base={pool.text},size=24",
    )
