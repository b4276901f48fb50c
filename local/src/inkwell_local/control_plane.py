"""The images that kubeadm expects on a node, made of the programs built here."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from inkwell_local import image_archive, versions
from inkwell_local.image_archive import FileImage
from inkwell_local.session import Session

PROXY_PROGRAMS: Final = (
    "conntrack",
    "ip6tables",
    "ip6tables-restore",
    "ip6tables-save",
    "ipset",
    "iptables",
    "iptables-restore",
    "iptables-save",
    "modprobe",
    "nft",
)
"""What kube-proxy calls."""

PROXY_FOLDERS: Final = ("usr/lib/x86_64-linux-gnu/xtables",)
"""Plug-ins of those programs, which `ldd` does not name."""


def write_images(session: Session, node_root: Path, archive: Path) -> None:
    """Write the control plane's images into one archive.

    Args:
        session: The run this belongs to.
        node_root: Debian root of the node; kube-proxy's tools are taken from it.
        archive: The file to write.
    """
    binaries, registry = session.places.bin, "registry.k8s.io"
    tag = versions.KUBERNETES
    images = [
        FileImage(f"{registry}/{name}:{tag}", {f"/usr/local/bin/{name}": binaries / name})
        for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
    ]
    images.append(
        FileImage(
            f"{registry}/etcd:{versions.ETCD_TAG}", {"/usr/local/bin/etcd": binaries / "etcd"}
        )
    )
    coredns = f"{registry}/coredns/coredns:{versions.COREDNS_TAG}"
    images.append(FileImage(coredns, {"/coredns": binaries / "coredns"}, ["/coredns"]))
    pause = f"{registry}/pause:{versions.PAUSE_TAG}"
    images.append(FileImage(pause, {"/pause": binaries / "pause"}, ["/pause"], user="65535:65535"))
    proxy = {
        "/usr/local/bin/kube-proxy": binaries / "kube-proxy",
        **proxy_files(session, node_root),
    }
    images.append(FileImage(f"{registry}/kube-proxy:{tag}", proxy))
    image_archive.write(archive, images)


def proxy_files(session: Session, root: Path) -> dict[str, Path]:
    """Return the programs that kube-proxy calls and what they need, by their path in the image."""
    files = {f"/usr/sbin/{name}": within(root, f"/usr/sbin/{name}") for name in PROXY_PROGRAMS}
    programs = [f"/usr/sbin/{name}" for name in PROXY_PROGRAMS]
    plugins = [
        f"/{file.relative_to(root)}"
        for folder in PROXY_FOLDERS
        for file in sorted((root / folder).iterdir())
    ]
    files |= {plugin: within(root, plugin) for plugin in plugins}
    listed = session.shell.read("chroot", root, "ldd", *programs, *plugins)
    for library in libraries(listed):
        files[library] = within(root, library)
    return files


def libraries(listed: str) -> tuple[str, ...]:
    """Return the paths of libraries out of what `ldd` prints."""
    found = set()
    for line in listed.splitlines():
        words = line.split()
        paths = [word for word in words if word.startswith("/") and not word.endswith(":")]
        if line.startswith(("\t", " ")) and paths:
            found.add(paths[0])
    return tuple(sorted(found))


def within(root: Path, path: str) -> Path:
    """Return the file that a path leads to inside a root, its symbolic links followed there.

    An absolute link inside a root means the root's own file, not this machine's.
    """
    parts = list(Path(path).parts[1:])
    seen = root
    for _ in range(100):
        if not parts:
            return seen
        step = seen / parts.pop(0)
        if step.is_symlink():
            target = step.readlink()
            seen = root if target.is_absolute() else seen
            parts = [part for part in target.parts if part != "/"] + parts
            continue
        seen = step.parent.parent if step.name == ".." else step
    raise OSError(f"{root}{path} goes round in circles")
