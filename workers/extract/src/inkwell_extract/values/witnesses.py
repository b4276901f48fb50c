"""What a document says of the country and the language of who wrote it. Pure.

Each witness is weak by itself, and a customer's address speaks as loudly as a seller's; so they
are counted, and what they say counts only where they agree or one side is twice as strong.
"""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError

from inkwell_extract.page.layout import Layout
from inkwell_extract.patterns import compiled
from inkwell_extract.values.amounts import DecimalMark
from inkwell_extract.values.countries import (
    COUNTRIES,
    DIALLING_CODES,
    DOMAIN,
    EITHER_ORDER,
    LANGUAGES,
    MARKS,
    MONTH_FIRST,
    OTHER_TAXES,
    PHONE,
    WORLDWIDE,
    YEAR_FIRST,
    YEAR_FIRST_LANGUAGES,
)
from inkwell_extract.values.dates import DateOrder
from inkwell_extract.values.folding import fold
from inkwell_extract.values.identifiers import countries_of_identifiers
from inkwell_extract.values.symbols import currencies_of

_MAX_TEXT: Final = 200_000
"""Characters that are looked at; a seller says who they are on the first pages."""

_IDENTIFIER: Final = 3
_SIGN: Final = 2
_NAME: Final = 1
_WORD: Final = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_WORDS_OF_A_NAME: Final = 3
_LEAST_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Who seems to have written a document.

    Attributes:
        countries: how much speaks for each (ISO 3166-1, two letters).
        language: ISO 639-1, or empty when no language has the most words.
        has_tax_of_others: whether it names a tax that the United States do not have.
    """

    countries: Counter[str]
    language: str = ""
    has_tax_of_others: bool = False

    @property
    def is_foreign(self) -> bool:
        """Whether the language is none that puts the month first anywhere."""
        return self.language not in {"", "en"}

    @property
    def likely_countries(self) -> frozenset[str]:
        """The countries that nothing else outweighs by two to one."""
        most = max(self.countries.values(), default=0)
        return frozenset(c for c, weight in self.countries.items() if weight * 2 > most)

    def date_order(self, codes: Collection[str]) -> DateOrder | None:
        """Return the order of days and months there, if all agree.

        Args:
            codes: currencies of the document (ISO 4217); countries that pay in one of them count
                before others.
        """
        if self.is_foreign:
            has_year_first = self.language in YEAR_FIRST_LANGUAGES
            return DateOrder.YEAR_FIRST if has_year_first else DateOrder.DAY_FIRST
        likely = self.likely_countries
        if likely:
            at_home = {country for country in likely if currencies_of(country) & set(codes)}
            orders = {_order_of(country) for country in at_home or likely}
            return orders.pop() if len(orders) == 1 else None
        return DateOrder.DAY_FIRST if self.has_tax_of_others else None

    @property
    def decimal_mark(self) -> DecimalMark | None:
        """The decimal mark there, if all agree."""
        marks = {_mark_of(self.language, country) for country in self.likely_countries}
        if not marks and self.language not in {"", "en", "es"}:
            # English and Spanish are written with both marks.
            marks = {_mark_of(self.language, "")}
        return marks.pop() if len(marks) == 1 else None


def find_witnesses(layout: Layout) -> Witnesses:
    """Return what a document says of who wrote it."""
    text = layout.text[:_MAX_TEXT]
    countries = countries_of_identifiers(text, _IDENTIFIER)
    for country, pattern in MARKS:
        if compiled(pattern).search(text):
            countries[country] += _SIGN
    for code in _addresses(text):
        countries[code] += _SIGN
    for code in _named_countries(text):
        countries[code] = max(countries[code], _NAME)
    return Witnesses(countries, _language(text), compiled(OTHER_TAXES).search(text) is not None)


def _language(text: str) -> str:
    """Return the language with the most words, if it has twice as many as any other."""
    words = Counter(fold(text).split())
    counts = Counter({name: sum(words[w] for w in known) for name, known in _folded().items()})
    (first, most), (_, second) = counts.most_common(2)
    return first if most >= _LEAST_WORDS and most >= 2 * second else ""


@cache
def _folded() -> dict[str, frozenset[str]]:
    return {language: frozenset(fold(words).split()) for language, words in LANGUAGES.items()}


def _addresses(text: str) -> frozenset[str]:
    """Return the countries of the telephone numbers and domains of a text."""
    phones = (DIALLING_CODES[m.group(1)] for m in compiled(PHONE).finditer(text))
    domains = (m.group(1).upper() for m in compiled(DOMAIN).finditer(text))
    named = {"GB" if domain == "UK" else domain for domain in domains}
    return frozenset({*phones, *(named & set(COUNTRIES.values()) - WORLDWIDE)})


def _named_countries(text: str) -> frozenset[str]:
    """Return the countries whose names stand in a text, with a capital letter."""
    words = _WORD.findall(text)
    return frozenset(
        COUNTRIES[name]
        for first, word in enumerate(words)
        if word[0].isupper()
        for count in range(1, _WORDS_OF_A_NAME + 1)
        if (name := " ".join(words[first : first + count]).casefold()) in COUNTRIES
    )


def _order_of(country: str) -> DateOrder | None:
    if country in EITHER_ORDER:
        return None
    if country in YEAR_FIRST:
        return DateOrder.YEAR_FIRST
    return DateOrder.MONTH_FIRST if country in MONTH_FIRST else DateOrder.DAY_FIRST


@lru_cache(maxsize=512)
def _mark_of(language: str, country: str) -> DecimalMark | None:
    """Return the decimal mark of a country, in the language of the document if it is one there."""
    for name in (f"{language}_{country}", f"und_{country}", language):
        try:
            symbols = Locale.parse(name).number_symbols
        except (UnknownLocaleError, ValueError):
            continue
        decimal = symbols["latn"]["decimal"]
        return DecimalMark(decimal) if decimal in set(DecimalMark) else None
    return None
