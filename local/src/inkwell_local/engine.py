"""The Docker engine: the one that runs, or Debian's, installed and started.

Where there is no systemd to start a service, a daemon of our own runs with its socket in the state
folder and its data in the cache, so that images survive `down`.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from inkwell_local import own_engine, packages
from inkwell_local.errors import LocalError
from inkwell_local.session import Session, engine_host

LONGEST_SOCKET_PATH: Final = 100
"""The kernel allows 107 bytes; containerd's own socket has a longer name than ours."""

LEAVINGS_AGE: Final = "10m"
"""A build that is at work needs its unnamed images; none takes this long."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine in use.

    Attributes:
        host: Value of DOCKER_HOST; empty for the docker client's own default.
        own: Whether the daemon is ours, to be stopped by `down`.
    """

    host: str
    own: bool


def ensure(session: Session) -> Engine:
    """Find an engine that answers, or install and start one; say which in the engine file.

    Raises:
        LocalError: No engine answers and this user may not start one.
        NotReady: The daemon was started and does not answer.
    """
    engine = find(session)
    if engine is None:
        _may_start(session)
        packages.install(session.shell, "docker.io", "iptables")
        if _has_systemd():
            session.shell.run("systemctl", "start", "docker")
            engine = Engine(host="", own=False)
        else:
            own_engine.start(session)
            engine = Engine(host=own_engine.host(session.places), own=True)
    session.places.engine_file.write_text(json.dumps(asdict(engine)), encoding="utf-8")
    return engine


def find(session: Session) -> Engine | None:
    """Return the engine that answers: our own, or the one the docker client finds by itself."""
    if not shutil.which("docker"):
        return None
    own = own_engine.host(session.places)
    if own_engine.is_answering(session):
        return Engine(host=own, own=True)
    outside = os.environ.get("DOCKER_HOST", "")
    if outside != own and answers(session, outside):
        return Engine(host=outside, own=False)
    return None


def in_use(session: Session) -> Engine | None:
    """Return what the engine file says, whether or not that engine answers."""
    file = session.places.engine_file
    if not file.exists():
        return None
    return Engine(host=(host := engine_host(file)), own=host == own_engine.host(session.places))


def drop_leavings(session: Session) -> None:
    """Delete what builds left unnamed in our own engine, but for the last minutes' builds."""
    used = in_use(session)
    if used is not None and used.own:
        prune = ("docker", "image", "prune", "--force", "--filter", f"until={LEAVINGS_AGE}")
        session.docker_shell().run(*prune)


def answers(session: Session, host: str) -> bool:
    """Tell whether an engine answers at an address (empty: the docker client's own default)."""
    shell = session.shell.with_environment(DOCKER_HOST=host) if host else session.shell
    return shell.succeeds("docker", "version", "--format", "{{.Server.Version}}", timeout=20)


def _may_start(session: Session) -> None:
    if os.geteuid() != 0:
        raise LocalError(
            "no Docker engine answers, and only root may install or start one",
            "start Docker and let this user use it (group docker), or run as root",
        )
    if len(str(session.places.docker_socket)) > LONGEST_SOCKET_PATH:
        raise LocalError(
            f"the path {session.places.docker_socket} is too long for a socket",
            "set INKWELL_STATE to a folder with a shorter path",
        )


def _has_systemd() -> bool:
    return Path("/run/systemd/system").is_dir()
