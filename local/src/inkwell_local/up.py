"""What `up` is: the visible list of what there must be, and what each waits for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from inkwell_local import (
    binaries,
    cluster,
    engine,
    loading,
    metrics_server,
    node_image,
    preflight,
    services,
    stamps,
    steps,
)
from inkwell_local.services import catalogue
from inkwell_local.session import Session
from inkwell_local.steps import Step

AT_ONCE: Final = 4
"""Steps at the same time: some wait for the network while others compile."""


def _build(*builds: binaries.GoBuild) -> Callable[[Session], None]:
    def ensure(session: Session) -> None:
        for one in builds:
            binaries.build(session, one)

    return ensure


def _cluster_programs(session: Session) -> None:
    """Have what makes and asks the cluster, and what a node image made here consists of."""
    _, is_built = node_image.name()
    _build(binaries.KIND, *(binaries.NODE_BUILDS if is_built else ()))(session)
    if not is_built:
        node_image.take_kubectl(session)


def _service_images(session: Session) -> None:
    services.build_images(session)


def _load_services(session: Session) -> None:
    loading.load(session, [service.image for service in catalogue.SERVICES])


def _secrets(session: Session) -> None:
    services.ensure_secrets(session)


def _services(session: Session) -> None:
    services.apply(session)


def _services_ready(session: Session) -> None:
    services.wait_ready(session)


UP: Final = (
    Step("engine", engine.ensure),
    Step("cluster's programs", _cluster_programs),
    Step("node root", node_image.ensure_root, after=("engine",)),
    Step("services' images", _service_images, after=("engine",)),
    Step("node image", node_image.ensure, after=("engine", "cluster's programs", "node root")),
    Step("cluster", cluster.ensure, after=("node image",)),
    Step("metrics-server's image", metrics_server.ensure_image, after=("node image",)),
    Step("secrets", _secrets, after=("cluster",)),
    Step("load services' images", _load_services, after=("cluster", "services' images")),
    Step("services", _services, after=("secrets", "load services' images")),
    Step(
        "metrics-server",
        metrics_server.ensure,
        after=("cluster", "metrics-server's image", "load services' images"),
    ),
    Step("services ready", _services_ready, after=("services",)),
    Step("metrics-server ready", metrics_server.wait_ready, after=("metrics-server",)),
)
"""Everything that `up` makes sure of, after preflight; each is quick when it is there already."""


def up(session: Session) -> None:
    """Have the whole platform running and every part of it answering."""
    with session.progress.step("preflight"):
        preflight.check(session.logging_to("preflight"))
    steps.run(session, UP, at_once=AT_ONCE)
    engine.drop_leavings(session)
    stamps.Stamp(session.places.stamps / "up").write("complete")
