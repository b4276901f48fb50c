"""The project's own images: one Dockerfile for the operator, one for all stages, built offline."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inkwell_local import bases, docker_images, roots, stamps, wheelhouse
from inkwell_local.errors import LocalError
from inkwell_local.session import Session

OPERATOR: Final = "operator"


def repository(name: str) -> str:
    """Return an image's name without its tag."""
    return f"inkwell/{name}"


@dataclass(frozen=True, slots=True)
class Deployable:
    """One image of ours.

    Attributes:
        name: The last part of the image's name, and of its requirements file's.
        dockerfile: Path in the checkout.
        base: Image it stands on.
        members: Folders of the workspace whose packages it holds.
        stage: Value of the Dockerfile's STAGE, empty where it has none.
    """

    name: str
    dockerfile: str
    base: str
    members: tuple[str, ...]
    stage: str = ""

    @property
    def tag(self) -> str:
        """The image's name and tag."""
        return f"{repository(self.name)}:dev"


def _stage(name: str, base: str) -> Deployable:
    members = ("api", "workers/runtime", f"workers/{name}")
    return Deployable(name, "workers/Dockerfile", base, members, stage=name)


DEPLOYABLES: Final = (
    Deployable(OPERATOR, "operator/Dockerfile", bases.PYTHON, ("api", "operator")),
    _stage("gateway", bases.PYTHON),
    _stage("ocr", bases.OCR),
    _stage("extract", bases.PYTHON),
    _stage("archive", bases.PYTHON),
)


def choose(names: Iterable[str]) -> tuple[Deployable, ...]:
    """Return the deployables with these names, or all when there are none.

    Raises:
        LocalError: There is none of that name.
    """
    known = {deployable.name: deployable for deployable in DEPLOYABLES}
    wanted = tuple(names) or tuple(known)
    if unknown := [name for name in wanted if name not in known]:
        raise LocalError(
            f"there is no image {', '.join(unknown)}", f"choose of: {', '.join(known)}"
        )
    return tuple(known[name] for name in wanted)


def build(session: Session, deployable: Deployable) -> None:
    """Build one image unless the engine has it made from the same sources."""
    checkout = session.places.checkout
    requirements = checkout / "requirements" / f"{deployable.name}.txt"
    dockerfile = checkout / deployable.dockerfile
    for file in (requirements, dockerfile):
        if not file.exists():
            raise LocalError(f"{file} is missing", "an image cannot be built without it")
    wheels = wheelhouse.third_party(session, deployable.name, requirements)
    own = wheelhouse.own(session, [checkout / member for member in deployable.members])
    below = docker_images.identity(session, deployable.base)
    made_from = stamps.digest(
        repr(deployable), below, wheels.name, *(wheel.parent.name for wheel in own), dockerfile
    )
    if docker_images.made_from(session, deployable.tag) == made_from:
        return
    context = _stage_context(session, deployable, wheels, own)
    session.docker_shell().run(
        "docker", "build", "--network=none", "--tag", deployable.tag,
        "--label", f"{docker_images.LABEL}={made_from}",
        "--build-arg", f"BASE_IMAGE={deployable.base}",
        *(["--build-arg", f"STAGE={deployable.stage}"] if deployable.stage else []),
        context,
    )  # fmt: skip
    roots.remove_tree(session.shell, context)


def _stage_context(
    session: Session, deployable: Deployable, wheels: Path, own: Iterable[Path]
) -> Path:
    context = roots.partial(session.places.work / f"context-{deployable.name}")
    roots.remove_tree(session.shell, context)
    context.mkdir(parents=True)
    session.shell.run("cp", "-al", wheels, context / "wheels")
    (context / "own").mkdir()
    for wheel in own:
        shutil.copy2(wheel, context / "own")
    shutil.copy2(session.places.checkout / deployable.dockerfile, context / "Dockerfile")
    return context
