"""What the engine knows about an image: its identity, and the digest of what it was made from."""

from __future__ import annotations

from typing import Final

from inkwell_local.session import Session

LABEL: Final = "dev.inkwell.made-from"
"""Label that holds the digest, so that an image and its stamp cannot come apart."""


def exists(session: Session, tag: str) -> bool:
    """Tell whether the engine has an image of this name."""
    return bool(session.docker("image", "ls", "--quiet", "--filter", f"reference={tag}").strip())


def identity(session: Session, tag: str) -> str:
    """Return the identity (`sha256:…`) of an image that is there."""
    return session.docker("image", "inspect", "--format", "{{.Id}}", tag).strip()


def made_from(session: Session, tag: str) -> str:
    """Return the digest of what an image was made from; empty when it is not there or not ours."""
    if not exists(session, tag):
        return ""
    template = f'{{{{index .Config.Labels "{LABEL}"}}}}'
    return session.docker("image", "inspect", "--format", template, tag).strip()
