"""Names of months in the languages of invoices, from CLDR by Babel. Pure."""

# ruff: noqa: RUF001 -- letters of other scripts

from collections.abc import Iterator
from typing import Final

from babel import Locale

from inkwell_extract.values.folding import fold

_LANGUAGES: Final = (
    *("en", "de", "de_AT", "fr", "nl", "it", "es", "pt", "ca", "ro", "pl", "cs", "sk", "sl", "hr"),
    *("hu", "sv", "da", "nb", "fi", "et", "lv", "lt", "tr", "el", "bg", "ru", "uk", "id", "ms"),
)
_ROMAN: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
"""Months of dates such as 3.IV.2024, in Poland, Hungary and Romania."""

_MORE: Final = {
    "sept": 9,
    "setiembre": 9,
    "mrz": 3,
    "janv": 1,
    "fev": 2,
    "aout": 8,
    "juill": 7,
    "maj": 5,
    "kvetna": 5,
    **{numeral: number for number, numeral in enumerate(_ROMAN, start=1)},
}
"""Spellings that CLDR does not have."""


def month_key(name: str) -> str:
    """Return a name as the table has it: folded, without dots, i for the Turkish i without dot."""
    return fold(name).replace("ı", "i").strip(". ")


def _numbers() -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for language in _LANGUAGES:
        for number, name in _names(Locale.parse(language)):
            found.setdefault(month_key(name), set()).add(number)
    for name, number in _MORE.items():
        found.setdefault(name, set()).add(number)
    return {name: tuple(sorted(numbers)) for name, numbers in found.items() if len(name) > 1}


def _names(locale: Locale) -> Iterator[tuple[int, str]]:
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            names = locale.months[context][width]
            yield from ((number, str(name)) for number, name in names.items())


_NUMBERS: Final = _numbers()


def months_named(name: str) -> tuple[int, ...]:
    """Return the months (1 to 12) that a name may mean; listopad is October and November."""
    return _NUMBERS.get(month_key(name), ())
