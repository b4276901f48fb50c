"""What this machine needs to work on the code: Debian's packages, uv, Tesseract."""

from __future__ import annotations

import shutil
from typing import Final

from inkwell_local import bases, packages, toolchain, versions
from inkwell_local.session import Session

PACKAGES: Final = (
    "ca-certificates",
    "curl",
    "git",
    "make",
    "python3",
    "python3-pip",
    "python3-venv",
    # The OCR stage brings the engine in its wheel; the program is what benchmarks compare it to.
    "tesseract-ocr",
    *bases.OCR_PACKAGES,
)


def ensure(session: Session) -> None:
    """Have Debian's packages, and uv on the PATH or in the cache's bin folder."""
    packages.install(session.shell, *PACKAGES)
    link = session.places.bin / "uv"
    if link.exists() or shutil.which("uv"):
        return
    python = toolchain.python(session)
    session.shell.run(python, "-m", "pip", "install", "--quiet", versions.UV)
    link.unlink(missing_ok=True)
    link.symlink_to(python.with_name("uv"))
