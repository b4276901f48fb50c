"""What `up` is: the visible list of what there must be, and what each waits for."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

from inkwell_local import (
    bases,
    binaries,
    cluster,
    engine,
    images,
    loading,
    metrics_server,
    node_image,
    preflight,
    services,
    stamps,
    steps,
)
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
    _, is_built = node_image.name(session)
    _build(binaries.KIND, *(binaries.NODE_BUILDS if is_built else ()))(session)
    if not is_built:
        node_image.take_kubectl(session)


def _node_root(session: Session) -> None:
    if node_image.name(session)[1]:
        node_image.prepare_root(session)


def _load_services(session: Session) -> None:
    loading.load(session, services.build_images(session))


UP: Final = (
    Step("engine", engine.ensure),
    Step("cluster's programs", _cluster_programs),
    Step("node root", _node_root),
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
    stamps.Stamp(session.places.stamps / "up").write("complete")


def build_images(session: Session, names: list[str]) -> tuple[str, ...]:
    """Build images of the project and return their names and tags."""
    chosen = images.choose(names)
    todo = [
        Step("base image python", bases.ensure_python),
        Step("base image ocr", bases.ensure_ocr, after=("base image python",)),
    ]
    for one in chosen:
        base = "base image ocr" if one.base == bases.OCR else "base image python"
        ensure = _builder(one)
        todo.append(Step(f"image {one.name}", ensure, after=(base,)))
    if all(one.base != bases.OCR for one in chosen):
        del todo[1]
    steps.run(session, todo, at_once=min(AT_ONCE, os.cpu_count() or 1))
    return tuple(one.tag for one in chosen)


def _builder(deployable: images.Deployable) -> Callable[[Session], None]:
    return lambda session: images.build(session, deployable)


def load_images(session: Session, names: list[str]) -> None:
    """Build images of the project and load them into the cluster's node."""
    tags = build_images(session, names)
    with session.progress.step("load"):
        loaded = loading.load(session.logging_to("load"), tags)
    session.progress.say(f"loaded: {', '.join(loaded) or 'nothing, the node has them all'}")
