"""Numbers with a check digit: bank accounts (IBAN) and tax numbers of companies. Pure.

The check digits are those of python-stdnum: a number that is misread or invented does not pass.
"""

import re
from collections import Counter
from collections.abc import Callable
from itertools import islice
from typing import Final

from stdnum import iban
from stdnum.au import abn
from stdnum.eu import vat
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.in_ import gstin

_MAX_LENGTH: Final = 60
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_VAT: Final = re.compile(r"([A-Z]{2})[A-Z0-9]{8,12}")
_SPACED: Final = re.compile(r"\b(?=([A-Z]{2}[ .-]?[A-Z0-9](?:[ .-]?[A-Z0-9]){7,32}))")
_MAX_SEEN: Final = 400
"""Places of a text that are looked at for such a number."""

_ABN: Final = re.compile(r"\bA\.?B\.?N\.?\W{0,3}(\d{2} ?\d{3} ?\d{3} ?\d{3})\b")
_GSTIN: Final = re.compile(r"\b\d{2}[A-Z]{5}\d{4}[A-Z]\d[A-Z][A-Z\d]\b")
_GREECE: Final = "EL"
"""How VAT ids of Greece begin, whose country code is GR."""

_LONGEST: Final = 34
_SHORTEST: Final = 10


def bare(text: str) -> str:
    """Return a number without spaces and marks, in capitals, as its check digit counts it."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def countries_of_identifiers(text: str, weight: int) -> Counter[str]:
    """Return the countries (ISO 3166-1) of the valid numbers of a text, each with this weight."""
    found: Counter[str] = Counter()
    if any(abn.is_valid(match[1]) for match in _ABN.finditer(text)):
        found["AU"] += weight
    if any(gstin.is_valid(match[0]) for match in _GSTIN.finditer(text)):
        found["IN"] += weight
    numbers = {bare(match[1]) for match in islice(_SPACED.finditer(text), _MAX_SEEN)}
    for country in {_country_of(number) for number in numbers} - {""}:
        found[country] += weight
    return found


def _country_of(number: str) -> str:
    """Return the country of a valid IBAN or tax number, or an empty string.

    A number ends where its check digit says so: what follows it in the row may be letters too.
    """
    if not number[:2].isalpha() or not any(map(str.isdigit, number[2:4])):
        return ""
    for length in range(min(len(number), _LONGEST), _SHORTEST - 1, -1):
        part = number[:length]
        if iban.is_valid(part) or vat.is_valid(part):
            return "GR" if part.startswith(_GREECE) else part[:2]
    return ""


def is_broken_iban(text: str) -> bool:
    """Say whether a text has the form of an IBAN, and a check digit that does not hold."""
    number = bare(text)
    return (
        len(text) <= _MAX_LENGTH
        and _IBAN.fullmatch(number) is not None
        and _fails(iban.validate, number)
    )


def is_broken_tax_number(text: str) -> bool:
    """Say whether a text has the form of a VAT id of the EU, and a check digit that fails."""
    number = bare(text)
    return (
        len(text) <= _MAX_LENGTH
        and _VAT.fullmatch(number) is not None
        and number[:2].lower() in {*vat.MEMBER_STATES, "el"}
        and _fails(vat.validate, number)
    )


def _fails(validate: Callable[[str], str], number: str) -> bool:
    try:
        validate(number)
    except InvalidChecksum:
        return True
    except ValidationError:
        # Of another form: it is a number of something else.
        return False
    return False
