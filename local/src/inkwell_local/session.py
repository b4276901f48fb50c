"""What every step gets: the places, the progress, and shells that know the engine and cluster."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from inkwell_local.errors import LocalError
from inkwell_local.places import Places
from inkwell_local.progress import Progress
from inkwell_local.shell import Shell

CLUSTER: Final = "inkwell"
"""Name of the kind cluster."""

NODE: Final = f"{CLUSTER}-control-plane"
"""Name of the one node, which is also its container's name."""

RUN_MARK: Final = "INKWELL_LOCAL_RUN"
"""Environment variable that marks every process that a run of this program started."""


@dataclass(frozen=True, slots=True)
class Session:
    """One run of a verb."""

    places: Places
    progress: Progress
    shell: Shell

    @classmethod
    def begin(cls, places: Places, progress: Progress, log: str) -> Session:
        """Make the folders and a shell with its log in `<log>.log`.

        Raises:
            LocalError: This user may not write where the folders are.
        """
        try:
            for folder in (places.bin, places.stamps, places.work, places.logs):
                folder.mkdir(parents=True, exist_ok=True)
            places.state.chmod(0o700)
        except OSError as error:
            raise LocalError(
                f"{error.filename}: {error.strerror}",
                "set INKWELL_CACHE and INKWELL_STATE to folders that this user may write to",
            ) from error
        shell = Shell(
            log=places.logs / f"{log}.log",
            environment={
                RUN_MARK: run_mark(places, os.getpid()),
                "KUBECONFIG": str(places.kubeconfig),
                "DEBIAN_FRONTEND": "noninteractive",
                "LC_ALL": "C.UTF-8",
                "PATH": f"{places.bin}:{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin",
            },
        )
        return cls(places, progress, shell)

    def logging_to(self, name: str) -> Session:
        """Return the same session with its log in `<name>.log`."""
        return replace(self, shell=self.shell.logging_to(name))

    def docker_shell(self) -> Shell:
        """Return a shell in which `docker` and `kind` talk to the engine in use."""
        host = engine_host(self.places.engine_file)
        return self.shell.with_environment(DOCKER_HOST=host) if host else self.shell

    def docker(
        self, *arguments: str | Path, stdin: bytes | None = None, timeout: float | None = None
    ) -> str:
        """Run `docker` on the engine in use and return what it prints."""
        return self.docker_shell().read("docker", *arguments, stdin=stdin, timeout=timeout)

    def kubectl(
        self, *arguments: str | Path, stdin: bytes | None = None, timeout: float | None = None
    ) -> str:
        """Run `kubectl` as the cluster's administrator and return what it prints."""
        kubectl = self.places.bin / "kubectl"
        return self.shell.read(kubectl, *arguments, stdin=stdin, timeout=timeout)


def run_mark(places: Places, pid: int) -> str:
    """Return the mark of what one run of this installation starts."""
    return f"{places.state}:{pid}"


def engine_host(file: Path) -> str:
    """Return the address of the engine in use; empty for the docker client's own default."""
    try:
        return str(json.loads(file.read_text(encoding="utf-8")).get("host", ""))
    except (FileNotFoundError, ValueError):
        return ""
