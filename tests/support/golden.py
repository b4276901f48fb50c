"""Texts that a person has reviewed, and that are compared with what is made now."""

import os
from pathlib import Path


def check(path: Path, text: str) -> None:
    """Compare a text with the reviewed one, or write it for review (`make golden`)."""
    if os.environ.get("GOLDEN") == "rewrite":
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8"), "run `make golden` and review the difference"
