"""Patterns of digits and letters."""

from random import Random
from typing import Final

_LETTERS: Final = "ABCDEFGHIJKLMNOPRSTUVWXYZ"


def digits(pattern: str, random: Random) -> str:
    """Fill each ``#`` of a pattern with a digit and each ``@`` with a letter."""
    return "".join(
        random.choice("0123456789")
        if sign == "#"
        else random.choice(_LETTERS)
        if sign == "@"
        else sign
        for sign in pattern
    )
