"""What NetworkPolicies allow, as `netpolicy` (np-guard/netpol-analyzer) works it out.

A cluster made from packages has no network plugin that enforces policies, so a connection that
fails there proves nothing; the rules themselves are what can be examined.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import yaml

Manifest = dict[str, Any]

OUTSIDE = "outside"
"""Every address that is no pod's."""

NODE_DNS = "169.254.20.10"
"""Where NodeLocal DNSCache listens on each node."""

_ADDRESSES = re.compile(r"(?P<first>[0-9.]+)(-|/32)?(?P<last>[0-9.]+)?")


class Connection(NamedTuple):
    """That one workload may connect to another: each as `namespace/name`, the port as `TCP 80`.

    The port is `All Connections` where nothing is held back.
    """

    source: str
    target: str
    port: str


def allowed_connections(objects: Iterable[Manifest], folder: Path) -> set[Connection]:
    """Return all connections that are allowed between workloads, and with what is outside.

    Args:
        objects: namespaces, workloads and policies; the folder is filled with them.
        folder: an empty one.
    """
    program = shutil.which("netpolicy")
    assert program, "netpolicy is missing: run `make tools`"
    (folder / "objects.yaml").write_text(yaml.safe_dump_all(objects), encoding="utf-8")
    done = subprocess.run(
        [program, "list", f"--dirpath={folder}", "--quiet", "--output=json"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    entries = json.loads(done.stdout)
    # An empty answer means that it gave up: some pair may connect in every cluster.
    assert entries, f"netpolicy found nothing to examine: {done.stderr}"
    return {
        Connection(_name(entry["src"]), _name(entry["dst"]), port)
        for entry in entries
        for port in _ports(entry["conn"])
    }


def namespace(name: str) -> Manifest:
    """Return a namespace as the API server keeps it: with its name as a label."""
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
    }


def pod(namespace_name: str, name: str, *ports: str) -> Manifest:
    """Return a pod that listens on ports, each as `TCP 80`."""
    listens = [
        {"protocol": protocol, "containerPort": int(number)}
        for protocol, number in (port.split() for port in ports)
    ]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace_name, "labels": {"app": name}},
        "spec": {"containers": [{"name": name, "image": name, "ports": listens}]},
    }


def listeners(objects: Iterable[Manifest]) -> set[tuple[str, str]]:
    """Return `namespace/name` and port of everything that a workload says to listen on."""
    return {
        (f"{item['metadata']['namespace']}/{item['metadata']['name']}", _port(port))
        for item in objects
        if (spec := item.get("spec", {}).get("template", item).get("spec", {}))
        for container in spec.get("containers", ())
        for port in container.get("ports", ())
    }


def _port(port: Manifest) -> str:
    return f"{port.get('protocol', 'TCP')} {port['containerPort']}"


def _name(peer: str) -> str:
    addresses = _ADDRESSES.fullmatch(peer)
    if addresses is None:
        return peer.partition("[")[0]
    return NODE_DNS if addresses["first"] == addresses["last"] == NODE_DNS else OUTSIDE


def _ports(text: str) -> list[str]:
    """Take `TCP 53,8080,UDP 53` apart."""
    found: list[str] = []
    protocol = ""
    for part in text.split(","):
        before, _, port = part.rpartition(" ")
        protocol = before or protocol
        found.append(f"{protocol} {port}")
    return found
