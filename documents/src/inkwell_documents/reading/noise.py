"""Cheap imitation of what Tesseract makes of a page: misread letters, lost and added marks."""

from random import Random
from typing import Final

_CONFUSED: Final = {
    "l": "1I|",
    "1": "l",
    "0": "O",
    "O": "0",
    "I": "l|",
    "5": "S",
    "S": "5",
    "8": "B",
    "B": "8",
    "m": "rn",
    "ü": "u",
    "ö": "o",
    "ä": "a",
    "ß": "B",
    "é": "e",
    "è": "e",
    "ê": "e",
    "°": "*",
    "€": "E€",
    ",": ".",
    ".": ",",
    ":": ";.",
    "'": "’",
    "c": "e",
    "h": "b",
    "f": "t",
    "z": "2",
    "·": ".",
    "i": "í",
    "g": "q",
    "n": "ri",
    "É": "E",
    "Ü": "U",
    "£": "£",
    "²": "?",
}
_DUST: Final = ("|", "_", "—", ".", "'", "~", "‘", "=")


def spoil(lines: list[str], rate: float, random: Random) -> list[str]:
    """Return lines with a share of `rate` of their characters misread."""
    spoiled = []
    for line in lines:
        text = "".join(_misread(sign, random) if random.random() < rate else sign for sign in line)
        chance = random.random()
        if chance < rate:
            text = f"{random.choice(_DUST)} {text}"
        elif chance < 2 * rate:
            text = f"{text} {random.choice(_DUST)}"
        spoiled.append(text)
    return spoiled


def _misread(sign: str, random: Random) -> str:
    if sign == " ":
        return random.choice(("", "  ", " "))
    if sign.isdigit() and random.random() < 0.8:
        return sign
    ways = _CONFUSED.get(sign)
    return random.choice(ways) if ways and sign not in "mn" else (ways or sign)
