"""Rates of tax in letters."""

from decimal import Decimal

from inkwell_documents.facts import Language


def write(percent: Decimal, language: Language) -> str:
    """Write a rate without needless zeros and without its sign."""
    point = "." if language is Language.ENGLISH else ","
    return f"{percent.normalize():f}".replace(".", point)
