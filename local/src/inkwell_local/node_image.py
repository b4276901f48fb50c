"""The image of the cluster's node: pulled where a registry answers, else built from packages.

What is built is what kind's own base image does with its files, which stand in kind's Go module,
on a Debian root, with Kubernetes built from its Go module. Where it differs, the reason is told.
"""

from __future__ import annotations

import json
import shutil
from importlib import resources
from pathlib import Path
from typing import Final

from inkwell_local import (
    binaries,
    control_plane,
    debian,
    docker_images,
    registries,
    roots,
    stamps,
    versions,
)
from inkwell_local.session import Session

RECIPE: Final = "1"
"""Raise it when what this module puts into the image changes."""

PACKAGES: Final = (
    "bash", "ca-certificates", "conntrack", "containerd", "containernetworking-plugins", "curl",
    "dbus", "e2fsprogs", "ethtool", "hostname", "ipset", "iproute2", "iptables", "jq", "kmod",
    "libseccomp2", "mount", "nftables", "pigz", "procps", "runc", "systemd", "util-linux",
)  # fmt: skip
"""What kind's base image installs, and Debian's packages in place of what it compiles."""

UNWANTED_UNITS: Final = (
    "lib/systemd/system/multi-user.target.wants/*",
    "etc/systemd/system/*.wants/*",
    "lib/systemd/system/local-fs.target.wants/*",
    "lib/systemd/system/basic.target.wants/*",
    "lib/systemd/system/sockets.target.wants/*udev*",
    "lib/systemd/system/sockets.target.wants/*initctl*",
    "lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service",
)

CONFIGURATION: Final = (
    "ENV container=docker",
    "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "STOPSIGNAL SIGRTMIN+3",
    'ENTRYPOINT ["/usr/local/bin/entrypoint","/sbin/init"]',
)

STUB: Final = "#!/bin/sh\n# crictl is no package here, and kind does without.\nexit 1\n"


def name() -> tuple[str, bool]:
    """Return the node image's name and whether it is one that is built here."""
    if registries.may_pull("docker.io"):
        return versions.NODE_IMAGE_PULLED, False
    return f"{versions.NODE_IMAGE_BUILT}:{_made_from()}", True


def ensure(session: Session) -> None:
    """Have the node image in the engine."""
    tag, is_built = name()
    if not is_built:
        _pull(session)
    elif not docker_images.exists(session, tag):
        _build(session, tag)


def ensure_root(session: Session) -> None:
    """Have the node's Debian root where an image has to be built from it."""
    tag, is_built = name()
    if is_built and not docker_images.exists(session, tag):
        _root(session)


def _root(session: Session) -> Path:
    return debian.bootstrap(session, "node", versions.NODE_SUITE, PACKAGES)


def _made_from() -> str:
    own = resources.files("inkwell_local")
    node, go = Path(str(own.joinpath("node"))), Path(str(own.joinpath("go")))
    builds = repr(binaries.NODE_BUILDS)
    return stamps.digest(RECIPE, debian.RECIPE, *PACKAGES, versions.KIND, builds, node, go)


def _build(session: Session, tag: str) -> None:
    root = _root(session)
    overlay = roots.partial(session.places.work / "node")
    roots.remove_abandoned(session.shell, session.places.work)
    roots.remove_tree(session.shell, overlay)
    overlay.mkdir(parents=True)
    _kind_files(session, overlay)
    _settings(session, root, overlay)
    _programs(session, overlay)
    archive = overlay / "kind" / "images" / "control-plane.tar"
    archive.parent.mkdir(parents=True, exist_ok=True)
    control_plane.write_images(session, root, archive)
    merged = roots.partial(session.places.work / "node-root")
    roots.remove_tree(session.shell, merged)
    for unit in (unit for pattern in UNWANTED_UNITS for unit in root.glob(pattern)):
        unit.unlink()
    debian.overlaid(session, root, overlay, merged)
    debian.image(session, tag, merged, CONFIGURATION)
    for folder in (overlay, merged):
        roots.remove_tree(session.shell, folder)
    _forget_older(session, tag)


def _kind_files(session: Session, overlay: Path) -> None:
    module = binaries.module_source(session, f"sigs.k8s.io/kind@{versions.KIND}")
    source = module / "images" / "base" / "files"
    for folder in ("etc", "kind", "usr"):
        for file in sorted((source / folder).rglob("*")):
            if file.is_file():
                _place(
                    overlay / folder / file.relative_to(source / folder), file.read_text("utf-8")
                )
    for folder in ("kind/bin", "usr/local/bin"):
        for file in (overlay / folder).iterdir():
            file.chmod(0o755)


def _settings(session: Session, root: Path, overlay: Path) -> None:
    node = Path(str(resources.files("inkwell_local").joinpath("node")))
    for file in sorted(node.rglob("*")):
        if file.is_file():
            _place(overlay / file.relative_to(node), file.read_text("utf-8"))
    for script in (overlay / "kind/bin").iterdir():
        script.chmod(0o755)
    config = overlay / "etc/containerd/config.toml"
    config.write_text(containerd_config(config.read_text("utf-8")), "utf-8")
    unit = overlay / "etc/systemd/system/containerd.service"
    unit.write_text(containerd_unit(unit.read_text("utf-8")), "utf-8")
    spec = json.loads(session.shell.read("chroot", root, "ctr", "oci", "spec"))
    _place(overlay / "etc/containerd/cri-base.json", json.dumps(base_spec(spec)))
    journal = (root / "etc/systemd/journald.conf").read_text("utf-8")
    _place(overlay / "etc/systemd/journald.conf", f"{journal.rstrip()}\nReadKMsg=no\n")
    wants = overlay / "etc/systemd/system/multi-user.target.wants"
    for service in ("kubelet", "containerd", "undo-mount-hacks", "service-network"):
        _link(wants / f"{service}.service", f"/etc/systemd/system/{service}.service")
    _link(overlay / "etc/systemd/system/systemd-binfmt.service", "/dev/null")


def _programs(session: Session, overlay: Path) -> None:
    for program in ("kubelet", "kubeadm", "kubectl"):
        (overlay / "usr/bin").mkdir(parents=True, exist_ok=True)
        shutil.copy2(session.places.bin / program, overlay / "usr/bin" / program)
    for program in ("containerd", "containerd-shim-runc-v2", "ctr"):
        _link(overlay / "usr/local/bin" / program, f"/usr/bin/{program}")
    _link(overlay / "usr/local/sbin/runc", "/usr/sbin/runc")
    _link(overlay / "usr/sbin/init", "/usr/lib/systemd/systemd")
    # kind looks for CNI plug-ins where upstream's archive puts them, Debian elsewhere.
    _link(overlay / "opt/cni/bin", "/usr/lib/cni")
    stub = overlay / "usr/local/bin/crictl"
    _place(stub, STUB)
    stub.chmod(0o755)
    _place(overlay / "kind/version", versions.KUBERNETES)
    (overlay / "etc/kubernetes/manifests").mkdir(parents=True)


def containerd_config(text: str) -> str:
    """Return kind's containerd configuration with what this node needs.

    A process may not lower its score for the out-of-memory killer without CAP_SYS_RESOURCE, and
    the pause image is the one that this kubeadm expects.
    """
    lines = []
    for line in text.splitlines():
        key = line.split("=")[0].strip()
        indent = line[: len(line) - len(line.lstrip())]
        if key == "restrict_oom_score_adj":
            lines.append(f"{indent}restrict_oom_score_adj = true")
        elif key == "sandbox_image":
            lines.append(f'{indent}sandbox_image = "registry.k8s.io/pause:{versions.PAUSE_TAG}"')
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def containerd_unit(text: str) -> str:
    """Return kind's unit of containerd without limits that need CAP_SYS_RESOURCE to be set.

    It also imports the control plane's images when containerd is up, since an image made without
    an engine inside cannot hold them in containerd's store.
    """
    lines = []
    for line in text.splitlines():
        if line.startswith(("Limit", "OOMScoreAdjust", "TasksMax")):
            continue
        lines.append(line)
        if line.startswith("ExecStart="):
            lines.append("ExecStartPost=/kind/bin/import-images.sh")
    return "\n".join(lines) + "\n"


def base_spec(spec: dict[str, object]) -> dict[str, object]:
    """Return containerd's own container specification with kind's hook and without limits."""
    process = spec.get("process")
    if isinstance(process, dict):
        process.pop("rlimits", None)
    hook = {"path": "/kind/bin/mount-product-files.sh"}
    return {**spec, "hooks": {"createContainer": [hook]}}


def _place(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(0o644)


def _link(link: Path, target: str) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(target)


def _forget_older(session: Session, tag: str) -> None:
    listed = session.docker(
        "image", "ls", "--format", "{{.Repository}}:{{.Tag}}", versions.NODE_IMAGE_BUILT
    )
    for older in set(listed.split()) - {tag}:
        # One that a container still uses stays until that container is gone.
        session.docker_shell().succeeds("docker", "image", "rm", older)


def _pull(session: Session) -> None:
    """Have upstream's image, and its kubectl on this machine so that none is compiled."""
    wanted = stamps.digest(versions.NODE_IMAGE_PULLED)
    stamp, file = stamps.Stamp(session.places.stamps / "kubectl"), session.places.bin / "kubectl"
    if stamp.holds(wanted) and file.exists():
        return
    shell = session.docker_shell()
    shell.run("docker", "pull", "--quiet", versions.NODE_IMAGE_PULLED)
    container = shell.read("docker", "create", versions.NODE_IMAGE_PULLED).strip()
    try:
        shell.run("docker", "cp", f"{container}:/usr/bin/kubectl", file)
    finally:
        shell.run("docker", "rm", "--volumes", container)
    stamp.write(wanted)
