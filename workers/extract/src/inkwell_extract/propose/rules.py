"""The engine Rules: patterns and labels.

The tenant's patterns come first, then labels of known fields, then the field's own name.
Pure: the same pages, schema and rules give the same fields.
"""

from collections.abc import Sequence
from typing import Final

from inkwell_api.pipeline import FieldRule
from inkwell_extract.labels.known import (
    CURRENCY,
    ISSUE_DATE,
    SUBTOTAL,
    TAX,
    TOTAL,
    VENDOR,
    known_field,
)
from inkwell_extract.labels.label import Kind, KnownField, Label
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import Span
from inkwell_extract.patterns import compiled
from inkwell_extract.propose.candidates import Candidate, Found, Search
from inkwell_extract.propose.vendor import find_vendor
from inkwell_extract.values.conventions import find_conventions
from inkwell_extract.values.fields import WantedField
from inkwell_extract.values.folding import fold

_MAX_MATCHES: Final = 50
"""Matches of a tenant's pattern that are looked at; the first that reads as the field's type
wins."""

_MAX_SUMS: Final = 40
_CENT: Final = 0.011
_CONSISTENT: Final = 0.75
"""What it adds to a total when a net sum and a tax on the page add up to it."""


class Rules:
    """Reads the fields of one document."""

    def __init__(self, layout: Layout, rules: Sequence[FieldRule]) -> None:
        """Look at the document once for all fields."""
        self._layout = layout
        self._patterns = {rule.field: tuple(rule.patterns) for rule in rules}
        self.conventions = find_conventions(layout)
        self._search = Search(layout, self.conventions)

    def find(self, field: WantedField) -> Found | None:
        """Return the value of a field, or None when nothing speaks for any."""
        own = self._by_patterns(field)
        if own is not None:
            return own
        known = known_field(field.name)
        if known is None:
            # Whoever wrote patterns for a field of their own means these and no others.
            return None if field.name in self._patterns else self._by_own_name(field)
        if known is CURRENCY:
            return self._currency(field)
        candidates = self._search.candidates(field, known)
        if known is TOTAL:
            candidates = self._prefer_sums(candidates)
        if known is VENDOR:
            return find_vendor(self._layout, candidates)
        if not candidates and known is ISSUE_DATE:
            return self._first_date(field)
        return _found(candidates)

    def _by_patterns(self, field: WantedField) -> Found | None:
        """Try the tenant's patterns, in order."""
        for pattern in self._patterns.get(field.name, ()):
            for number, match in enumerate(compiled(pattern).finditer(self._layout.text)):
                if number == _MAX_MATCHES:
                    break
                group = 1 if match.re.groups else 0
                text = match.group(group)
                value = field.read(text, self.conventions) if text else None
                if value is not None:
                    return Found(value, tuple(self._layout.locate(*match.span(group))))
        return None

    def _by_own_name(self, field: WantedField) -> Found | None:
        """Take the property's title and name for labels."""
        spellings = {fold(field.title), fold(field.name.replace("_", " "))} - {""}
        labels = tuple(
            Label(r"\b" + r"[\s_-]*".join(map(_escape, spelling.split())) + r"\b", 1.0)
            for spelling in sorted(spellings)
        )
        is_identifier = field.name.endswith(("_number", "_no", "_id", "_nr"))
        own = KnownField(frozenset(), field.kind, labels, is_identifier=is_identifier)
        return _found(self._search.candidates(field, own))

    def _prefer_sums(self, candidates: list[Candidate]) -> list[Candidate]:
        """Put the candidates first that a net sum and a tax of the document add up to."""
        net = self._amounts(SUBTOTAL)
        tax = self._amounts(TAX)
        sums = [a + b for a in net[:_MAX_SUMS] for b in tax[:_MAX_SUMS] if b]
        return sorted(
            candidates,
            key=lambda c: -c.score - (_CONSISTENT if _is_near(float(c.value), sums) else 0.0),
        )

    def _amounts(self, known: KnownField) -> list[float]:
        field = WantedField("", "", Kind.NUMBER, is_text=False)
        return list({float(c.value): None for c in self._search.candidates(field, known)})

    def _currency(self, field: WantedField) -> Found | None:
        """Take the currency that is stated, or stands beside the total, or is most frequent."""
        stated = self._search.candidates(field, CURRENCY)
        if stated:
            return _found(stated)
        total = WantedField("total", "", Kind.NUMBER, is_text=False)
        for candidate in self._prefer_sums(self._search.candidates(total, TOTAL))[:1]:
            row = candidate.span.row
            for index in _outwards(candidate.span.words, len(row.words)):
                value = field.read(row.words[index].text, self.conventions)
                if value is not None:
                    return Found(value, (Span(row, range(index, index + 1)),))
        return self._most_frequent_currency(field)

    def _most_frequent_currency(self, field: WantedField) -> Found | None:
        seen: dict[str, list[Span]] = {}
        for row in self._layout.rows:
            for index, word in enumerate(row.words):
                code = field.read(word.text, self.conventions)
                if code is not None:
                    seen.setdefault(str(code), []).append(Span(row, range(index, index + 1)))
        if not seen:
            return None
        code, spans = max(seen.items(), key=lambda item: len(item[1]))
        return Found(code, (spans[0],))

    def _first_date(self, field: WantedField) -> Found | None:
        """Take the first date of the first page when nothing is called a date."""
        anything = KnownField(frozenset(), Kind.DATE, (Label(r"^", 1.0),))
        for row in self._layout.rows:
            if row.page > 1:
                break
            for words in self._search.values_of(row, field, anything):
                span = Span(row, words)
                value = field.read(span.text, self.conventions)
                if value is not None:
                    return Found(value, (span,))
        return None


def _found(candidates: Sequence[Candidate]) -> Found | None:
    return Found(candidates[0].value, (candidates[0].span,)) if candidates else None


def _is_near(value: float, sums: Sequence[float]) -> bool:
    return any(abs(value - total) < _CENT for total in sums)


def _outwards(words: range, count: int) -> list[int]:
    """Return the indices of a row's words, those of `words` first, then ever farther ones."""
    middle = (words.start + words.stop - 1) / 2
    return sorted(range(count), key=lambda index: (index not in words, abs(index - middle)))


def _escape(text: str) -> str:
    return "".join(c if c.isalnum() else "\\" + c for c in text)
