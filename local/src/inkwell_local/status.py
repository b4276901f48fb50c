"""Says what is up and what is not, each asked as a client would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from inkwell_local import cluster, engine, metrics_server, own_engine, services
from inkwell_local.errors import CommandFailed
from inkwell_local.session import Session


@dataclass(frozen=True, slots=True)
class Line:
    """One part of the platform."""

    name: str
    is_ready: bool
    detail: str


def report(session: Session) -> Iterator[Line]:
    """Yield one line a part, stopping at the first that the rest stand on and that is not there."""
    found = engine.find(session)
    if found is None:
        yield Line("engine", is_ready=False, detail="no Docker engine answers")
        yield from (
            Line("left over", is_ready=False, detail=one) for one in own_engine.leftovers(session)
        )
        return
    version = session.docker("version", "--format", "{{.Server.Version}}").strip()
    yield Line(
        "engine", is_ready=True, detail=f"Docker {version} at {found.host or 'its usual place'}"
    )
    state = cluster.node_state(session)
    if not cluster.is_healthy(session):
        yield Line("cluster", is_ready=False, detail=f"the node is {state or 'not there'}")
        return
    yield Line("cluster", is_ready=True, detail=_cluster_detail(session))
    is_ready = metrics_server.is_ready(session)
    yield Line(
        "metrics-server", is_ready=is_ready, detail="" if is_ready else "measures nothing yet"
    )
    for name, ready, detail in services.report(session):
        yield Line(name, is_ready=ready, detail=detail)


def _cluster_detail(session: Session) -> str:
    path = "jsonpath={.items[0].status.nodeInfo.kubeletVersion}"
    version = session.kubectl("get", "nodes", "--output", path)
    return f"Kubernetes {version}; network policies are {_policies(session)}"


def _policies(session: Session) -> str:
    """Tell whether network policies are enforced: kind's own network plug-in does so."""
    try:
        session.kubectl("--namespace=kube-system", "get", "daemonset/kindnet", "--output=name")
    except CommandFailed:
        return "NOT enforced (a node image built from packages has no plug-in for them)"
    return "enforced"


def text(lines: Iterator[Line]) -> tuple[str, bool]:
    """Return the lines for a terminal, and whether all parts are ready."""
    shown, all_ready = [], True
    for line in lines:
        all_ready = all_ready and line.is_ready
        mark = "ready    " if line.is_ready else "NOT READY"
        shown.append(f"{mark}  {line.name:<22} {line.detail}".rstrip())
    return "\n".join(shown), all_ready
