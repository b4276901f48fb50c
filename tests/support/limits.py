"""How long a test may take where its own waits, which tell what was missing, take longer."""

from collections.abc import Iterable
from pathlib import Path

import pytest


def allow(seconds: int, items: Iterable[pytest.Item], folder: Path) -> None:
    """Let each test of a folder take so long, fixtures and all, unless it names its own limit."""
    for item in items:
        if item.path.is_relative_to(folder) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(seconds))
