"""Documents by the route that they were read by: how they ended, and what a page costs. Pure."""

from collections.abc import Iterator, Sequence

from bench.accuracy.measured import Measured
from bench.accuracy.measures import Share
from bench.accuracy.outcomes import Outcome

_COLUMNS = (
    "route",
    "documents",
    "engine",
    "all",
    "archived alone",
    "wrong and archived",
    "pages",
    "CPU-s a page",
)


def route_table(measured: Sequence[Measured]) -> Iterator[str]:
    """Yield a row for each route and source; what could not be read has none."""
    yield f"| {' | '.join(_COLUMNS)} |"
    yield "| --- | --- | --- |" + " ---: |" * (len(_COLUMNS) - 3)
    routes = sorted({o.route for each in measured for o in each.outcomes if o.route})
    for route in routes:
        for each in measured:
            found = [outcome for outcome in each.outcomes if outcome.route == route]
            if found:
                yield _row(route, each, found)


def seconds_a_page(outcomes: Sequence[Outcome]) -> float | None:
    """Return the processor time of a page; None where there is no page."""
    pages = sum(outcome.pages for outcome in outcomes)
    return sum(outcome.seconds for outcome in outcomes) / pages if pages else None


def _row(route: str, measured: Measured, found: Sequence[Outcome]) -> str:
    archived = sum(outcome.is_archived for outcome in found)
    seconds = seconds_a_page(found)
    cells = (
        route,
        measured.source.name,
        measured.source.pipeline.extraction.engine.value,
        str(len(found)),
        f"{archived} ({Share(archived, len(found)).percent:.0f} %)",
        str(sum(outcome.is_wrong_and_archived for outcome in found)),
        str(sum(outcome.pages for outcome in found)),
        "-" if seconds is None else f"{seconds:.2f}",
    )
    return f"| {' | '.join(cells)} |"
