"""A candidate turned into features. Pure."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from inkwell_extract.labels.known import (
    DUE_DATE,
    ISSUE_DATE,
    OTHER_DOCUMENT,
    TOTAL,
    VENDOR,
)
from inkwell_extract.labels.label import Kind, KnownField
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import Row
from inkwell_extract.patterns import contains
from inkwell_extract.propose.candidate import Candidate, Heard, Proposer
from inkwell_extract.propose.words import NUMBERS
from inkwell_extract.score.facts import Facts, has_lost_mark
from inkwell_extract.score.features import Features, vector
from inkwell_extract.score.sellers import of_name
from inkwell_extract.values.amounts import looks_like_money
from inkwell_extract.values.folding import fold, letters_and_digits

_FAINT: Final = 0.6
"""Confidence of OCR below which a word is as likely misread."""

_TIME: Final = r"^\W*\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\W*(?:am|pm)?\W*$"


@dataclass(frozen=True, slots=True)
class Rivalry:
    """A field, and all that it may be in one document.

    Attributes:
        kind: of its values.
        known: the known field that it is, or None.
        candidates: all of them.
        places: those of them that the page itself proposes, wherever they stand.
        letters: letters and digits of all values, where they are text.
        amounts: of the places, each once, the smallest first.
    """

    kind: Kind
    known: KnownField | None
    candidates: tuple[Candidate, ...]
    places: tuple[Candidate, ...]
    letters: frozenset[str]
    amounts: tuple[Decimal, ...]

    @classmethod
    def of(cls, kind: Kind, known: KnownField | None, candidates: Sequence[Candidate]) -> "Rivalry":
        """Look at all candidates of a field once."""
        places = tuple(
            c for c in candidates if c.proposer is Proposer.PAGE and c.heard is not Heard.ALONE
        )
        is_text = kind is Kind.TEXT
        letters = frozenset(letters_and_digits(str(c.value)) for c in candidates if is_text)
        amounts = {c.amount for c in places if c.amount is not None}
        return cls(kind, known, tuple(candidates), places, letters, tuple(sorted(amounts)))


def describe(candidate: Candidate, rivalry: Rivalry, facts: Facts, layout: Layout) -> Features:
    """Return the features of a candidate among its rivals for the same field."""
    kind, known = rivalry.kind, rivalry.known
    found = _announcement(candidate, rivalry)
    match kind:
        case Kind.NUMBER | Kind.INTEGER:
            found |= _of_amount(candidate, known, facts)
            found["rank"] = _rank(candidate, rivalry)
        case Kind.DATE:
            found |= _of_date(candidate, rivalry)
        case Kind.CURRENCY:
            found |= _of_currency(candidate, rivalry, facts)
        case Kind.TEXT if known is VENDOR:
            found |= of_name(candidate, rivalry.candidates, facts)
        case Kind.TEXT:
            pass
    found["late"] = _lateness(candidate, known, facts)
    words = [span.row.words[index] for span in candidate.spans for index in span.words]
    is_bare = candidate.proposer is Proposer.PAGE and kind in NUMBERS
    same = float(candidate.heard is Heard.SAME and not is_bare)
    # That both read the letters of a name alike says nothing of whose name it is.
    found["same_heard"] = same / 2 if kind is Kind.TEXT else same
    found["other_heard"] = float(candidate.heard is Heard.OTHER)
    found["alone_heard"] = float(candidate.heard is Heard.ALONE)
    found["faint"] = float(any(word.confidence < _FAINT for word in words))
    own = fold(candidate.raw) if kind is Kind.TEXT else ""
    return Features(vector(found), *_surroundings(candidate, layout), own)


def _announcement(candidate: Candidate, rivalry: Rivalry) -> dict[str, float]:
    kind, known = rivalry.kind, rivalry.known
    clue = candidate.clue
    return {
        "pattern": float(candidate.proposer is Proposer.PATTERN),
        "cut_short": float(kind is Kind.TEXT and _is_cut_short(candidate, rivalry)),
        "model_only": float(candidate.proposer is Proposer.MODEL),
        "goes_on": float(candidate.goes_on),
        "summed": float(candidate.proposer is Proposer.SUM),
        "in_a_sentence": float(
            kind in {Kind.TEXT, Kind.DATE}
            and (candidate.in_a_sentence or (clue is not None and clue.in_a_sentence))
        ),
        "announced": float(clue is not None),
        "label": clue.weight if clue else 0.0,
        "beside": float(clue is not None and clue.is_beside),
        "gap": clue.gap if clue else 0.0,
        "other_field": float(_is_of_another(candidate, kind, known)),
    }


def _is_cut_short(candidate: Candidate, rivalry: Rivalry) -> bool:
    """Say whether another candidate begins with a number and goes on."""
    own = letters_and_digits(str(candidate.value))
    return any(other != own and other.startswith(own) for other in rivalry.letters)


def _is_of_another(candidate: Candidate, kind: Kind, known: KnownField | None) -> bool:
    """Say whether the words before a value make it another field's or document's.

    Words beside labels were looked at where the labels were found.
    """
    if candidate.of_other:
        return True
    if candidate.clue is not None or not candidate.spans or kind is not Kind.DATE:
        return False
    if candidate.proposer is Proposer.PATTERN:
        return False
    text = _cell_before(candidate)
    if contains(OTHER_DOCUMENT, text):
        return True
    if known is not ISSUE_DATE:
        return False
    return contains(known.but_not, text) or any(
        contains(label.pattern, text) for label in DUE_DATE.labels
    )


def _of_amount(candidate: Candidate, known: KnownField | None, facts: Facts) -> dict[str, float]:
    amount = candidate.amount
    if amount is None or candidate.proposer is Proposer.PATTERN:
        return {}
    is_money = candidate.proposer is Proposer.SUM or looks_like_money(candidate.raw)
    has_decimals = any(mark in candidate.raw for mark in ".,")
    found = {
        "unannounced": float(candidate.proposer is Proposer.PAGE),
        "money": float(is_money),
        "bare": float(not is_money),
        "odd_format": float(facts.has_decimals and not has_decimals and not is_money),
        "lost_mark": float(has_lost_mark(candidate.raw, facts)),
        "negative": float(amount < 0),
        "zero": float(amount == 0),
    }
    if known is TOTAL:
        found |= {
            "below_larger": float(facts.largest is not None and facts.largest > amount),
            "settled": float(facts.is_settled(amount)),
            "unsettled": float(facts.has_change and not facts.is_settled(amount)),
            "rounded": float(facts.is_rounded(amount)),
            "before_rounding": float(facts.is_before_rounding(amount)),
            "left_to_pay": float(facts.is_left_to_pay(amount)),
            "before_payment": float(facts.is_before_payment(amount)),
            "items_sum": float(facts.items == amount),
        }
    return found


def _rank(candidate: Candidate, rivalry: Rivalry) -> float:
    """Return the share of the page's amounts that are below a candidate's, 0 to 1."""
    own = candidate.amount
    if own is None or not rivalry.amounts:
        return 0.0
    return bisect_left(rivalry.amounts, own) / len(rivalry.amounts)


def _of_date(candidate: Candidate, rivalry: Rivalry) -> dict[str, float]:
    known, places = rivalry.known, rivalry.places
    if candidate.proposer is Proposer.PATTERN or known is None:
        return {}
    is_issue = known is ISSUE_DATE
    return {
        "undated": float(is_issue and candidate.clue is None),
        "unannounced": float(not is_issue and candidate.clue is None),
        "timed": float(is_issue and _is_timed(candidate)),
        "first": float(is_issue and bool(places) and places[0].shares_words_with(candidate)),
        "only": float(is_issue and len({str(rival.value) for rival in places}) == 1),
    }


def _is_timed(candidate: Candidate) -> bool:
    span = candidate.spans[0]
    following = span.row.words[span.words.stop : span.words.stop + 2]
    return any(contains(_TIME, fold(word.text)) for word in following)


def _of_currency(candidate: Candidate, rivalry: Rivalry, facts: Facts) -> dict[str, float]:
    if candidate.clue is not None or candidate.proposer is Proposer.PATTERN:
        return {}
    places = rivalry.places
    same = sum(rival.value == candidate.value for rival in places)
    row = candidate.spans[0].row.index
    return {
        "frequent": same / max(len(places), 1),
        "beside_total": float(row in facts.total_rows),
    }


def _lateness(candidate: Candidate, known: KnownField | None, facts: Facts) -> float:
    if not candidate.spans:
        return 0.0
    share = candidate.spans[0].row.index / facts.rows
    return share if known is not None and known.is_last else 1.0 - share


def _surroundings(candidate: Candidate, layout: Layout) -> tuple[str, str]:
    """Return the words left of a candidate in its row, and those of the row above over it."""
    if not candidate.spans:
        return "", ""
    span = candidate.spans[0]
    left = " ".join(word.text for word in span.row.words[: span.words.start])
    above = layout.rows[span.row.index - 1] if span.row.index else None
    if above is None or above.page != span.row.page:
        return fold(left), ""
    box = span.box
    over = [w.text for w in above.words if w.box.right > box.left and w.box.left < box.right]
    return fold(left), fold(" ".join(over))


def _cell_before(candidate: Candidate) -> str:
    span = candidate.spans[0]
    row: Row = span.row
    start = row.cell_start(span.words.start)
    return fold(" ".join(word.text for word in row.words[start : span.words.start]))
