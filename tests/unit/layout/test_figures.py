"""The page of benchmarks: a run on one machine loses nothing that was measured on another."""

from pathlib import Path

import pytest

from support import figures


def figure(name: str, seconds: float) -> figures.Figure:
    return figures.Figure(
        name=name, unit="s", ours=(seconds,), bare=(1.0,), compared_with="a bare call", target=2,
        is_more_better=False, note=f"How {name} is.",
    )  # fmt: skip


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where nothing was measured yet."""
    monkeypatch.setattr(figures, "FOLDER", tmp_path / "here")
    monkeypatch.setattr(figures, "PAGE", tmp_path / "docs" / "benchmarks.md")
    return figures.PAGE


def test_what_was_measured_elsewhere_stays(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figures.record(figure("b of another machine", 1.5))
    figures.record(figure("c of both", 1.25))
    before = figures.publish()
    monkeypatch.setattr(figures, "FOLDER", page.parent / "elsewhere")
    assert figures.publish() == before
    figures.record(figure("c of both", 3))
    figures.record(figure("a of this one", 1))
    lines = figures.publish().splitlines()
    assert [line for line in lines if "another machine" in line] == [
        line for line in before.splitlines() if "another machine" in line
    ]
    assert sum("c of both" in line for line in lines) == 2
    assert "| c of both | 3.00 s | 1.00 s (a bare call) | 3.000 | ≤ 2 | **no** |" in lines
    rows = [line.split(" | ")[0] for line in lines if " of " in line and line.startswith("| ")]
    assert rows == ["| a of this one", "| b of another machine", "| c of both"]
