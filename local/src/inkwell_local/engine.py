"""The Docker engine: the one that runs, or Debian's, installed and started.

Where there is no systemd to start a service, a daemon of our own runs with its socket in the state
folder and its data in the cache, so that images survive `down`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from inkwell_local import capabilities, networks, packages
from inkwell_local.errors import LocalError, NotReady
from inkwell_local.session import RUN_MARK, Session, engine_host

START_SECONDS: Final = 90.0
"""How long the daemon may take to answer; it repairs its store first when it was killed."""


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
            start_own(session)
            engine = Engine(host=own_host(session), own=True)
    session.places.engine_file.write_text(json.dumps(asdict(engine)), encoding="utf-8")
    return engine


def find(session: Session) -> Engine | None:
    """Return the engine that answers: our own, or the one the docker client finds by itself."""
    if not shutil.which("docker"):
        return None
    own = own_host(session)
    if session.places.docker_socket.exists() and answers(session, own):
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
    return Engine(host=(host := engine_host(file)), own=host == own_host(session))


def own_host(session: Session) -> str:
    """Return the address of our own daemon."""
    return f"unix://{session.places.docker_socket}"


def answers(session: Session, host: str) -> bool:
    """Tell whether an engine answers at an address (empty: the docker client's own default)."""
    shell = session.shell.with_environment(DOCKER_HOST=host) if host else session.shell
    return shell.succeeds("docker", "version", "--format", "{{.Server.Version}}", timeout=20)


def start_own(session: Session) -> None:
    """Start our own daemon and wait until it answers."""
    places = session.places
    places.docker_run.mkdir(parents=True, exist_ok=True)
    places.docker_data.mkdir(parents=True, exist_ok=True)
    pidfile = places.docker_run / "dockerd.pid"
    pidfile.unlink(missing_ok=True)  # a dead daemon's number may belong to another process by now
    log = places.logs / "dockerd.log"
    environment = {name: value for name, value in os.environ.items() if name != RUN_MARK}
    environment["PATH"] = f"{environment.get('PATH', os.defpath)}:/usr/sbin:/sbin"
    with log.open("ab") as out:
        process = subprocess.Popen(
            _command(session, pidfile),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=environment,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while not answers(session, own_host(session)):
        if process.poll() is not None:
            raise NotReady(f"dockerd ended with status {process.returncode}", f"see {log}")
        if time.monotonic() > deadline:
            raise NotReady(f"dockerd does not answer after {START_SECONDS:.0f}s", f"see {log}")
        time.sleep(0.25)


def _command(session: Session, pidfile: Path) -> list[str]:
    places = session.places
    command = [
        "dockerd",
        f"--host={own_host(session)}",
        f"--data-root={places.docker_data}",
        f"--exec-root={places.docker_run}",
        f"--pidfile={pidfile}",
        "--exec-opt=native.cgroupdriver=cgroupfs",
        "--userland-proxy=false",
        "--log-opt=max-size=20m",
        "--log-opt=max-file=2",
        *networks.daemon_flags(networks.taken(session.shell)),
    ]
    if capabilities.lacking_here():
        wrapper = capabilities.install_wrapper(places.state / "runtime")
        name = capabilities.RUNTIME_NAME
        command += [f"--add-runtime={name}={wrapper}", f"--default-runtime={name}"]
    return command


def _may_start(session: Session) -> None:
    if os.geteuid() != 0:
        raise LocalError(
            "no Docker engine answers, and only root may install or start one",
            "start Docker and let this user use it (group docker), or run as root",
        )
    if len(str(session.places.docker_socket)) > 100:  # noqa: PLR2004  the kernel allows 107
        raise LocalError(
            f"the path {session.places.docker_socket} is too long for a socket",
            "set INKWELL_STATE to a folder with a shorter path",
        )


def _has_systemd() -> bool:
    return Path("/run/systemd/system").is_dir()
