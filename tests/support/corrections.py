"""Corrected documents that are made up, for tests of what is learned from them."""

from decimal import Decimal

from inkwell_api.pipeline import ExtractionSpec
from inkwell_extract.train.examples import Case, Corrected, case_of
from support.typeset import typeset

SPEC = ExtractionSpec.model_validate({"schema": {"properties": {"total": {"type": "number"}}}})


def receipt(number: int) -> Corrected:
    """Return a receipt whose total stands beside a word that no vocabulary knows.

    The larger amount beside "Total points" is what the rules take.
    """
    total = Decimal(f"{20 + 7 * number}.40")
    page = typeset(
        f"Shop {number}",
        f"Tea 3.{10 + number}",
        f"Zahlsumma {total}",
        f"Total {total + 5}",
    )
    return Corrected((page,), {"total": total}, f"shop {number % 8}")


def cases(count: int) -> list[Case]:
    """Return that many of them, looked at."""
    return [case_of(receipt(number), SPEC) for number in range(count)]
