"""Amounts of money and other numbers, as people write them. Pure.

``1.234,56``, ``1,234.56``, ``1 234,56``, ``1'234.-``, ``1,39,240.00``, ``(12.00)``, ``12,00-``,
``12.00 CR``, ``CR 12.00``, ``1 250:00``, ``EUR12`` and ``.05`` are all read.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Final

from inkwell_extract.values.currencies import SPELLING, is_terse, meanings, normal_spelling
from inkwell_extract.values.folding import narrow
from inkwell_extract.values.reading import Reading, reading_of
from inkwell_extract.values.symbols import decimals_of


class DecimalMark(StrEnum):
    """What stands between whole and fraction."""

    COMMA = ","
    POINT = "."


_MAX_LENGTH: Final = 40
_MINUS: Final = "\u2212\u2013-"
_DASH: Final = "\u2013\u2014-"
_AROUND: Final = " \t*:;=~"

_SHAPE: Final = re.compile(
    rf"(?:(?P<front>CR|Cr|DR|Dr)\.?\ )?(?P<before>{SPELLING})?\ ?(?P<open>\()?\ ?"
    rf"(?P<sign>[+{_MINUS}])?(?P<gap>\ )?"
    rf"(?P<inner>{SPELLING})?\ ?(?P<late>[{_MINUS}])?"
    r"(?P<body>\d(?:[\d.,:'\ ]*\d)?|[.,]\d{2})"
    rf"(?P<dash>\ ?[.,:]\ ?[{_DASH}]{{1,2}}|/-)?"
    rf"(?P<behind>\ ?[{_MINUS}])?\ ?(?P<tail>{SPELLING})?(?P<last>\ ?[{_MINUS}])?"
    rf"\ ?(?P<close>\))?\ ?(?P<after>{SPELLING})?(?:\ ?(?P<side>CR|Cr|DR|Dr)\.?)?"
)
_GROUPED: Final = re.compile(
    r"\d{1,3}(?:(?P<mark>[.,' ])\d{3})(?:(?P=mark)\d{3})*|\d{1,2}(?:,\d{2})+,\d{3}"
)
"""Whole numbers in groups of three, or as in India in groups of two before the last three."""

_SPLIT_DECIMALS: Final = re.compile(r"(?<=\d) (?=[.,]\d{2}$)|(?<=\d[.,]) (?=\d{2}$)")
"""OCR sees a gap around the decimal mark now and then."""

_MISREAD_ZERO: Final = re.compile(r"(?<=[$€£])[Oo](?=[.,]\d{2}$)|(?<=RM)[Oo](?=[.,]\d{2}$)")
"""OCR takes the zero behind a currency for a letter: ``RMO.05``."""

_GROUP_SIZE: Final = 3
_GLUED: Final = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")
_COLON: Final = re.compile(r"([1-9]\d{0,2}(?:[ .]\d{3})+|0|[1-9]\d*):(\d{2})")
_CENTS: Final = re.compile(r"[.,]\d{2}$")
_CENT_DIGITS: Final = 2
_LATEST_HOUR: Final = 24
_THREE_DECIMALS: Final = 3


def read_amount(
    text: str, mark: DecimalMark | None = None, currency: str | None = None
) -> Reading[Decimal] | None:
    """Return the one number that a text is, with or without a currency, or None.

    Args:
        text: a word or some words.
        mark: the decimal mark of the document; without it ``1.234`` may be either of two numbers.
        currency: of the document (ISO 4217); a currency in the text goes before it.
    """
    match = _match(text)
    if match is None:
        return None
    spelled = _spelled(match)
    if not _may_stand(match, spelled):
        return None
    codes = meanings(spelled) if spelled else ()
    own = codes[0] if len(codes) == 1 else None
    numbers = _numbers(match, mark, own, currency)
    return reading_of(sign * number for number in numbers for sign in _signs(match))


def parse_amount(text: str, mark: DecimalMark | None = None) -> Decimal | None:
    """Return the likeliest number that a text is, or None."""
    reading = read_amount(text, mark)
    return None if reading is None else reading.value


def _match(text: str) -> re.Match[str] | None:
    if len(text) > _MAX_LENGTH or "%" in text:
        return None
    bare = " ".join(narrow(text).split()).strip(_AROUND)
    if "o" in bare or "O" in bare:
        bare = _MISREAD_ZERO.sub("0", bare)
    match = _SHAPE.fullmatch(_SPLIT_DECIMALS.sub("", bare) if " " in bare else bare)
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    signs = [part for part in ("sign", "late", "behind", "last", "open") if match[part]]
    sides = [part for part in ("front", "side") if match[part]]
    return match if len(signs) <= 1 and len(sides) <= 1 else None


def _spelled(match: re.Match[str]) -> str | None:
    """Return the currency of an amount; a code beside a sign says which one the sign stands for."""
    found = [match[part] for part in ("before", "inner", "tail", "after") if match[part]]
    normal = sorted((normal_spelling(part) for part in found), key=lambda s: len(meanings(s)))
    return normal[0] if normal else None


def _may_stand(match: re.Match[str], spelled: str | None) -> bool:
    """Say whether what looks like a currency may be one: PEN10 and R2 are numbers of something."""
    is_glued = spelled is not None and _GLUED.search(match[0]) is not None
    return not (is_glued and is_terse(spelled or "") and match["body"].isdigit())


def _signs(match: re.Match[str]) -> tuple[int, ...]:
    """Return the signs that an amount may have, likeliest first."""
    if side := match["front"] or match["side"]:
        # What is on the credit side of an account is taken off what is owed.
        return (-1,) if side.upper() == "CR" else (1,)
    if match["open"]:
        # "(12.00)" is how accounts write a minus; "(12.00 EUR)" is a remark in brackets as well.
        tail = match["tail"]
        return (-1,) if not tail else (1,) if tail.isalpha() else (-1, 1)
    if match["sign"] == "+":
        return (1,)
    if match["sign"] or match["behind"] or match["last"]:
        # A dash that stands apart may be a bullet or a rule as well.
        is_apart = match["gap"] or (match["behind"] or match["last"] or "").startswith(" ")
        return (-1, 1) if is_apart else (-1,)
    return (-1,) if match["late"] else (1,)


def _numbers(
    match: re.Match[str], mark: DecimalMark | None, own: str | None, currency: str | None
) -> tuple[Decimal, ...]:
    """Return the numbers without sign that an amount may be, likeliest first."""
    body = match["body"]
    if body[0] == "0" and len(body) == _CENT_DIGITS and (match["before"] or "").endswith("."):
        # "RM.05": the dot of an abbreviation, but for what follows it.
        return _parts(f".{body}", ".")
    if ":" in body:
        return _with_colon(body, is_money=own is not None or match["before"] or match["tail"])
    if match["side"] == "Cr" and ((own or currency) == "INR" or not _CENTS.search(body)):
        # Ten millions, as India counts.
        return ()
    if match["dash"] == "/-":
        # India ends amounts with it, with decimals or without.
        return _parts(body, "." if "." in body else "")
    if match["dash"]:
        return () if match["dash"].strip()[0] in body else _whole(body)
    decimal = _decimal_mark(body)
    return _open(body, mark, own, currency) if decimal is None else _parts(body, decimal)


def _open(
    body: str, mark: DecimalMark | None, own: str | None, currency: str | None
) -> tuple[Decimal, ...]:
    """Return what one mark with three digits behind it may mean: ``1.234``.

    The decimals that its own currency has say so first; where the document's mark contradicts them,
    both readings stay.
    """
    as_whole, as_fraction = _whole(body), _parts(body, "," if "," in body else ".")
    fits = None if mark is None else mark.value in body
    decimals = None if own is None else decimals_of(own)
    if decimals == _THREE_DECIMALS:
        return (*as_fraction, *as_whole) if fits is False else as_fraction
    if decimals == 0:
        return (*as_whole, *as_fraction) if fits else as_whole
    if fits is not None:
        return as_fraction if fits else as_whole
    if currency is not None and own is None and decimals_of(currency) == 0:
        return as_whole
    return (*as_whole, *as_fraction)


def _with_colon(body: str, *, is_money: object) -> tuple[Decimal, ...]:
    """Read ``1 250:00`` as Sweden writes it; ``12:30`` is a time unless a currency is beside it."""
    match = _COLON.fullmatch(body)
    if match is None:
        return ()
    whole = int(re.sub(r"\D", "", match[1]))
    if not is_money and whole <= _LATEST_HOUR:
        return ()
    return (Decimal(f"{whole}.{match[2]}"),)


def _whole(body: str) -> tuple[Decimal, ...]:
    if not body.isdigit() and not _GROUPED.fullmatch(body):
        return ()
    return (Decimal(re.sub(r"\D", "", body)),)


def _parts(body: str, decimal: str) -> tuple[Decimal, ...]:
    """Return the number of a body whose whole and fraction a mark parts, or which is whole."""
    whole, _, fraction = body.rpartition(decimal) if decimal else (body, "", "")
    if not decimal:
        return _whole(body)
    if not fraction.isdigit():
        return ()
    return tuple(Decimal(f"{number}.{fraction}") for number in _whole(whole or "0"))


def _decimal_mark(body: str) -> str | None:
    """Return the mark that parts whole and fraction, "" when there is none, None when it is open.

    It is open where one mark has three digits behind it: ``1.234``.
    """
    last = max(body.rfind(","), body.rfind("."))
    if last < 0:
        return ""
    character = body[last]
    behind = len(body) - last - 1
    other = "." if character == "," else ","
    if body.count(character) > 1:
        return ""
    if behind != _GROUP_SIZE or other in body[:last] or " " in body[:last] or "'" in body[:last]:
        return character
    if body[:last] in {"0", ""} or len(body[:last]) > _GROUP_SIZE:
        return character
    return None


def find_decimal_mark(words: Iterable[str], decimals: int = 2) -> DecimalMark | None:
    """Return the decimal mark that the amounts of a document have, or None when it is open.

    Args:
        words: of the document.
        decimals: of its currency; where it is 3, ``45.500`` speaks for the point, unless amounts
            speak that can be read in one way only.
    """
    plain = {DecimalMark.COMMA: 0, DecimalMark.POINT: 0}
    likely = dict(plain)
    for word in words:
        match = _match(word)
        if match is None or not (mark := _plain_mark(match)):
            body = match["body"] if match else ""
            if decimals == _THREE_DECIMALS and _decimal_mark(body or "0") is None:
                likely[DecimalMark.COMMA if "," in body else DecimalMark.POINT] += 1
            continue
        plain[mark] += 1
    return _prevailing(plain if any(plain.values()) else likely)


def _plain_mark(match: re.Match[str]) -> DecimalMark | None:
    """Return the decimal mark of an amount that can be read in one way only."""
    body = match["body"]
    dash = (match["dash"] or "").strip()[:1]
    if dash in set(DecimalMark):
        return DecimalMark(dash)
    decimal = _decimal_mark(body)
    if not _whole(body) and not _parts(body, decimal or "."):
        return None
    if decimal:
        fraction = len(body) - body.rfind(decimal) - 1
        return DecimalMark(decimal) if fraction == 2 or _has_groups(body) else None  # noqa: PLR2004 -- cents
    if decimal == "" and (body.count(".") > 1 or body.count(",") > 1):
        return DecimalMark.POINT if "," in body else DecimalMark.COMMA
    return None


def _has_groups(body: str) -> bool:
    return len(set(body) & set(".,'")) > 1


def _prevailing(votes: dict[DecimalMark, int]) -> DecimalMark | None:
    """Return the mark with at least twice the votes of the other."""
    more, less = sorted(votes, key=lambda mark: -votes[mark])
    return more if votes[more] and votes[more] >= 2 * votes[less] else None


_LIKE_MONEY: Final = re.compile(
    rf"[.,]\d{{2}}\)?\ ?[{_MINUS}]?$|[.,:]\ ?[{_DASH}]{{1,2}}$|/-$|\d:\d{{2}}$"
    r"|^\d{1,3}(?:([., '])\d{3})(?:\1\d{3})+$|\d,\d{2},\d{3}"
)


def looks_like_money(text: str) -> bool:
    """Say whether a number is written as money is: with decimals, groups or a currency."""
    bare = narrow(text).strip()
    if _LIKE_MONEY.search(re.sub(r"\ ?(?:CR|DR)$", "", bare)):
        return True
    match = _match(text)
    return match is not None and _spelled(match) is not None
