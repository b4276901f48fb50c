"""Currencies in a text: signs, names and codes to ISO 4217 codes. Pure.

A text alone says what a spelling may stand for. Which of it is meant, and whether three capitals
are a currency at all, the document says: see `conventions`.
"""

import re
from collections.abc import Iterator
from typing import Final

from inkwell_extract.values.folding import narrow
from inkwell_extract.values.reading import Reading, reading_of
from inkwell_extract.values.symbols import CODES, NAMES, SIGNS, SURE_CODES, TERSE

_LETTER: Final = r"[^\W\d_]"
_SIGN: Final = (
    rf"(?:(?<!{_LETTER})(?:US|CA|AU|NZ|HK|MX|NT|[CASR])\s?)?\$"
    rf"|[{''.join(sign for sign in SIGNS if len(sign) == 1 and sign != '$')}]"
)
_NAME: Final = "|".join(
    rf"(?i:{name.replace('.', '[.]').replace(' ', '[ ]')})[.]?"
    for name in sorted(NAMES, key=len, reverse=True)
)
_CODE: Final = rf"(?:{'|'.join(sorted(CODES))}|Eur)"
SPELLING: Final = rf"(?:{_SIGN}|(?<!{_LETTER})(?:{_NAME}|{_CODE})(?!{_LETTER}))"
"""Pattern of whatever may be a currency."""

_SPELLING: Final = re.compile(SPELLING)
_BEFORE_A_NUMBER: Final = re.compile(r"\s?[(+\-\u2212]?\d")
_BEHIND_A_NUMBER: Final = re.compile(r"\d[.,]?[-\u2013\u2014]?\s?$")
_ALONE: Final = frozenset(
    {"euro", "euros", "us dollar", "us dollars", "zł", "kč", "sfr", "fr.", "rmb", "fcfa"}
)
"""Names that are a currency wherever they stand."""


def normal_spelling(text: str) -> str:
    """Return a spelling of a currency as `meanings` knows it; what is none stays what it is."""
    text = narrow(text)
    if text.upper() in CODES and (text.isupper() or text == "Eur"):
        return text.upper()
    bare = text.casefold().replace("$ ", "$").replace(" $", "$")
    return bare if bare in NAMES or bare in SIGNS else bare.rstrip(".")


def meanings(spelling: str) -> tuple[str, ...]:
    """Return the codes that a spelling may stand for, likeliest first; none if it is no currency.

    Args:
        spelling: as `normal_spelling` returns it.
    """
    if spelling in CODES:
        return (spelling,)
    return SIGNS.get(spelling) or NAMES.get(spelling) or ()


def is_sure(spelling: str) -> bool:
    """Say whether a spelling is a currency wherever it stands."""
    return spelling in SIGNS or spelling in SURE_CODES or spelling in _ALONE


def is_terse(spelling: str) -> bool:
    """Say whether a spelling is a word or abbreviation of other things too."""
    return spelling in TERSE or (spelling in CODES and spelling not in SURE_CODES)


def spellings(text: str) -> Iterator[str]:
    """Yield the spellings in a text that are a currency by themselves or by the number beside."""
    text = narrow(text)
    for match in _SPELLING.finditer(text):
        spelling = normal_spelling(match[0])
        is_beside = (
            _BEFORE_A_NUMBER.match(text, match.end()) is not None
            or _BEHIND_A_NUMBER.search(text[: match.start()]) is not None
        )
        if is_beside or is_sure(spelling):
            yield spelling


def read_currency(text: str) -> Reading[str] | None:
    """Return the first currency that a text names, by its ISO 4217 code, or None."""
    spelling = next(spellings(text), None)
    return None if spelling is None else reading_of(meanings(spelling))


def parse_currency(text: str) -> str | None:
    """Return the likeliest ISO 4217 code of the first currency that a text names, or None."""
    reading = read_currency(text)
    return None if reading is None else reading.value
