"""Whether images can be pulled: asked once, within seconds, and remembered for the run."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from functools import cache
from http import HTTPStatus
from typing import Final

from inkwell_local.errors import LocalError

HOSTS: Final = {"docker.io": "registry-1.docker.io", "quay.io": "quay.io"}
"""Registries by the name that images carry, and the host that serves them."""

ANSWER_SECONDS: Final = 4.0
"""How long a registry may take to answer before images are built instead."""

CHOICE: Final = "INKWELL_IMAGES"
"""Environment variable: `pull`, `build`, or `auto` (pull where the registry answers)."""


@cache
def answers(registry: str) -> bool:
    """Tell whether a registry speaks its protocol within seconds."""
    request = urllib.request.Request(f"https://{HOSTS[registry]}/v2/")
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS):  # noqa: S310  always https
            return True
    except urllib.error.HTTPError as error:
        # Asking for a login is the usual answer of a registry; a proxy's refusal is another.
        return error.code == HTTPStatus.UNAUTHORIZED and "Www-Authenticate" in error.headers
    except OSError:
        return False


def may_pull(registry: str) -> bool:
    """Tell whether images of a registry are pulled here, rather than built.

    Raises:
        LocalError: Pulling was asked for and the registry does not answer.
    """
    choice = os.environ.get(CHOICE, "auto")
    if choice not in {"auto", "build", "pull"}:
        raise LocalError(f"{CHOICE} is {choice!r}", "use auto, build or pull")
    if choice == "build":
        return False
    if answers(registry):
        return True
    if choice == "pull":
        raise LocalError(
            f"the image registry {registry} does not answer within {ANSWER_SECONDS:.0f}s",
            f"look after the network or the proxy, or leave {CHOICE} out to build images here",
        )
    return False
