"""What `up` is: the visible list of what there must be, and what each waits for."""

from __future__ import annotations

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


def _cluster_programs(session: Session) -> None:
    """Have what makes the cluster, and what a node image made here consists of."""
    is_built = node_image.name()[1]
    for one in (binaries.KIND, *(binaries.NODE_BUILDS if is_built else ())):
        binaries.build(session, one)


def _load_services(session: Session) -> None:
    loading.load(session, [service.image for service in catalogue.SERVICES])


UP: Final = (
    Step("engine", engine.ensure),
    Step("cluster's programs", _cluster_programs),
    Step("node root", node_image.ensure_root, after=("engine",)),
    Step("services' images", services.build_images, after=("engine",)),
    Step("node image", node_image.ensure, after=("engine", "cluster's programs", "node root")),
    Step("cluster", cluster.ensure, after=("node image",)),
    Step("metrics-server's image", metrics_server.ensure_image, after=("node image",)),
    Step("secrets", services.ensure_secrets, after=("cluster",)),
    Step("load services' images", _load_services, after=("cluster", "services' images")),
    Step("services", services.apply, after=("secrets", "load services' images")),
    Step(
        "metrics-server",
        metrics_server.ensure,
        after=("cluster", "metrics-server's image", "load services' images"),
    ),
    Step("services ready", services.wait_ready, after=("services",)),
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
