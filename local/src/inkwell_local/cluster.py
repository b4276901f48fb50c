"""The kind cluster: made, brought back after a hard end, or made anew when it is beyond repair."""

from __future__ import annotations

import json
import time
from typing import Final

from inkwell_local import engine, node_image, stamps
from inkwell_local.errors import CommandFailed, NotReady
from inkwell_local.session import CLUSTER, NODE, Session

PORTS: Final = tuple(range(30000, 30032))
"""Node ports, published on 127.0.0.1 under the same numbers."""

ADDRESS: Final = "127.0.0.1"

CREATE_SECONDS: Final = 300.0
RECOVER_SECONDS: Final = 90.0
"""How long a node that was started again may take until its API answers."""

CONFIG_VERSION: Final = "1"

SETTINGS: Final = """\
- |
  kind: ClusterConfiguration
  apiServer:
    extraArgs:
      service-node-port-range: "{first}-{last}"
- |
  kind: KubeletConfiguration
  failCgroupV1: false
  maxPods: 500
  serializeImagePulls: false
"""
"""Patches for kubeadm. Kubernetes 1.34 still runs on cgroup v1 when it is told to."""


def config(*, own_network: bool) -> str:
    """Return kind's configuration of the cluster.

    Args:
        own_network: Whether the node image brings its own network plug-in.
    """
    mappings = [
        {"containerPort": port, "hostPort": port, "listenAddress": ADDRESS, "protocol": "TCP"}
        for port in PORTS
    ]
    networking = {"disableDefaultCNI": own_network, "apiServerAddress": ADDRESS}
    patches = SETTINGS.format(first=PORTS[0], last=PORTS[-1])
    lines = [
        "kind: Cluster",
        "apiVersion: kind.x-k8s.io/v1alpha4",
        f"name: {CLUSTER}",
        f"networking: {json.dumps(networking)}",
        "nodes:",
        "- role: control-plane",
        f"  extraPortMappings: {json.dumps(mappings)}",
        "kubeadmConfigPatches:",
        patches,
    ]
    return "\n".join(lines)


def ensure(session: Session) -> bool:
    """Have a healthy cluster; return whether it was made now (so that nothing is in it yet).

    Raises:
        LocalError: It cannot be made.
    """
    image, is_built = node_image.name()
    wanted = stamps.digest(CONFIG_VERSION, config(own_network=is_built), image)
    stamp = stamps.Stamp(session.places.state / "cluster.stamp")
    if stamp.holds(wanted) and _recovers(session):
        return False
    if node_state(session):
        session.progress.say("the cluster is not healthy or not current: it is made anew")
    delete(session)
    _create(session, image, config(own_network=is_built))
    stamp.write(wanted)
    return True


def node_state(session: Session) -> str:
    """Return the state of the node's container as Docker calls it; empty when there is none."""
    listed = session.docker(
        "container", "ls", "--all", "--filter", f"name=^{NODE}$", "--format", "{{.State}}"
    )
    return listed.strip()


def is_healthy(session: Session) -> bool:
    """Tell whether the API answers as ready and the node is Ready."""
    if not session.places.kubeconfig.exists():
        return False
    try:
        session.kubectl("get", "--raw", "/readyz", "--request-timeout=5s", timeout=10)
        path = '{.items[*].status.conditions[?(@.type=="Ready")].status}'
        ready = session.kubectl("get", "nodes", "--output", f"jsonpath={path}", timeout=10)
    except CommandFailed:
        return False
    return ready.split() == ["True"]


def delete(session: Session) -> None:
    """Remove the cluster, whatever state it is in; nothing happens when there is none."""
    shell = session.docker_shell()
    session.places.kubeconfig.unlink(missing_ok=True)
    (session.places.state / "cluster.stamp").unlink(missing_ok=True)
    if node_state(session):
        kind = session.places.bin / "kind"
        if not (kind.exists() and shell.succeeds(kind, "delete", "cluster", "--name", CLUSTER)):
            shell.run("docker", "rm", "--force", "--volumes", NODE)


def _recovers(session: Session) -> bool:
    state = node_state(session)
    if not state:
        return False
    if state != "running":
        session.progress.say(f"the cluster's node is {state}: starting it")
        if not session.docker_shell().succeeds("docker", "start", NODE):
            return False
    deadline = time.monotonic() + RECOVER_SECONDS
    while not is_healthy(session):
        if time.monotonic() > deadline:
            return False
        time.sleep(1)
    return True


def _create(session: Session, image: str, text: str) -> None:
    places, shell = session.places, session.docker_shell()
    file = places.state / "kind.yaml"
    file.write_text(text, encoding="utf-8")
    shell.run(
        places.bin / "kind", "create", "cluster", "--image", image, "--config", file,
        "--kubeconfig", places.kubeconfig, "--wait", "120s", "--retain",
        timeout=CREATE_SECONDS,
    )  # fmt: skip
    places.kubeconfig.chmod(0o600)
    deadline = time.monotonic() + RECOVER_SECONDS
    while not is_healthy(session):
        if time.monotonic() > deadline:
            raise NotReady("the cluster was made and its node is not Ready", _where(session))
        time.sleep(1)
    # Before kube-proxy's first rules no Service answers: whoever starts would have to try again.
    kube_system = "--namespace=kube-system"
    session.kubectl(kube_system, "rollout", "status", "daemonset/kube-proxy", "--timeout=90s")
    # One node needs one: the second would only take CPU from the services.
    session.kubectl(kube_system, "scale", "deployment/coredns", "--replicas=1")


def _where(session: Session) -> str:
    own = engine.in_use(session)
    shown = f"DOCKER_HOST={own.host} " if own and own.host else ""
    return f"see {session.shell.log} and `{shown}docker logs {NODE}`"
