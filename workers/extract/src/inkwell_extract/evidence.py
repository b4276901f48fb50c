"""Finds values again in the words of the document, whoever proposed them. Pure.

Exact words are looked for first, then the same number, date, currency or letters written in
another way, then words that differ in little (a misread letter). What is not found so is
ungrounded. What is found where the document can be read in another way, is ambiguous.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from statistics import fmean
from typing import Any, Final, TypeVar

from inkwell_api.document import UNGROUNDED, Area, Evidence, Match
from inkwell_extract.labels.known import CURRENCY, VAT_NUMBER, VENDOR, known_field
from inkwell_extract.labels.label import Kind
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import Span, box_around
from inkwell_extract.values.amounts import parse_amount
from inkwell_extract.values.beside import label_rank
from inkwell_extract.values.conventions import Conventions, find_conventions
from inkwell_extract.values.fields import as_date, as_decimal
from inkwell_extract.values.folding import letters_and_digits
from inkwell_extract.values.identifiers import is_broken_iban, is_broken_tax_number
from inkwell_extract.values.occurrences import Occurrence, currencies_in, dates_in, numbers_in
from inkwell_extract.values.reading import Reading
from inkwell_extract.values.shapes import is_apart
from inkwell_extract.values.symbols import CODES
from inkwell_extract.values.wording import Wording

T = TypeVar("T")
Path = Sequence[str | int]

_MAX_VALUE_LENGTH: Final = 400
_MAX_PLACES: Final = 200
"""Places of one value that are compared by the labels around them."""

_PLAIN_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_MORE_OF_A_NUMBER: Final = re.compile(r"[^\W_]|[./_-][^\W_]")


class Evidences:
    """The words of one document, ready to be searched for many values."""

    def __init__(self, layout: Layout, conventions: Conventions | None = None) -> None:
        """Index words, numbers and dates once.

        Args:
            layout: the document.
            conventions: how it writes numbers and dates, where somebody found that out already.
        """
        self._layout = layout
        self._conventions = conventions or find_conventions(layout)
        self._wording = Wording(layout)
        self._numbers: dict[Decimal, list[Occurrence[Decimal]]] = {}
        self._dates: dict[date, list[Occurrence[date]]] = {}
        self._currencies: dict[str, list[Occurrence[str]]] = {}
        self._last_rows: dict[tuple[str, ...], tuple[int, int]] = {}
        self._ranks: dict[tuple[int, range, str], int] = {}
        for row in layout.rows:
            _add(self._numbers, numbers_in(row, self._conventions))
            _add(self._dates, dates_in(row, self._conventions))
            _add(self._currencies, currencies_in(row, self._conventions))

    def find(self, value: Any, near: Sequence[Span] = (), path: Path = ()) -> Evidence:
        """Return where a value stands, or `UNGROUNDED`.

        Args:
            value: a JSON scalar. Booleans and null stand nowhere.
            near: where it was read, if that is known; a better match elsewhere does not count.
            path: names and indices that lead to it in the result. Of many places the one beside
                its field's label is taken; of an array, the items follow one another down the page.
        """
        if near:
            return self._at(value, near, path)
        if isinstance(value, bool) or value is None:
            return UNGROUNDED
        number = as_decimal(value)
        if number is not None:
            return self._typed(self._numbers.get(number, ()), str(value), path)
        text = " ".join(str(value).split())
        if not text or len(text) > _MAX_VALUE_LENGTH:
            return UNGROUNDED
        found = self._find_text(text, path)
        return _weakened(found) if _is_broken(text, path) else found

    def _at(self, value: Any, spans: Sequence[Span], path: Path) -> Evidence:
        """Return the evidence of a value that was read from some words."""
        text = " ".join(span.text for span in spans)
        found = _evidence(spans, _match(str(value), text, path))
        is_doubtful = (
            self._is_ambiguous(value, tuple(spans), path)
            or _is_broken(str(value), path)
            or (_known_identifier(path) and _goes_on(str(value), spans))
        )
        return _weakened(found) if is_doubtful else found

    def _is_ambiguous(self, value: Any, spans: Sequence[Span], path: Path) -> bool:
        """Say whether the words that a value was read from can mean another one too."""
        bare = " ".join(span.text for span in spans).strip(" ,;:#")
        number = as_decimal(value)
        if number is None and _kind(path) is Kind.NUMBER and _PLAIN_NUMBER.fullmatch(str(value)):
            number = Decimal(value)
        if number is not None:
            here = [p for p in self._numbers.get(number, ()) if spans == (p.span,)]
            return _is_open(self._conventions.read_amount(bare)) or any(
                not place.is_certain for place in here
            )
        if as_date(value) is not None:
            return _is_open(self._conventions.read_date(bare))
        return value in CODES and _is_open(self._conventions.read_currency(bare))

    def _find_text(self, text: str, path: Path) -> Evidence:
        if text in CODES and (not path or _names_currency(path)):
            # Three capitals that are a word elsewhere on the page are no evidence of a currency.
            return self._typed(self._currencies.get(text, ()), text, path)
        if _kind(path) is Kind.NUMBER and _PLAIN_NUMBER.fullmatch(text):
            return self._typed(self._numbers.get(Decimal(text), ()), text, path)
        exact = self._best([(span,) for span in self._wording.same_words(text)], path)
        if exact is not None:
            return _evidence(exact, Match.EXACT)
        return self._find_in_another_form(text, path)

    def _find_in_another_form(self, text: str, path: Path) -> Evidence:
        day = as_date(text)
        if day is not None:
            return self._typed(self._dates.get(day, ()), text, path)
        if _PLAIN_NUMBER.fullmatch(text) and not _known_identifier(path):
            found = self._typed(self._numbers.get(Decimal(text), ()), text, path)
            if found is not UNGROUNDED:
                return found
        if parse_amount(text) is not None and not _is_identifier(text, path):
            # A number that nearly stands there is another one.
            return UNGROUNDED
        spans = self._best(list(self._wording.same_letters(text)), path)
        if spans is not None:
            return _evidence(spans, Match.NORMALISED)
        # Of an identifier, one character apart is somebody else's number.
        similar = None if _is_identifier(text, path) else self._wording.similar_words(text)
        if similar is None or not _may_be_misread(similar):
            return UNGROUNDED
        return _evidence((similar,), Match.FUZZY)

    def _typed(self, places: Sequence[Occurrence[T]], text: str, path: Path) -> Evidence:
        """Return the evidence of a number, date or currency among the places that may mean it."""
        certain = [place for place in places if place.is_certain]
        exact = [place for place in certain if place.span.text == text]
        shortest = sorted(certain or places, key=lambda place: len(place.span.words))
        spans = self._best([(place.span,) for place in (*exact, *shortest)], path)
        if spans is None:
            return UNGROUNDED
        is_exact = any(place.span == spans[0] for place in exact)
        found = _evidence(spans, Match.EXACT if is_exact else Match.NORMALISED)
        return found if certain else _weakened(found)

    def _best(self, places: Sequence[tuple[Span, ...]], path: Path) -> tuple[Span, ...] | None:
        """Return the place beside or under the label of the field, the first of equally good ones.

        Of an item of an array it is one below the row of the item before, where there is one.
        """
        best = places[0] if places else None
        if len(places) > 1 and path:
            item, row = self._last_rows.get(_property(path), (-1, -1))
            below = [p for p in places if p[0].row.index > row] if _item(path) > item >= 0 else ()
            nearest = (below or places)[:_MAX_PLACES]
            best = min(nearest, key=lambda spans: self._label_rank(spans[0], _name(path)))
        if best is not None and _item(path) >= 0:
            self._last_rows[_property(path)] = (_item(path), best[0].row.index)
        return best

    def _label_rank(self, span: Span, name: str) -> int:
        key = (span.row.index, span.words, name)
        if key not in self._ranks:
            self._ranks[key] = label_rank(self._layout, span, name)
        return self._ranks[key]


def _add(index: dict[T, list[Occurrence[T]]], found: Iterable[Occurrence[T]]) -> None:
    for occurrence in found:
        index.setdefault(occurrence.value, []).append(occurrence)


def _evidence(spans: Sequence[Span], match: Match) -> Evidence:
    """Return evidence of words: an area on each page that they stand on."""
    words = [span.row.words[index] for span in spans for index in span.words]
    areas = [
        Area(page, box_around([span.row.words[i] for span in group for i in span.words]))
        for page, group in groupby(spans, key=lambda span: span.row.page)
    ]
    return Evidence(
        match=match,
        page=areas[0].page,
        box=areas[0].box,
        text=" ".join(word.text for word in words),
        confidence=round(fmean(word.confidence for word in words), 4),
        further=tuple(areas[1:]),
    )


def _match(value: str, text: str, path: Path) -> Match:
    """Return how a value goes with the words that it was read from.

    Of a seller, letters that were misread may have been mended.
    """
    if text == value:
        return Match.EXACT
    is_mended = letters_and_digits(value) not in letters_and_digits(text)
    return Match.FUZZY if is_mended and known_field(_name(path)) is VENDOR else Match.NORMALISED


def _may_be_misread(span: Span) -> bool:
    """Say whether words were recognised: those of a text layer are what they are."""
    return any(span.row.words[index].confidence < 1.0 for index in span.words)


def _is_open(reading: Reading[T] | None) -> bool:
    return reading is not None and reading.is_ambiguous


def _weakened(found: Evidence) -> Evidence:
    return found if found is UNGROUNDED else replace(found, match=Match.AMBIGUOUS)


def _name(path: Path) -> str:
    """Return the property that a path leads to."""
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def _property(path: Path) -> tuple[str, ...]:
    """Return the path of a property of all items of an array."""
    return tuple(part for part in path if isinstance(part, str))


def _item(path: Path) -> int:
    """Return which item of an array a path leads to, or -1 for none."""
    return next((part for part in reversed(path) if isinstance(part, int)), -1)


def _kind(path: Path) -> Kind | None:
    known = known_field(_name(path))
    return known.kind if known is not None else None


def _names_currency(path: Path) -> bool:
    return known_field(_name(path)) is CURRENCY or "currency" in _name(path).lower()


def _is_identifier(text: str, path: Path) -> bool:
    """Say whether a text is a number given by someone: one character apart it is another's."""
    if _known_identifier(path):
        return True
    digits = sum(map(str.isdigit, text))
    return digits > 0 and (" " not in text or digits >= sum(map(str.isalpha, text)))


def _known_identifier(path: Path) -> bool:
    known = known_field(_name(path))
    return known is not None and known.is_identifier


def _goes_on(value: str, spans: Sequence[Span]) -> bool:
    """Say whether a number is cut: more of it stands in its word, or closely behind it."""
    row, last = spans[-1].row, spans[-1].words[-1]
    text = " ".join(span.text for span in spans)
    start = text.find(value)
    if start >= 0 and _MORE_OF_A_NUMBER.match(text, start + len(value)):
        return True
    following = last + 1
    return (
        value[-1:].isdigit()
        and following < len(row.words)
        and row.words[following].text.isdigit()
        and not is_apart(row, following)
    )


def _is_broken(text: str, path: Path) -> bool:
    """Say whether a check digit says that a number was misread, or never was one."""
    is_tax_number = known_field(_name(path)) is VAT_NUMBER
    return is_broken_iban(text) or (is_tax_number and is_broken_tax_number(text))
