"""The Python wheels that go into the project's images, downloaded and built on this machine.

Image builds have no network: what they install is checked against the hashed requirements here.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from inkwell_local import roots, stamps, toolchain
from inkwell_local.session import Session

_LOCK: Final = threading.Lock()  # images built at the same time share members

PYTHON: Final = "3.13"
"""Python of the base image."""

PLATFORMS: Final = (
    *(f"manylinux_2_{minor}_x86_64" for minor in range(41, 4, -1)),
    "manylinux2014_x86_64",
    "manylinux2010_x86_64",
    "manylinux1_x86_64",
)
"""Wheels that run on the base image's C library, 2.41."""


def third_party(session: Session, deployable: str, requirements: Path) -> Path:
    """Return a folder with the wheels of a hashed requirements file, downloading them if need be.

    Raises:
        CommandFailed: A wheel cannot be had, or is not what its hash says.
    """
    made_from = stamps.digest(PYTHON, requirements)
    final = session.places.wheelhouse / f"{deployable}-{made_from}"
    if final.is_dir():
        return final
    final.parent.mkdir(parents=True, exist_ok=True)
    roots.remove_abandoned(session.shell, final.parent)
    building = roots.partial(final)
    session.shell.run(
        toolchain.python(session), "-m", "pip", "download", "--quiet", "--require-hashes",
        "--no-deps", "--only-binary=:all:", f"--python-version={PYTHON}", "--implementation=cp",
        "--abi=cp313", "--abi=abi3", "--abi=none",
        *(f"--platform={platform}" for platform in PLATFORMS),
        "--dest", building, "--requirement", requirements,
    )  # fmt: skip
    for old in final.parent.glob(f"{deployable}-*"):
        if ".partial-" not in old.name:
            roots.remove_tree(session.shell, old)
    building.rename(final)
    return final


def own(session: Session, members: Sequence[Path]) -> tuple[Path, ...]:
    """Return the wheels of members of this workspace, building those that changed."""
    with _LOCK:
        return tuple(_own(session, member) for member in members)


def _own(session: Session, member: Path) -> Path:
    sources = [path for path in (member / "pyproject.toml", member / "src") if path.exists()]
    made_from = stamps.digest(*_without_caches(sources))
    name = "-".join(member.relative_to(session.places.checkout).parts)
    final = session.places.wheelhouse / "own" / f"{name}-{made_from}"
    if not final.is_dir():
        final.parent.mkdir(parents=True, exist_ok=True)
        roots.remove_abandoned(session.shell, final.parent)
        building = roots.partial(final)
        session.shell.run(
            toolchain.python(session), "-m", "pip", "wheel", "--quiet", "--no-deps",
            "--no-build-isolation", "--no-index", "--wheel-dir", building, member,
        )  # fmt: skip
        for old in final.parent.glob(f"{name}-*"):
            if ".partial-" not in old.name:
                roots.remove_tree(session.shell, old)
        building.rename(final)
    (wheel,) = final.glob("*.whl")
    return wheel


def _without_caches(sources: Sequence[Path]) -> list[str | Path]:
    parts: list[str | Path] = []
    for source in sources:
        files = sorted(source.rglob("*")) if source.is_dir() else [source]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                parts += [str(file), file]
    return parts
