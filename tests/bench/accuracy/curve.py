"""Draws how many wrong values a threshold of confidence lets through, as SVG."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import matplotlib as mpl
from matplotlib.figure import Figure

from bench.accuracy.measures import Point

PROMISE: Final = 2.0
"""Wrong documents of 100 archived that the product aims at, at most."""


def draw(curves: Mapping[str, Sequence[Point]], file: Path) -> None:
    """Write risk against coverage, a line a source; the same points give the same file."""
    mpl.rcParams["svg.hashsalt"] = "inkwell"
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for name, points in curves.items():
        coverage = [100 * point.coverage for point in points]
        risk = [100 * point.risk for point in points]
        axes.step(coverage, risk, where="post", label=name)
    axes.axhline(PROMISE, color="grey", linestyle="--", linewidth=1, label=f"aim, {PROMISE:g} %")
    axes.set(
        xlabel="documents archived by themselves, the surest first (%)",
        ylabel="of these with a wrong value (%)",
        xlim=(0, 100),
        ylim=(0, None),
    )
    axes.legend(fontsize="small")
    figure.savefig(file, format="svg", metadata={"Date": None})
