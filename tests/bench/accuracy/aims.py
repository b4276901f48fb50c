"""What the product aims at on documents that nobody tuned for, beside what was measured. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from bench.accuracy.measured import Measured
from bench.accuracy.measures import Share
from bench.accuracy.outcomes import Outcome, Verdict
from bench.accuracy.routes import seconds_a_page
from bench.accuracy.stages import EINVOICE, TEXT_LAYER

_SURE_FIELDS: Final = ("invoice_number", "issue_date", "total", "currency")


@dataclass(frozen=True, slots=True)
class Aim:
    """A figure of one source that is to be reached.

    Attributes:
        source: its name.
        what: is measured.
        measure: of its outcomes; None where there is nothing to measure.
        limit: to reach.
        is_most: whether the limit is the most, and not the least.
        unit: of both.
    """

    source: str
    what: str
    measure: Callable[[Sequence[Outcome]], float | None]
    limit: float
    is_most: bool = False
    unit: str = " %"

    def is_met(self, measured: float) -> bool:
        """Say whether a figure reaches the limit."""
        return measured <= self.limit if self.is_most else measured >= self.limit


def least_right(names: Sequence[str], outcomes: Sequence[Outcome]) -> float | None:
    """Return the share, in percent, that is right of the field that is right least often."""
    shares = []
    for name in names:
        verdicts = [o.verdicts[name] for o in outcomes if name in o.verdicts]
        if verdicts:
            shares.append(Share(verdicts.count(Verdict.RIGHT), len(verdicts)).percent)
    return min(shares, default=None)


def wrong_of_archived(outcomes: Sequence[Outcome]) -> float | None:
    """Return how many of 100 archived documents hold a wrong value; None where none is archived."""
    archived = [outcome for outcome in outcomes if outcome.is_archived]
    if not archived:
        return None
    return Share(sum(outcome.is_wrong for outcome in archived), len(archived)).percent


def archived_alone(outcomes: Sequence[Outcome]) -> float | None:
    """Return the share, in percent, that is archived without a person."""
    if not outcomes:
        return None
    return Share(sum(outcome.is_archived for outcome in outcomes), len(outcomes)).percent


def _of_route(route: str, outcomes: Sequence[Outcome]) -> float | None:
    return seconds_a_page([outcome for outcome in outcomes if outcome.route == route])


def _of_einvoices(outcomes: Sequence[Outcome]) -> float | None:
    return least_right(_SURE_FIELDS, [o for o in outcomes if o.route == EINVOICE])


def _aims() -> Iterator[Aim]:
    sure, seller = partial(least_right, _SURE_FIELDS), partial(least_right, ("seller",))
    four = "number, date, total, currency right"
    yield Aim("invoices as they are", f"{four}, with their XML", _of_einvoices, 100)
    for source, least in (("invoices without their XML", 95), ("invoices drawn", 92)):
        yield Aim(source, four, sure, least)
        yield Aim(source, "seller right", seller, 85)
    receipts = "receipts, odd"
    for name, least in (("total", 88), ("issue_date", 98), ("seller", 82)):
        what = f"{name.replace('_', ' ')} right, without a correction"
        yield Aim(receipts, what, partial(least_right, (name,)), least)
    for source in ("invoices without their XML", "invoices drawn", receipts):
        what = "wrong of 100 archived"
        yield Aim(source, what, wrong_of_archived, 2, is_most=True, unit="")
        yield Aim(source, "archived alone, without a correction", archived_alone, 50)
    fast = partial(_of_route, TEXT_LAYER)
    what = "CPU-s a page with a text layer"
    yield Aim("invoices without their XML", what, fast, 0.1, is_most=True, unit="")
    yield Aim(receipts, "CPU-s a receipt", seconds_a_page, 3, is_most=True, unit="")


AIMS: Final = tuple(_aims())


def aims_table(measured: Sequence[Measured]) -> Iterator[str]:
    """Yield the lines of a table: the aim, what was measured, and whether that is enough."""
    outcomes = {each.source.name: each.outcomes for each in measured}
    yield "| documents | what | aim | measured | |"
    yield "| --- | --- | ---: | ---: | --- |"
    for aim in AIMS:
        if aim.source not in outcomes:
            continue
        found = aim.measure(outcomes[aim.source])
        if found is not None:
            verdict = "met" if aim.is_met(found) else "**not met**"
            sign = "≤" if aim.is_most else "≥"
            shown = f"{found:.1f}" if aim.unit else f"{found:.2f}"
            cells = f"{sign} {aim.limit:g}{aim.unit} | {shown}{aim.unit} | {verdict}"
            yield f"| {aim.source} | {aim.what} | {cells} |"
