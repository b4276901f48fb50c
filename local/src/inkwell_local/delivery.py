"""Builds the project's own images, and brings them into the cluster.

In the cluster an image is named after its content, and a file of Helm values holds the names. So
what was built anew is rolled out by the next installation, and pods of what was not stay.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from inkwell_local import bases, docker_images, engine, images, loading, steps
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
    """Build images of the project, load them into the cluster's node, and write their values."""
    build_images(session, names)
    with session.progress.step("load"):
        tags = {one.name: _versioned(session, one) for one in images.choose(names)}
        references = [f"{images.repository(name)}:{tag}" for name, tag in tags.items()]
        # An operator that runs in a shell knows its workers' images by their plain names.
        plain = [one.tag for one in images.choose(names)]
        loaded = loading.load(session.logging_to("load"), [*references, *plain])
        _write_values(session, tags)
    session.progress.say(f"loaded: {', '.join(loaded) or 'nothing, the node has them all'}")


def _versioned(session: Session, deployable: images.Deployable) -> str:
    """Give an image a tag that is its content's alone, take older ones away, and return it."""
    repository = images.repository(deployable.name)
    identity = docker_images.identity(session, deployable.tag)
    tag = f"dev-{identity.removeprefix('sha256:')[:12]}"
    session.docker("tag", deployable.tag, f"{repository}:{tag}")
    known = session.docker("image", "ls", "--format", "{{.Tag}}", repository).split()
    older = [f"{repository}:{one}" for one in known if one.startswith("dev-") and one != tag]
    if older:
        session.docker("image", "rm", *older)
    return tag


def _write_values(session: Session, tags: Mapping[str, str]) -> None:
    file = session.places.image_values
    before = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    file.write_text(json.dumps(helm_values(before, tags), indent=1), encoding="utf-8")


def helm_values(before: Mapping[str, Any], tags: Mapping[str, str]) -> dict[str, Any]:
    """Return the Helm values that name the loaded images.

    Args:
        before: the values of the last time; what was not loaded now stays as it was.
        tags: by image, the tag of what was loaded now.
    """
    workers = dict(before.get("workers", {}).get("images", {}))
    workers |= {name: {"tag": tag} for name, tag in tags.items() if name != images.OPERATOR}
    operator = (
        {"tag": tags[images.OPERATOR]} if images.OPERATOR in tags else before.get("image", {})
    )
    # Images come from this machine, so none may be pulled.
    return {
        "image": {**operator, "pullPolicy": "Never"},
        "workers": {"images": workers, "imagePullPolicy": "Never"},
    }


def _builder(deployable: images.Deployable) -> Callable[[Session], None]:
    return lambda session: images.build(session, deployable)
