"""How a document writes what can be read in two ways: decimal mark, order of a date. Pure."""

from collections import Counter
from dataclasses import dataclass

from inkwell_extract.page.layout import Layout
from inkwell_extract.patterns import compiled
from inkwell_extract.values.amounts import DecimalMark, find_decimal_mark
from inkwell_extract.values.currencies import find_currencies
from inkwell_extract.values.dates import is_plainly_month_first, parse_date


@dataclass(frozen=True, slots=True)
class Conventions:
    """How this document writes what can be read in two ways."""

    decimal_mark: DecimalMark | None = None
    is_month_first: bool = False


def find_conventions(layout: Layout) -> Conventions:
    """Return how the document writes what can be read in two ways."""
    words = [word.text for row in layout.rows for word in row.words]
    mark = find_decimal_mark(words)
    month_first = sum(map(is_plainly_month_first, words))
    day_first = sum(
        parse_date(word, is_month_first=True) is not None and _is_plainly_day_first(word)
        for word in words
    )
    if month_first or day_first:
        return Conventions(mark, month_first > day_first)
    # Nothing in the document settles it. Who bills in dollars with a decimal point writes the month
    # first.
    currencies = Counter(find_currencies(layout.text))
    return Conventions(mark, bool(currencies) and currencies.most_common(1)[0][0] == "USD")


def _is_plainly_day_first(word: str) -> bool:
    return (
        compiled(r"^\W*(?:1[3-9]|2\d|3[01])[/.-]\d{1,2}[/.-]\d{2,4}\W*$").search(word) is not None
    )
