"""Words of eight digits that a document calls a number, though they may be read as a date. Pure."""

from typing import Final

from inkwell_extract.labels.known import (
    CUSTOMER_NUMBER,
    DUE_DATE,
    INVOICE_NUMBER,
    ISSUE_DATE,
    ORDER_NUMBER,
    VAT_NUMBER,
)
from inkwell_extract.labels.label import KnownField
from inkwell_extract.labels.vocabulary import ANY_NUMBER
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import Row
from inkwell_extract.patterns import compiled
from inkwell_extract.values.dates import is_compact
from inkwell_extract.values.folding import fold

_MARKS: Final = " .,;:()[]*|#"
_ROWS_ABOVE: Final = 3


def _patterns(*known: KnownField) -> str:
    return "|".join(label.pattern for field in known for label in field.labels)


_NUMBER: Final = (
    rf"{_patterns(INVOICE_NUMBER, ORDER_NUMBER, CUSTOMER_NUMBER, VAT_NUMBER)}"
    rf"|\b{ANY_NUMBER}(?:\b|\s|[.:]|$)"
    r"|\b(?:ref|reference|referenz|id|konto|account|tel|phone|fax|siret|siren|ean|sku|art|article|"
    r"artikel|item|mobile|code|po)\b"
)
_DATE: Final = rf"{_patterns(ISSUE_DATE, DUE_DATE)}|\bdat"


def called_numbers(layout: Layout) -> frozenset[str]:
    """Return the words such as 20240117 that stand behind or under the label of a number."""
    return frozenset(
        word.text.strip(_MARKS)
        for row in layout.rows
        for index, word in enumerate(row.words)
        if is_compact(word.text) and _is_number(layout, row, index)
    )


def _is_number(layout: Layout, row: Row, index: int) -> bool:
    """Say whether the nearest label before a word, or else above it, is one of a number."""
    beside = _last_label(row.text[: row.start_of(index)])
    if beside is not None:
        return beside
    box = row.words[index].box
    for above in reversed(layout.rows[max(row.index - _ROWS_ABOVE, 0) : row.index]):
        over = [w.text for w in above.words if w.box.right > box.left and w.box.left < box.right]
        label = _last_label(" ".join(over)) if above.page == row.page else None
        if label is not None:
            return label
    return False


def _last_label(text: str) -> bool | None:
    """Say whether the last label of a text is a number's, a date's (False), or there is none."""
    folded = fold(text)
    number, day = (
        max((match.end() for match in compiled(pattern).finditer(folded)), default=-1)
        for pattern in (_NUMBER, _DATE)
    )
    return None if max(number, day) < 0 else number > day
