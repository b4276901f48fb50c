"""Writes images of a few files each straight into an archive that containerd and Docker import.

A static program needs no engine and no Dockerfile to become an image; so the control plane's images
are there before any engine is.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

PATH: Final = "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class FileImage:
    """An image of files.

    Attributes:
        tag: Name and tag.
        files: Path inside the image to the file or folder here that goes there.
        entrypoint: What runs; empty where whoever starts it says so.
        user: User the program runs as.
    """

    tag: str
    files: Mapping[str, Path]
    entrypoint: Sequence[str] = ()
    user: str = ""
    environment: Sequence[str] = field(default=(PATH,))


def write(archive: Path, images: Sequence[FileImage]) -> None:
    """Write images into one archive in Docker's format."""
    partial = archive.with_suffix(".partial")
    manifest = []
    with tarfile.open(partial, "w") as out:
        for number, image in enumerate(images):
            layer = archive.with_suffix(f".layer{number}")
            try:
                _write_layer(layer, image.files)
                diff = _digest(layer)
                out.add(layer, f"{diff}/layer.tar", filter=_as_root)
            finally:
                layer.unlink(missing_ok=True)
            config = json.dumps(_config(image, diff)).encode()
            name = f"{hashlib.sha256(config).hexdigest()}.json"
            _add_bytes(out, name, config)
            manifest.append(
                {"Config": name, "RepoTags": [image.tag], "Layers": [f"{diff}/layer.tar"]}
            )
        _add_bytes(out, "manifest.json", json.dumps(manifest).encode())
    partial.replace(archive)


def _config(image: FileImage, diff: str) -> dict[str, object]:
    return {
        "architecture": "amd64",
        "os": "linux",
        "config": {
            "Env": list(image.environment),
            "Entrypoint": list(image.entrypoint),
            "User": image.user,
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{diff}"]},
        "history": [{"created_by": "inkwell_local.image_archive"}],
    }


def _write_layer(layer: Path, files: Mapping[str, Path]) -> None:
    with tarfile.open(layer, "w") as out:
        for inside, file in sorted(files.items()):
            out.add(file, inside.lstrip("/"), filter=_as_root)


def _as_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = 0
    return entry


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _add_bytes(out: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    out.addfile(entry, io.BytesIO(content))
