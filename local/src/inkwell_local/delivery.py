"""Builds the project's own images, and brings them into the cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from inkwell_local import bases, engine, images, loading, steps
from inkwell_local.session import Session
from inkwell_local.steps import Step


def build_images(session: Session, names: Sequence[str]) -> tuple[str, ...]:
    """Build images of the project (all, when none is named) and return their names and tags."""
    chosen = images.choose(names)
    todo = [Step("base image python", bases.ensure_python)]
    if any(one.base == bases.OCR for one in chosen):
        todo.append(Step("base image ocr", bases.ensure_ocr, after=("base image python",)))
    for one in chosen:
        base = "base image ocr" if one.base == bases.OCR else "base image python"
        todo.append(Step(f"image {one.name}", _builder(one), after=(base,)))
    steps.run(session, todo, at_once=os.cpu_count() or 1)
    engine.drop_leavings(session)
    return tuple(one.tag for one in chosen)


def load_images(session: Session, names: Sequence[str]) -> None:
    """Build images of the project and load them into the cluster's node."""
    tags = build_images(session, names)
    with session.progress.step("load"):
        loaded = loading.load(session.logging_to("load"), tags)
    session.progress.say(f"loaded: {', '.join(loaded) or 'nothing, the node has them all'}")


def _builder(deployable: images.Deployable) -> Callable[[Session], None]:
    return lambda session: images.build(session, deployable)
