"""From corrected documents to a scorer: cross-validation, calibration, the last fit. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from inkwell_extract.score.calibration import Calibration
from inkwell_extract.score.learned.ranker import LearnedScorer
from inkwell_extract.train.calibrating import calibrate
from inkwell_extract.train.examples import Case
from inkwell_extract.train.fitting import Linear, fit
from inkwell_extract.values.confirmed import ConfirmedSeller, ConfirmedSellers, counted

LEAST_DOCUMENTS: Final = 20
"""Corrected documents from which training begins: with fewer, figures say nothing."""

LEAST_LABELS: Final = 10
"""Documents with a right candidate of a field from which that field is learned."""

FOLDS: Final = 5


class TooFewDocuments(ValueError):
    """There is not enough to learn from."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A value of one document, by a scorer that had not seen the document's group.

    Attributes:
        document: place of the document among all.
        share: the value's share of the odds.
        is_right: whether it is right.
    """

    document: int
    share: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Trained:
    """What was learned, and how good it is.

    Attributes:
        models: by property.
        calibrations: by property; the thresholds are in them.
        judged: by property, what cross-validation by groups gave: of vendors never seen.
        seen: by property, what cross-validation by documents gave of vendors that were seen.
        sellers: names that people confirmed.
        by_rules: by property, how many values the rules alone have right in the same documents.
        documents: how many were learned from.
        groups: of how many vendors.
    """

    models: Mapping[str, Linear]
    calibrations: Mapping[str, Calibration]
    judged: Mapping[str, tuple[Judged, ...]]
    seen: Mapping[str, tuple[Judged, ...]]
    sellers: tuple[ConfirmedSeller, ...]
    by_rules: Mapping[str, int]
    documents: int
    groups: int


def train(cases: Sequence[Case], seed: int) -> Trained:
    """Learn from corrected documents; the same documents and seed give the same scorer.

    Raises:
        TooFewDocuments: fewer than `LEAST_DOCUMENTS`, of one group, or no field has
            `LEAST_LABELS`.
    """
    if len(cases) < LEAST_DOCUMENTS:
        raise TooFewDocuments(f"{len(cases)} documents; training needs {LEAST_DOCUMENTS} and more")
    groups = sorted({case.group for case in cases})
    if len(groups) < FOLDS:
        raise TooFewDocuments(f"documents of {len(groups)} groups; training needs {FOLDS} and more")
    models = learn(cases)
    if not models:
        raise TooFewDocuments(f"no field has its right value among candidates {LEAST_LABELS} times")
    of_group = [case.group for case in cases]
    judged = cross_validate(cases, folds(of_group, seed))
    by_document = folds([f"{number:08}" for number in range(len(cases))], seed)
    seen = cross_validate(cases, by_document)
    is_seen = _with_others_of_their_group(of_group, by_document)
    kept = {name: tuple(judged[name]) for name in models if judged.get(name)}
    rules = Counter(
        name for case in cases for name, _, right in case.shares(LearnedScorer({})) if right
    )
    return Trained(
        models={name: models[name] for name in kept},
        calibrations={
            name: calibrate([(each.share, each.is_right) for each in values])
            for name, values in kept.items()
        },
        judged=kept,
        seen={
            name: tuple(each for each in seen.get(name, ()) if each.document in is_seen)
            for name in kept
        },
        sellers=confirmed(cases),
        by_rules={name: rules[name] for name in kept},
        documents=len(cases),
        groups=len(groups),
    )


def learn(cases: Sequence[Case]) -> dict[str, Linear]:
    """Fit each field that has enough labels."""
    names = sorted({name for case in cases for name in case.examples})
    examples = {
        name: [case.examples[name] for case in cases if name in case.examples] for name in names
    }
    return {
        name: fit(each)
        for name, each in examples.items()
        if sum(example.is_right.any() for example in each) >= LEAST_LABELS
    }


def confirmed(cases: Sequence[Case]) -> tuple[ConfirmedSeller, ...]:
    """Return the sellers that people confirmed in corrected documents."""
    return counted(case.seller for case in cases if case.seller is not None)


def cross_validate(cases: Sequence[Case], fold_of: Sequence[int]) -> dict[str, list[Judged]]:
    """Return what is said of each document by what was learned from other folds alone.

    Of these are the scorer and the confirmed sellers.
    """
    judged: dict[str, list[Judged]] = {}
    for fold in range(FOLDS):
        rest = [case for case, own in zip(cases, fold_of, strict=True) if own != fold]
        scorer = LearnedScorer(learn(rest))
        sellers = ConfirmedSellers.of(confirmed(rest))
        for index, case in enumerate(cases):
            if fold_of[index] == fold:
                for name, share, right in case.knowing(sellers).shares(scorer):
                    judged.setdefault(name, []).append(Judged(index, share, right))
    return judged


def _with_others_of_their_group(groups: Sequence[str], fold_of: Sequence[int]) -> set[int]:
    """Return the places of documents of whose group other folds have documents too."""
    spread: dict[str, set[int]] = {}
    for group, fold in zip(groups, fold_of, strict=True):
        spread.setdefault(group, set()).add(fold)
    return {place for place, group in enumerate(groups) if len(spread[group]) > 1}


def folds(groups: Sequence[str], seed: int) -> list[int]:
    """Return the fold of each document: a group is in one, and folds are as even as can be."""
    counts = Counter(groups)
    drawn = [str(name) for name in np.random.default_rng(seed).permutation(sorted(counts))]
    filled = [0] * FOLDS
    fold_of: dict[str, int] = {}
    for group in sorted(drawn, key=lambda name: -counts[name]):
        fold_of[group] = min(range(FOLDS), key=lambda fold: filled[fold])
        filled[fold_of[group]] += counts[group]
    return [fold_of[group] for group in groups]
