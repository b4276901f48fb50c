"""The images that the project's own images stand on: Python, and Python with Tesseract's data."""

from __future__ import annotations

from typing import Final

from inkwell_local import debian, docker_images, registries, stamps, versions
from inkwell_local.session import Session

PYTHON: Final = "inkwell/base-python:dev"
OCR: Final = "inkwell/base-ocr:dev"

PYTHON_PACKAGES: Final = ("ca-certificates", "python3", "python3-venv")
LANGUAGES: Final = ("osd", "eng", "deu", "fra", "nld", "ita", "spa")
OCR_PACKAGES: Final = tuple(f"tesseract-ocr-{language}" for language in LANGUAGES)
"""Tesseract's data only: the engine itself comes in a Python wheel."""

USER: Final = 10001
"""The user that everything of ours runs as."""

_SHELL: Final = "/usr/sbin/nologin"
ACCOUNT: Final = (
    f"RUN groupadd --gid {USER} inkwell",
    f"RUN useradd --uid {USER} --gid {USER} --no-create-home --shell {_SHELL} inkwell",
)
"""An account by name, for programs that look their own user up."""


def ensure_python(session: Session) -> None:
    """Have the Python base in the engine."""
    made_from = stamps.digest(debian.RECIPE, versions.BASE_SUITE, *PYTHON_PACKAGES, *ACCOUNT)
    if docker_images.made_from(session, PYTHON) == made_from:
        return
    mark = f"LABEL {docker_images.LABEL}={made_from}"
    if registries.may_pull("docker.io"):
        _from_registry(session, PYTHON, _slim(), PYTHON_PACKAGES, (*ACCOUNT, mark))
        return
    root = debian.bootstrap(session, "base-python", versions.BASE_SUITE, PYTHON_PACKAGES)
    debian.image(session, PYTHON, root, (*ACCOUNT, mark))


def ensure_ocr(session: Session) -> None:
    """Have the base with Tesseract's data in the engine, on top of the Python base."""
    below = docker_images.identity(session, PYTHON)
    made_from = stamps.digest(debian.RECIPE, below, *OCR_PACKAGES)
    if docker_images.made_from(session, OCR) == made_from:
        return
    mark = f"LABEL {docker_images.LABEL}={made_from}"
    if registries.may_pull("docker.io"):
        _from_registry(session, OCR, PYTHON, OCR_PACKAGES, (mark,))
        return
    root = debian.bootstrap(session, "base-python", versions.BASE_SUITE, PYTHON_PACKAGES)
    tree = debian.extend(session, root, "base-ocr", OCR_PACKAGES)
    debian.layer(session, OCR, PYTHON, tree, (mark,))


def _slim() -> str:
    return f"debian:{versions.BASE_SUITE}-slim"


def _from_registry(
    session: Session, tag: str, below: str, wanted: tuple[str, ...], changes: tuple[str, ...]
) -> None:
    install = (
        "RUN apt-get update && apt-get install -y --no-install-recommends "
        f"{' '.join(wanted)} && rm -rf /var/lib/apt/lists/*"
    )
    dockerfile = "\n".join([f"FROM {below}", install, *changes])
    command = ("docker", "build", "--quiet", "--tag", tag, "-")
    session.docker_shell().run(*command, stdin=dockerfile.encode())
