"""By which name each node of a cluster proves who it is. Resolves names; knows no driver.

Used by `client`. A TenantClass names some nodes, and the driver finds the others by address alone.
Only a name of the class is ever asked of a certificate: the one of the contact point that leads to
the node's address, and the first where none does (a Service whose name stands in the certificate of
every node). So a false address, or a DNS that lies, chooses among names that are trusted anyway.
"""

import socket
import time
from contextlib import suppress
from typing import Final

_REMEMBER_SECONDS: Final = 60.0
"""An address that no contact point leads to is looked for again after this time."""


class NodeNames:
    """Maps addresses of nodes to names of contact points; its calls may block on DNS."""

    def __init__(self, contact_points: tuple[str, ...]) -> None:
        """Resolve nothing yet.

        Args:
            contact_points: ``host:port`` each, at least one.
        """
        self._hosts = tuple(point.rpartition(":")[0] for point in contact_points)
        self._by_address: dict[str, str] = {}
        self._resolved_at = float("-inf")

    def name_of(self, address: str) -> str:
        """Return the name that the certificate of the node at this address must carry."""
        if address in self._hosts:
            return address
        is_old = time.monotonic() - self._resolved_at > _REMEMBER_SECONDS
        if address not in self._by_address and is_old:
            self._resolve()
        return self._by_address.get(address, self._hosts[0])

    def _resolve(self) -> None:
        found: dict[str, str] = {}
        for host in self._hosts:
            with suppress(OSError):  # a name that leads nowhere now names no node
                for *_, where in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM):
                    found.setdefault(str(where[0]), host)
        self._by_address = found
        self._resolved_at = time.monotonic()
