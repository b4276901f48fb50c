"""Remembers what things were made from, so that nothing is made twice and a change is noticed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path


def digest(*parts: str | Path) -> str:
    """Return a short digest of texts, files and folders (names and contents of all their files)."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, str):
            _add(total, "text", part.encode())
        elif part.is_dir():
            for file in sorted(one for one in part.rglob("*") if one.is_file()):
                _add(total, str(file.relative_to(part)), file.read_bytes())
        else:
            _add(total, part.name, part.read_bytes())
    return total.hexdigest()[:16]


def _add(total: hashlib._Hash, name: str, content: bytes) -> None:
    total.update(f"{name}\0{len(content)}\0".encode())
    total.update(content)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A small file that holds the digest of what a thing was made from."""

    path: Path

    def holds(self, wanted: str) -> bool:
        """Tell whether the thing was made from what `wanted` is the digest of."""
        try:
            return self.path.read_text(encoding="ascii").strip() == wanted
        except FileNotFoundError:
            return False

    def write(self, made_from: str) -> None:
        """Say that the thing is complete; called last, so that a kill means making it again."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(".partial")
        partial.write_text(made_from, encoding="ascii")
        partial.replace(self.path)
