"""Benchmarks: each measures side by side and records its figures; the page is written last."""

import pytest

from support import figures
from support.cluster_fixtures import cluster, demo

__all__ = ["cluster", "demo"]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write docs/benchmarks.md from what was measured, now or earlier."""
    if session.testscollected and not session.config.option.collectonly:
        figures.publish()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the page at the end of the run."""
    if figures.PAGE.exists():
        terminalreporter.section(str(figures.PAGE.relative_to(figures.ROOT)))
        terminalreporter.write_line(figures.PAGE.read_text(encoding="utf-8"))
