"""The card of a learned scorer: from what it was learned, and what may be expected of it. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from scipy.stats import binomtest

from inkwell_extract.resolve.acceptance import USUAL_ERROR_RATE, Acceptance
from inkwell_extract.score.learned.vectors import COLUMNS, LEFT_OUT
from inkwell_extract.train.calibrating import expected_error
from inkwell_extract.train.training import FOLDS, Judged, Trained

_HEAD: Final = """# A scorer learned from corrected documents

Made on {made}, seed {seed}, from {documents} corrected documents of {groups} groups (vendors).
It adds to the log-odds of the rule scorer: a linear model of {columns} numbers and of the words
left of, above and in a candidate (hashed words and runs of two to four letters). Not learned from:
{left_out}. No document is in it, but words are: weights of hashed runs of letters, and the names
of {sellers} sellers that people confirmed.

All figures up to the last table are of {folds} folds by group: each document was judged by a
scorer, and a list of sellers, that had seen none of its group. Intervals are exact (Clopper and
Pearson, 95 %). With so few documents they are wide: a threshold that let nothing wrong through is
no proof that it never will.

## Fields

| field | labels | right by rules | right | calibration error |
| --- | ---: | ---: | ---: | ---: |
"""
_ACCEPTED: Final = """
## What is accepted without a person

The threshold is the lowest confidence at which values as sure as that are expected to be wrong in
at most so many of 100: (wrong + 0.5) / (accepted + 1). Without a threshold a value must itself be
as sure as 1 less 2.5 times the rate. The rate is of a field's values; a document of three fields
may be wrong up to three times as often.

| field | error rate asked for | threshold | accepted | wrong | wrong of 100 accepted |
| --- | ---: | ---: | ---: | ---: | --- |
"""
_SEEN: Final = """
## Vendors that were seen before

The figures above are of vendors never seen. Most documents of a usual month are of known ones: here
are {documents} documents of whose vendor others were learned from, by {folds} folds of documents.
Their sellers are found by the list of confirmed names. Accepted is by the thresholds above, at
{rate:g} %.

| field | labels | right | accepted | wrong | wrong of 100 accepted |
| --- | ---: | ---: | ---: | ---: | --- |
"""
_RATES: Final = (0.01, USUAL_ERROR_RATE, 0.05)


def card(trained: Trained, made: str, seed: int) -> str:
    """Return the card, in Markdown; the same scorer, day and seed give the same text."""
    head = _HEAD.format(
        made=made,
        seed=seed,
        documents=trained.documents,
        groups=trained.groups,
        columns=len(COLUMNS),
        sellers=len(trained.sellers),
        left_out=", ".join(f"`{name}`" for name in sorted(LEFT_OUT)),
        folds=FOLDS,
    )
    rows = [_field_row(trained, name) for name in trained.models]
    accepted = [row for name in trained.models for row in _accepted_rows(trained, name)]
    return head + "\n".join(rows) + "\n" + _ACCEPTED + "\n".join(accepted) + "\n" + _seen(trained)


def _field_row(trained: Trained, name: str) -> str:
    judged = trained.judged[name]
    right = sum(each.is_right for each in judged)
    error = expected_error(trained.calibrations[name], _pairs(judged))
    rules = trained.by_rules[name]
    return f"| `{name}` | {len(judged)} | {rules} | {share(right, len(judged))} | {error:.3f} |"


def _accepted_rows(trained: Trained, name: str) -> Iterator[str]:
    calibration = trained.calibrations[name]
    for rate in _RATES:
        threshold = calibration.threshold(rate)
        if threshold is None:
            yield f"| `{name}` | {100 * rate:g} % | none | | | |"
            continue
        step = next(step for step in calibration.steps if step.confidence == threshold)
        yield (
            f"| `{name}` | {100 * rate:g} % | {threshold:.4f} | {step.accepted} | {step.wrong} "
            f"| {share(step.wrong, step.accepted)} |"
        )


def _seen(trained: Trained) -> str:
    documents = {each.document for judged in trained.seen.values() for each in judged}
    if not documents:
        return "\nNo vendor has two documents: how it is with vendors seen before is not known.\n"
    head = _SEEN.format(documents=len(documents), folds=FOLDS, rate=100 * USUAL_ERROR_RATE)
    return head + "\n".join(_seen_row(trained, name) for name in trained.models) + "\n"


def _seen_row(trained: Trained, name: str) -> str:
    judged = trained.seen[name]
    bar = Acceptance(learned=trained.calibrations).bar(name)
    accepted = [each for each in judged if bar.calibration.confidence(each.share) >= bar.threshold]
    right = sum(each.is_right for each in judged)
    wrong = sum(not each.is_right for each in accepted)
    return (
        f"| `{name}` | {len(judged)} | {share(right, len(judged))} | {len(accepted)} | {wrong} "
        f"| {share(wrong, len(accepted))} |"
    )


def share(count: int, among: int) -> str:
    """Return a share with its exact interval, in percent."""
    if not among:
        return "-"
    interval = binomtest(count, among).proportion_ci(0.95, method="exact")
    low, high = 100 * float(interval.low), 100 * float(interval.high)
    return f"{100 * count / among:.1f} ({low:.1f} to {high:.1f})"


def _pairs(judged: Sequence[Judged]) -> list[tuple[float, bool]]:
    return [(each.share, each.is_right) for each in judged]
