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
    "./etc/resolv.conf",
    "./etc/hostname",
)
"""What no image needs of a root; the last two are this machine's own."""


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
            "apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)",
            "Created-By: Packages",
        )  # fmt: skip
    except CommandFailed:
        return ()
    for line in listed.splitlines():
        origin, label, address = line.split("|", 2)
        if origin == label == "Debian":
            return (address.rstrip("/"),)
    return ()


def extend(session: Session, base: Path, name: str, wanted: Sequence[str]) -> Path:
    """Return a tree of what installing packages adds to a root, from the cache or made now.

    The packages are installed in an overlay on the root, which itself stays as it is.

    Args:
        session: The run this belongs to.
        base: A root made by `bootstrap`.
        name: What the tree is for; part of its folder's name.
        wanted: Packages to install.
    """
    final = session.places.roots / f"{name}-{stamps.digest(RECIPE, base.name, *sorted(wanted))}"
    if final.is_dir():
        return final
    shell, building = session.shell, roots.partial(final)
    roots.remove_abandoned(shell, final.parent)
    roots.remove_tree(shell, building)
    upper, work, merged = (building / part for part in ("upper", "work", "merged"))
    for folder in (upper, work, merged):
        folder.mkdir(parents=True)
    options = f"lowerdir={base},upperdir={upper},workdir={work}"
    shell.run("mount", "-t", "overlay", "overlay", "-o", options, merged)
    try:
        shell.run("mount", "-t", "proc", "proc", merged / "proc")
        shell.run("cp", "/etc/resolv.conf", merged / "etc/resolv.conf")
        apt = ("chroot", merged, "apt-get", "-qq", "-o", "APT::Sandbox::User=root")
        shell.run(*apt, "update")
        shell.run(*apt, "install", "-y", "--no-install-recommends", *sorted(wanted))
        shell.run(*apt, "clean")
    finally:
        roots.unmount_below(shell, building)
    for old in final.parent.glob(f"{name}-*"):
        if ".partial-" not in old.name:
            roots.remove_tree(shell, old)
    upper.rename(final)
    roots.remove_tree(shell, building)
    return final


def layer(session: Session, tag: str, base_tag: str, tree: Path, changes: Sequence[str]) -> None:
    """Make an image of another image and a tree on top of it.

    Args:
        session: The run this belongs to.
        tag: Name and tag of the image.
        base_tag: The image below.
        tree: What `extend` returned.
        changes: Dockerfile instructions for the image's configuration.
    """
    context = roots.partial(session.places.work / f"layer-{stamps.digest(tag)}")
    roots.remove_tree(session.shell, context)
    context.mkdir(parents=True)
    session.shell.run(*_tar(tree, context / "layer.tar"))
    lines = [f"FROM {base_tag}", "ADD layer.tar /", *changes]
    (context / "Dockerfile").write_text("\n".join(lines), encoding="utf-8")
    session.docker_shell().run("docker", "build", "--quiet", "--tag", tag, context)
    roots.remove_tree(session.shell, context)


def image(session: Session, tag: str, tree: Path, changes: Sequence[str]) -> None:
    """Make an image of a root.

    Args:
        session: The run this belongs to.
        tag: Name and tag of the image.
        tree: The root.
        changes: Dockerfile instructions for the image's configuration.
    """
    plain = f"inkwell/root:{stamps.digest(tag)}"
    load = ["docker", "import", "-", plain]
    pipe = f"set -o pipefail; {shlex.join(_tar(tree, '-'))} | {shlex.join(load)}"
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


def _tar(tree: Path, archive: Path | str) -> list[str]:
    words = ["tar", "--numeric-owner", "--create", f"--file={archive}"]
    words += [f"--exclude={pattern}" for pattern in LEFT_OUT]
    return [*words, "-C", str(tree), "."]
