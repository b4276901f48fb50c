"""Has every service's image in the engine: pulled where its registry answers, else made here."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from inkwell_local import (
    bases,
    binaries,
    debian,
    docker_images,
    packages,
    registries,
    roots,
    stamps,
    toolchain,
    versions,
)
from inkwell_local.binaries import GoBuild
from inkwell_local.errors import LocalError
from inkwell_local.services import models
from inkwell_local.services.recipes import RECIPES, Below, Maven, Recipe, Wheels
from inkwell_local.session import Session

MAVEN_SECONDS: Final = 900.0
"""How long one call of Maven may take on a slow line."""


def build_images(session: Session) -> tuple[str, ...]:
    """Return the names of all service images, each of which the engine has now.

    The models that one of them will serve are made on the way, while others compile.
    """
    made: dict[str, str] = {}
    for recipe in RECIPES:
        if registries.may_pull(recipe.registry):
            _pull(session, recipe.image)
            continue
        if recipe.below.tag not in made:
            made[recipe.below.tag] = _ensure_below(session, recipe.below)
        _ensure(session, recipe, made[recipe.below.tag])
    models.make(session)
    return tuple(recipe.image for recipe in RECIPES)


def folder(session: Session, recipe: Recipe) -> Path:
    """Return the folder that holds a recipe's Dockerfile."""
    return session.places.checkout / "local" / "images" / recipe.name


def _pull(session: Session, image: str) -> None:
    if not docker_images.exists(session, image):
        with session.progress.step(f"pull {image}"):
            session.docker_shell().run("docker", "pull", "--quiet", image)


def _ensure_below(session: Session, below: Below) -> str:
    """Have an image of Debian packages, and return the digest of what it is made from."""
    bases.ensure_python(session)
    base = docker_images.identity(session, bases.PYTHON)
    made_from = stamps.digest(debian.RECIPE, base, below.tag, *below.packages)
    if docker_images.made_from(session, below.tag) != made_from:
        with session.progress.step(f"make {below.tag}"):
            name = below.tag.partition("/")[2].partition(":")[0]
            root = debian.bootstrap(
                session, "base-python", versions.BASE_SUITE, bases.PYTHON_PACKAGES
            )
            tree = debian.extend(session, root, name, below.packages)
            label = f"LABEL {docker_images.LABEL}={made_from}"
            debian.layer(session, below.tag, bases.PYTHON, tree, (label,))
    return made_from


def _ensure(session: Session, recipe: Recipe, below: str) -> None:
    made_from = stamps.digest(repr(recipe), below, folder(session, recipe))
    if docker_images.made_from(session, recipe.image) == made_from:
        return
    with session.progress.step(f"make {recipe.image}"):
        context = roots.partial(session.places.work / f"service-{recipe.name}")
        roots.remove_tree(session.shell, context)
        shutil.copytree(folder(session, recipe), context)
        for name, part in recipe.parts:
            _fetch(session, part, context, context / name)
        session.docker_shell().run(
            "docker", "build", "--network=none", "--tag", recipe.image,
            "--label", f"{docker_images.LABEL}={made_from}", context,
        )  # fmt: skip
        roots.remove_tree(session.shell, context)


def _fetch(session: Session, part: Maven | Wheels | GoBuild, context: Path, into: Path) -> None:
    match part:
        case Maven():
            _fetch_artifacts(session, part, context, into)
        case Wheels(requirements=requirements):
            session.shell.run(
                toolchain.python(session), "-m", "pip", "install", "--quiet", "--no-deps",
                "--no-compile", "--only-binary=:all:", "--target", into, *requirements,
            )  # fmt: skip
        case GoBuild():
            binaries.build(session, part)
            shutil.copy2(session.places.bin / part.outputs[0], into)


def _fetch_artifacts(session: Session, part: Maven, context: Path, into: Path) -> None:
    packages.install(session.shell, "maven")
    out = into.with_name(f"{into.name}.unpacked")
    session.shell.run(
        "mvn", "--batch-mode", "--quiet", "--file", context / "pom.xml",
        f"dependency:{part.goal}", f"-DoutputDirectory={out}",
        timeout=MAVEN_SECONDS,
    )  # fmt: skip
    # An archive's extended headers come out as folders of their own; no program wants them.
    for stray in out.glob("PaxHeaders*"):
        roots.remove_tree(session.shell, stray)
    found = list(out.glob(part.inside)) if part.inside else [out]
    if len(found) != 1:
        raise LocalError(
            f"{context.name}: {part.inside} names {len(found)} folders, not one",
            "look at what the artifact holds, and at the recipe",
        )
    found[0].rename(into)
