"""How a document writes what can be read in two ways: decimal mark, dates, currency. Pure.

A document is taken as a whole: what can be read in one way only says how to read the rest, then
who wrote it. What neither settles stays open, and every reading says so (`Reading.is_ambiguous`).
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar

from inkwell_extract.page.layout import Layout
from inkwell_extract.values.amounts import DecimalMark, find_decimal_mark, read_amount
from inkwell_extract.values.currencies import meanings, normal_spelling, spellings
from inkwell_extract.values.dates import DateOrder, plain_order, read_date
from inkwell_extract.values.numbered import called_numbers
from inkwell_extract.values.reading import Reading, reading_of
from inkwell_extract.values.standing import standing_spellings
from inkwell_extract.values.symbols import TERSE, currencies_of, decimals_of
from inkwell_extract.values.witnesses import Witnesses, find_witnesses

V = TypeVar("V")

_MARKS: Final = "()[]{}:;,=*| "
_MAY_NAME_CURRENCY: Final = re.compile(r"[^\W\d_]|[^\w\s.,:'()+-]")
_AMERICAN: Final = DateOrder.MONTH_FIRST
"""Who writes dates so that they can only be read with the month first, pays in that dollar."""

_STRONG: Final = 3
"""Weight of a country that more than an address speaks for."""

_CURRENCIES_OF_EITHER_ORDER: Final = frozenset(
    ["USD", "CAD", "PHP", "JPY", "CNY", "KRW", "TWD", "HKD", "KES", "GHS", "PAB"]
)
_COUNTRY_OF_LANGUAGE: Final = {"sv": "SE", "da": "DK", "nb": "NO", "ro": "RO"}
"""For currencies that countries of different languages call alike."""


@dataclass(frozen=True, slots=True)
class Conventions:
    """How this document writes what can be read in two ways; what is None is not settled.

    Attributes:
        decimal_mark: of its amounts.
        date_order: of its dates of numbers.
        likely_order: what to take first where `date_order` is open.
        currency: what its amounts are in (ISO 4217), where there is one alone.
        currencies: by spelling, what each that stands for a currency here may mean, likeliest
            first. None, for a text without a document, takes each spelling as it is.
        numbers: words of eight digits that a label calls a number: they are no dates.
    """

    decimal_mark: DecimalMark | None = None
    date_order: DateOrder | None = None
    likely_order: DateOrder = DateOrder.DAY_FIRST
    currency: str | None = None
    currencies: Mapping[str, tuple[str, ...]] | None = None
    numbers: frozenset[str] = frozenset()

    def read_amount(self, text: str) -> Reading[Decimal] | None:
        """Return the number that a text is here, or None."""
        own = self.read_currency(text) if _MAY_NAME_CURRENCY.search(text) else None
        settled = own.value if own is not None and not own.is_ambiguous else self.currency
        return read_amount(text, self.decimal_mark, settled)

    def read_date(self, text: str) -> Reading[date] | None:
        """Return the date that a text is here, or None."""
        if text.strip(_MARKS) in self.numbers:
            return None
        return read_date(text, self.date_order, self.likely_order)

    def read_currency(self, text: str) -> Reading[str] | None:
        """Return the first currency (ISO 4217) that a text names here, or None."""
        known = self.currencies
        if known is None:
            named = next(spellings(text), None)
            return None if named is None else reading_of(meanings(named))
        alone = normal_spelling(text.strip(_MARKS))
        found = next((s for s in (alone, *spellings(text)) if s in known), None)
        return None if found is None else reading_of(known[found])


def find_conventions(layout: Layout) -> Conventions:
    """Return how the document writes what can be read in two ways."""
    words = [word.text for row in layout.rows for word in row.words]
    witnesses = find_witnesses(layout)
    standing = standing_spellings(layout)
    plain = Counter(order for order in map(plain_order, words) if order is not None)
    if _prevailing(plain) is _AMERICAN:
        witnesses.countries["US"] += 1
    currencies = _settled(standing, witnesses)
    currency = _only(standing, currencies)
    mark = find_decimal_mark(words, decimals_of(currency) if currency else 2)
    is_dollar = any("USD" in codes for codes in currencies.values())
    order = _order(plain, witnesses, currencies)
    if order is None and mark is DecimalMark.COMMA and not plain:
        # Who puts the month first has a decimal point.
        order = DateOrder.DAY_FIRST
    return Conventions(
        decimal_mark=mark or witnesses.decimal_mark,
        date_order=order,
        likely_order=DateOrder.MONTH_FIRST if is_dollar else DateOrder.DAY_FIRST,
        currency=currency,
        currencies=currencies,
        numbers=called_numbers(layout),
    )


def _order(
    plain: Counter[DateOrder], witnesses: Witnesses, currencies: Mapping[str, tuple[str, ...]]
) -> DateOrder | None:
    """Return the order of the dates: as plain ones have it, else as the writer's country has it."""
    if plain:
        return _prevailing(plain)
    codes = {code for each in currencies.values() for code in each}
    strongest = max(witnesses.countries.values(), default=0)
    is_abroad = "USD" in codes and strongest < _STRONG and not _pays(witnesses, codes)
    if is_abroad and not witnesses.is_foreign:
        # A bill in dollars to somewhere else: the only country that it names is the customer's.
        return None
    order = witnesses.date_order(codes)
    if order is not None or witnesses.likely_countries:
        return order
    return DateOrder.DAY_FIRST if codes and not codes & _CURRENCIES_OF_EITHER_ORDER else None


def _pays(witnesses: Witnesses, codes: set[str]) -> bool:
    """Say whether one of the likely countries pays in one of the currencies."""
    return any(currencies_of(country) & codes for country in witnesses.likely_countries)


def _settled(standing: Counter[str], witnesses: Witnesses) -> dict[str, tuple[str, ...]]:
    """Return what each spelling means, as far as the document says it; most frequent first."""
    stated = {meanings(spelling)[0] for spelling in standing if len(meanings(spelling)) == 1}
    sure = {code for spelling in standing for code in meanings(spelling) if spelling not in TERSE}
    home = _COUNTRY_OF_LANGUAGE.get(witnesses.language, "")
    countries = witnesses.likely_countries or ({home} if home else set())
    local = {code for country in countries for code in currencies_of(country)}
    settled: dict[str, tuple[str, ...]] = {}
    for spelling, _ in standing.most_common():
        codes = meanings(spelling)
        known = sure | local
        if spelling in TERSE and known and not known.intersection(codes):
            # Tills print such letters behind an amount for the rate of its tax.
            continue
        for witness in (stated, local):
            said = tuple(code for code in codes if code in witness)
            if len(codes) > 1 and said:
                codes = said
        settled[spelling] = codes
    return settled


def _only(standing: Counter[str], currencies: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return the currency of the amounts, if all that is settled names it, or most of it does."""
    votes: Counter[str] = Counter()
    for spelling, codes in currencies.items():
        if len(codes) == 1:
            votes[codes[0]] += standing[spelling]
    return _prevailing(votes)


def _prevailing(votes: Counter[V]) -> V | None:
    """Return what has at least twice the votes of anything else."""
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] < 2 * ranked[1][1]):
        return None
    return ranked[0][0]
