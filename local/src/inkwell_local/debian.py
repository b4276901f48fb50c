"""Debian roots by debootstrap, kept in the cache, and images made from them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from inkwell_local import packages, roots, stamps
from inkwell_local.errors import CommandFailed
from inkwell_local.session import Session
from inkwell_local.shell import Shell

RECIPE: Final = "1"
"""Raise it when what happens to a root after debootstrap changes."""

LEFT_OUT: Final = (
    "./var/cache/apt/*",
    "./var/lib/apt/lists/*",
    "./var/log/*",
    "./usr/share/doc/*",
    "./usr/share/man/*",
    "./usr/share/info/*",
    "./usr/share/locale/*",
    "./dev/*",
    "./proc/*",
    "./sys/*",
    "./tmp/*",
)
"""What no image needs of a root."""


def bootstrap(session: Session, name: str, suite: str, wanted: Sequence[str]) -> Path:
    """Return a root with these packages, from the cache or made now.

    Args:
        session: The run this belongs to.
        name: What the root is for; part of its folder's name.
        suite: Debian's name for the release, `bookworm` or `trixie`.
        wanted: Packages beyond Debian's minimal set.

    Raises:
        LocalError: debootstrap cannot be had, or the packages cannot.
    """
    made_from = stamps.digest(RECIPE, suite, *sorted(wanted))
    final = session.places.roots / f"{name}-{made_from}"
    if final.is_dir():
        return final
    shell = session.shell
    packages.install(shell, "debootstrap", "debian-archive-keyring")
    final.parent.mkdir(parents=True, exist_ok=True)
    roots.remove_abandoned(shell, final.parent)
    downloads = session.places.cache / "debs" / suite
    downloads.mkdir(parents=True, exist_ok=True)
    building = roots.partial(final)
    roots.remove_tree(shell, building)
    shell.run(
        "debootstrap",
        "--variant=minbase",
        f"--cache-dir={downloads}",
        *([f"--include={','.join(sorted(wanted))}"] if wanted else []),
        suite,
        building,
        *mirror(shell),
    )
    roots.unmount_below(shell, building)
    for old in final.parent.glob(f"{name}-*"):
        if ".partial-" not in old.name:
            roots.remove_tree(shell, old)
    building.rename(final)
    return final


def mirror(shell: Shell) -> tuple[str, ...]:
    """Return the Debian mirror that this machine's apt uses, if it names one."""
    try:
        listed = shell.read(
            "apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)", "Created-By: Packages"
        )  # fmt: skip
    except CommandFailed:
        return ()
    for line in listed.splitlines():
        origin, label, address = line.split("|", 2)
        if origin == label == "Debian":
            return (address.rstrip("/"),)
    return ()


def image(session: Session, tag: str, tree: Path, changes: Sequence[str]) -> None:
    """Make an image of a root.

    Args:
        session: The run this belongs to.
        tag: Name and tag of the image.
        tree: The root.
        changes: Dockerfile instructions for the image's configuration.
    """
    archive = ["tar", "--numeric-owner", "--create", "--file=-"]
    archive += [f"--exclude={pattern}" for pattern in LEFT_OUT]
    archive += ["-C", str(tree), "."]
    plain = f"inkwell/root:{stamps.digest(tag)}"
    load = ["docker", "import", "-", plain]
    pipe = f"set -o pipefail; {shlex.join(archive)} | {shlex.join(load)}"
    shell = session.docker_shell()
    shell.run("bash", "-c", pipe)
    # `docker import` takes some of the instructions only, a build takes all and copies nothing.
    dockerfile = "\n".join([f"FROM {plain}", *changes])
    shell.run("docker", "build", "--quiet", "--tag", tag, "-", stdin=dockerfile.encode())
    shell.run("docker", "image", "rm", plain)


def overlaid(session: Session, root: Path, overlay: Path, merged: Path) -> None:
    """Lay a tree over a root into a third folder, by hard links: neither is changed or copied."""
    session.shell.run("cp", "-al", root, merged)
    session.shell.run("cp", "-al", "--remove-destination", f"{overlay}/.", merged)
