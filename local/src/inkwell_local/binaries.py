"""Programs built from Go modules: the cluster's own, and the tools that drive it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from inkwell_local import stamps, toolchain, versions
from inkwell_local.errors import LocalError
from inkwell_local.session import Session

_VERSION_PACKAGE: Final = "k8s.io/component-base/version"
_MAJOR, _MINOR, _ = versions.KUBERNETES.removeprefix("v").split(".")

KUBERNETES_COMMANDS: Final = (
    "kubeadm",
    "kubelet",
    "kubectl",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kube-proxy",
)


@dataclass(frozen=True, slots=True)
class GoBuild:
    """One call of the Go compiler.

    Attributes:
        name: What is built, for people.
        packages: Import paths; with `@version` where there is no module of ours.
        outputs: Programs that come out.
        module: Folder of our own module under go/ that pins every dependency, or empty.
        ldflags: Flags for the linker besides the usual two.
        cgo: Whether C is compiled too.
    """

    name: str
    packages: tuple[str, ...]
    outputs: tuple[str, ...]
    module: str = ""
    ldflags: str = ""
    cgo: bool = False


KUBERNETES: Final = GoBuild(
    "Kubernetes",
    (*(f"k8s.io/kubernetes/cmd/{command}" for command in KUBERNETES_COMMANDS), "./metrics-server"),
    (*KUBERNETES_COMMANDS, "metrics-server"),
    module="kubernetes",
    ldflags=(
        f"-X {_VERSION_PACKAGE}.gitVersion={versions.KUBERNETES}"
        f" -X {_VERSION_PACKAGE}.gitMajor={_MAJOR} -X {_VERSION_PACKAGE}.gitMinor={_MINOR}"
        f" -X {_VERSION_PACKAGE}.gitTreeState=clean"
    ),
)
ETCD: Final = GoBuild("etcd", ("go.etcd.io/etcd/server/v3",), ("etcd",), module="etcd")
COREDNS: Final = GoBuild("CoreDNS", (".",), ("coredns",), module="coredns")
PAUSE: Final = GoBuild("pause", (".",), ("pause",), module="pause")
KIND: Final = GoBuild("kind", (f"sigs.k8s.io/kind@{versions.KIND}",), ("kind",))
HELM: Final = GoBuild("Helm", (f"helm.sh/helm/v3/cmd/helm@{versions.HELM}",), ("helm",))
NETPOLICY: Final = GoBuild(
    "netpolicy",
    ("github.com/np-guard/netpol-analyzer/cmd/netpolicy",),
    ("netpolicy",),
    module="netpol",
)
"""Says what NetworkPolicies allow, for tests: a cluster made here does not enforce them."""

TOOLS: Final = (HELM, NETPOLICY)
"""What working on the code needs besides the platform."""

NODE_BUILDS: Final = (KUBERNETES, ETCD, COREDNS, PAUSE)
"""What a node image made here consists of."""


def choose(names: Iterable[str]) -> tuple[GoBuild, ...]:
    """Return the tools of these names, or all when there are none.

    Raises:
        LocalError: There is none of that name.
    """
    known = {tool.outputs[0]: tool for tool in TOOLS}
    wanted = tuple(names) or tuple(known)
    if unknown := [name for name in wanted if name not in known]:
        raise LocalError(f"there is no tool {', '.join(unknown)}", f"choose of: {', '.join(known)}")
    return tuple(known[name] for name in wanted)


def build(session: Session, what: GoBuild) -> None:
    """Build programs into the cache's bin folder, unless they are there already.

    Raises:
        LocalError: No Go is to be had.
        CommandFailed: The build failed.
    """
    places = session.places
    sources = [_module_folder(what.module)] if what.module else []
    made_from = stamps.digest(repr(what), *sources)
    stamp = stamps.Stamp(places.stamps / f"go-{what.outputs[0]}")
    if stamp.holds(made_from) and all((places.bin / name).is_file() for name in what.outputs):
        return
    go = toolchain.go(session)
    out = places.work / f"go-{what.outputs[0]}-{os.getpid()}"
    out.mkdir(parents=True, exist_ok=True)
    shell = session.shell.with_environment(
        CGO_ENABLED=str(int(what.cgo)),
        GOBIN=str(out),
        GOFLAGS="-buildvcs=false",
        GOTOOLCHAIN="local",
    )
    flags = ("-trimpath", "-ldflags", f"-s -w {what.ldflags}".strip())
    if what.module:
        folder = _module_folder(what.module)
        shell.run(go, "build", "-mod=readonly", *flags, "-o", f"{out}/", *what.packages, cwd=folder)
    else:
        shell.run(go, "install", *flags, *what.packages)
    built = sorted(out.iterdir())
    for file in built:
        # A module's own program is named after its folder; ours are one program a folder.
        name = what.outputs[0] if len(built) == 1 else file.name
        file.replace(places.bin / name)
    out.rmdir()
    stamp.write(made_from)


def module_source(session: Session, module: str) -> Path:
    """Return the folder of a module's source in Go's module cache, fetching it where need be.

    Args:
        session: The run this belongs to.
        module: Module and version, `example.org/module@v1.2.3`.
    """
    go = toolchain.go(session)
    fetched = session.shell.read(go, "mod", "download", "-json", module)
    return Path(str(json.loads(fetched)["Dir"]))


def _module_folder(name: str) -> Path:
    return Path(str(resources.files("inkwell_local").joinpath("go", name)))
