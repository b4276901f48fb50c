"""metrics-server, so that `kubectl top` and autoscalers by CPU work as on any cluster."""

from __future__ import annotations

import json
import time
from importlib import resources
from typing import Final

from inkwell_local import binaries, docker_images, image_archive, loading, registries, versions
from inkwell_local.errors import CommandFailed, NotReady
from inkwell_local.image_archive import FileImage
from inkwell_local.session import Session

IMAGE: Final = f"registry.k8s.io/metrics-server/metrics-server:{versions.METRICS_SERVER}"
READY_SECONDS: Final = 120.0
"""How long it may take to have measured the node for the first time."""

_NODES: Final = "/apis/metrics.k8s.io/v1beta1/nodes"


def ensure_image(session: Session) -> None:
    """Have the image in the engine."""
    if docker_images.exists(session, IMAGE):
        return
    if registries.may_pull("docker.io"):
        session.docker_shell().run("docker", "pull", "--quiet", IMAGE)
        return
    binaries.build(session, binaries.KUBERNETES)
    program = {"/metrics-server": session.places.bin / "metrics-server"}
    archive = session.places.work / "metrics-server.tar"
    image_archive.write(archive, [FileImage(IMAGE, program, ["/metrics-server"], user="65534")])
    session.docker_shell().run("docker", "load", "--input", archive)
    archive.unlink()


def ensure(session: Session) -> None:
    """Have it run in the cluster; does not wait for its first measurement."""
    loading.load(session, [IMAGE])
    manifest = resources.files("inkwell_local").joinpath("manifests", "metrics-server.yaml")
    text = manifest.read_text(encoding="utf-8").replace("IMAGE", IMAGE)
    session.kubectl("apply", "--server-side", "--filename=-", stdin=text.encode())


def wait_ready(session: Session) -> None:
    """Wait until the API tells what the node uses.

    Raises:
        NotReady: It does not within its time.
    """
    deadline = time.monotonic() + READY_SECONDS
    while not is_ready(session):
        if time.monotonic() > deadline:
            raise NotReady(
                "metrics-server does not tell what the node uses",
                "see `kubectl --namespace kube-system logs deployment/metrics-server`",
            )
        time.sleep(1)


def is_ready(session: Session) -> bool:
    """Tell whether the API tells what the node uses."""
    try:
        answer = session.kubectl("get", "--raw", _NODES, "--request-timeout=5s", timeout=10)
    except CommandFailed:
        return False
    return bool(json.loads(answer).get("items"))
