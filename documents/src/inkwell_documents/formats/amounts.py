"""Amounts of money in letters."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

AmountFormat = Callable[[Decimal], str]

SYMBOLS: Final = {"EUR": "€", "GBP": "£", "USD": "$"}
"""By ISO 4217 code."""


def write(value: Decimal, thousands: str, point: str) -> str:
    """Write an amount with two decimals and the given separators."""
    return f"{value:,.2f}".replace(",", "\0").replace(".", point).replace("\0", thousands)
