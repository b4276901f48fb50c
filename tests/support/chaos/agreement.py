"""Waits for the pipelines to be done with what was acknowledged, and for the stores to agree."""

from functools import partial
from typing import Final

from inkwell_demo.waiting import until
from support.chaos.books import Books, differences, unfinished
from support.e2e_house import House

SETTLED_SECONDS: Final = 900.0
AGREED_SECONDS: Final = 120.0


def wait_until_done(house: House, pipeline: str) -> None:
    """Wait for each document of a pipeline to be in a final state."""
    left = partial(unfinished, house, house.alpha, pipeline)
    until(
        lambda: left() == [],
        f"every document of {pipeline} to be done",
        SETTLED_SECONDS,
        lambda: "\n".join(left() or ["PostgreSQL does not answer"]),
    )


def wait_until_agreed(house: House, pipeline: str, ids: list[str]) -> None:
    """Wait for the relay's last events; then every store says the same."""
    found = partial(disagreements, house, pipeline, ids)
    until(
        lambda: not found(),
        f"the stores to agree on {pipeline}",
        AGREED_SECONDS,
        lambda: "\n".join(found()),
    )


def disagreements(house: House, pipeline: str, ids: list[str]) -> list[str]:
    """Return where the stores do not agree on a pipeline's documents now."""
    return differences(ids, Books.read(house, house.alpha, pipeline))
