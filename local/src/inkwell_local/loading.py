"""Puts images into the cluster's node in one go, leaving out what it has already."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from typing import Final

from inkwell_local.session import NODE, Session

_CTR: Final = ("docker", "exec", "--interactive", NODE, "ctr", "--namespace=k8s.io", "images")


def load(session: Session, names: Iterable[str]) -> tuple[str, ...]:
    """Load images from the engine into the node and return those that were not there.

    Args:
        session: The run this belongs to.
        names: Images by name and tag, as `docker` knows them.
    """
    wanted = ids_in_engine(session, sorted(set(names)))
    before = parse_node_images(session.docker_shell().read(*_CTR, "ls"))
    absent = missing(wanted, before)
    if absent:
        save, take = ("docker", "save", *absent), (*_CTR, "import", "-")
        pipe = f"set -o pipefail; {shlex.join(save)} | {shlex.join(take)}"
        session.docker_shell().run("bash", "-c", pipe)
        _forget(session, replaced(absent, before))
    return absent


def ids_in_engine(session: Session, names: Iterable[str]) -> dict[str, str]:
    """Return the identity of each image in the engine; an image that is not there is an error."""
    names = tuple(names)
    if not names:
        return {}
    listed = session.docker("image", "inspect", "--format", "{{.Id}}", *names)
    return dict(zip(names, listed.split(), strict=True))


def parse_node_images(listed: str) -> dict[str, str]:
    """Return the identity (`sha256:…`) of each image by its full name, out of `ctr images ls`.

    The cluster's runtime lists an image under its names and once under its identity; all of these
    lines show the same digest.
    """
    rows = [line.split() for line in listed.splitlines()[1:] if line.strip()]
    identities = {row[2]: row[0] for row in rows if row[0].startswith("sha256:")}
    return {
        row[0]: identities[row[2]]
        for row in rows
        if not row[0].startswith("sha256:") and row[2] in identities
    }


def missing(wanted: Mapping[str, str], node: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names whose image the node lacks, or has in another version."""
    return tuple(name for name, identity in wanted.items() if node.get(full(name)) != identity)


def replaced(loaded: Iterable[str], before: Mapping[str, str]) -> tuple[str, ...]:
    """Return the identities that lost their last name to what was loaded."""
    names = {full(name) for name in loaded}
    kept = {identity for name, identity in before.items() if name not in names}
    return tuple(sorted({before[name] for name in names if name in before} - kept))


def full(name: str) -> str:
    """Return an image's name with the registry that Docker leaves out."""
    first, slash, _ = name.partition("/")
    if not slash:
        return f"docker.io/library/{name}"
    if "." in first or ":" in first or first == "localhost":
        return name
    return f"docker.io/{name}"


def _forget(session: Session, identities: tuple[str, ...]) -> None:
    if identities:
        session.docker_shell().succeeds(*_CTR, "rm", *identities)
