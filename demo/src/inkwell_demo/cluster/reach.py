"""From an address inside the cluster to one that answers here.

A Service with a node port is asked at 127.0.0.1 (kind publishes node ports there) and then at the
node's own address.
"""

import socket
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from inkwell_demo.cluster.cluster import Cluster
from inkwell_demo.waiting import WaitedInVain, until

_CONNECT_SECONDS: Final = 2.0
_ANSWER_SECONDS: Final = 20.0
_OUTER_PORT: Final = "host"
"""Name of the port of a Service that is meant for clients outside of the cluster."""


class NoWayError(ConnectionError):
    """A Service of the cluster cannot be reached from here."""


@dataclass(slots=True)
class Reach:
    """Finds the way to Services, and remembers it."""

    cluster: Cluster
    _known: dict[str, tuple[str, int]] = field(default_factory=dict)

    def address(self, inside: str) -> tuple[str, int]:
        """Return host and port here for ``service.namespace.svc:port`` inside.

        What is no Service of the cluster stays as it is.

        Raises:
            NoWayError: the Service does not exist, has no node port, or nothing answers there.
        """
        if inside not in self._known:
            self._known[inside] = self._find(inside)
        return self._known[inside]

    def url(self, inside: str) -> str:
        """Return a URL here for a URL inside."""
        parts = urlsplit(inside)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host, here = self.address(f"{parts.hostname}:{port}")
        return urlunsplit(parts._replace(netloc=f"{host}:{here}"))

    def _find(self, inside: str) -> tuple[str, int]:
        host, _, port = inside.rpartition(":")
        labels = host.split(".")
        if len(labels) < 3 or labels[2] != "svc":  # noqa: PLR2004 - service.namespace.svc
            return host, int(port)
        service = self.cluster.get("v1", "Service", labels[0], labels[1])
        if service is None:
            msg = f"there is no Service {labels[0]} in namespace {labels[1]}"
            raise NoWayError(msg)
        node_port = _node_port(service, int(port))
        candidates = ("127.0.0.1", *self._nodes())

        def answering() -> str | None:
            return next((each for each in candidates if _answers(each, node_port)), None)

        try:
            # A node hears a little later of a pod that is ready.
            return until(answering, f"Service {labels[0]} to answer", _ANSWER_SECONDS), node_port
        except WaitedInVain as error:
            tried = ", ".join(f"{candidate}:{node_port}" for candidate in candidates)
            msg = f"Service {labels[0]} in {labels[1]} does not answer at {tried}"
            raise NoWayError(msg) from error

    def _nodes(self) -> list[str]:
        return [
            address["address"]
            for node in self.cluster.list_all("v1", "Node")
            for address in node["status"].get("addresses", [])
            if address["type"] == "InternalIP"
        ]


def _node_port(service: dict[str, Any], port: int) -> int:
    ports = service["spec"]["ports"]
    # Kafka tells clients where to go on, so it has a listener and port of its own for this side.
    for entry in (
        *(p for p in ports if p.get("name") == _OUTER_PORT),
        *(p for p in ports if p["port"] == port),
    ):
        if entry.get("nodePort"):
            return int(entry["nodePort"])
    name = service["metadata"]["name"]
    msg = f"Service {name} has no node port: make it a NodePort, or run this inside the cluster"
    raise NoWayError(msg)


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=_CONNECT_SECONDS):
            return True
    except OSError:
        return False
