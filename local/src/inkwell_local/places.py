"""Where things live: never in the checkout, so that a fresh clone finds what is there already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one installation.

    Attributes:
        cache: What can be made again, and survives `down`: binaries, roots, jars, wheels, images.
        state: What belongs to the running platform: socket, kubeconfig, secrets, logs.
        checkout: The root of this repository.
    """

    cache: Path
    state: Path
    checkout: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], home: Path) -> Places:
        """Follow INKWELL_CACHE and INKWELL_STATE, then the XDG base directories."""
        cache = Path(environment.get("XDG_CACHE_HOME") or home / ".cache") / "inkwell"
        state = Path(environment.get("XDG_STATE_HOME") or home / ".local" / "state") / "inkwell"
        return cls(
            cache=Path(environment.get("INKWELL_CACHE") or cache).absolute(),
            state=Path(environment.get("INKWELL_STATE") or state).absolute(),
            checkout=Path(__file__).resolve().parents[3],
        )

    @property
    def bin(self) -> Path:
        """Binaries for this machine and for images: kind, kubectl, helm, kubelet, etcd."""
        return self.cache / "bin"

    @property
    def roots(self) -> Path:
        """Debian roots, each in a folder named after a digest of what it was made from."""
        return self.cache / "roots"

    @property
    def stamps(self) -> Path:
        """One small file per thing that was made, holding the digest of what it was made from."""
        return self.cache / "stamps"

    @property
    def work(self) -> Path:
        """Build folders; nothing in them is worth keeping."""
        return self.cache / "work"

    @property
    def wheelhouse(self) -> Path:
        """Python wheels for the images of the project."""
        return self.cache / "wheelhouse"

    @property
    def docker_data(self) -> Path:
        """Data root of our own Docker daemon, so that images survive `down`."""
        return self.cache / "docker"

    @property
    def docker_run(self) -> Path:
        """Runtime folder of our own Docker daemon: sockets, shims, network namespaces."""
        return self.state / "docker"

    @property
    def docker_socket(self) -> Path:
        """Socket of our own Docker daemon."""
        return self.state / "docker.sock"

    @property
    def engine_file(self) -> Path:
        """Says which Docker engine is in use."""
        return self.state / "engine.json"

    @property
    def logs(self) -> Path:
        """Every log of this installation."""
        return self.state / "logs"

    @property
    def kubeconfig(self) -> Path:
        """Admin access to the cluster."""
        return self.state / "kubeconfig"

    @property
    def image_values(self) -> Path:
        """Helm values that name the images of ours that are in the cluster's node."""
        return self.state / "image-values.json"

    @property
    def ca(self) -> Path:
        """The certificate authority of the services: ca.crt and ca.key."""
        return self.state / "ca"

    @property
    def secrets(self) -> Path:
        """Passwords of the services' administrators, readable by the owner alone."""
        return self.state / "secrets.json"
