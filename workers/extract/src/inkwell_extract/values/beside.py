"""How close words stand to the label of a field. Pure."""

from functools import cache
from typing import Final

from inkwell_extract.labels.known import known_field
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import Span
from inkwell_extract.patterns import contains
from inkwell_extract.values.folding import fold

_ROWS_ABOVE: Final = 40
"""Most rows of a table below its headings."""

BESIDE: Final = 0
UNDER: Final = 1
ELSEWHERE: Final = 2


def label_rank(layout: Layout, span: Span, name: str) -> int:
    """Return `BESIDE` for words right of the label of a field, `UNDER` for words in its column.

    Args:
        layout: of the document.
        span: the words.
        name: of the property.
    """
    labels, but_not = _patterns(name)
    row = span.row
    before = fold(row.text[: row.start_of(span.words.start)])
    if contains(labels, before) and not contains(but_not, before):
        return BESIDE
    box = span.box
    for above in reversed(layout.rows[max(row.index - _ROWS_ABOVE, 0) : row.index]):
        if above.page != row.page:
            break
        over = [w.text for w in above.words if w.box.right > box.left and w.box.left < box.right]
        if contains(labels, fold(" ".join(over))):
            return UNDER
    return ELSEWHERE


@cache
def _patterns(name: str) -> tuple[str, str]:
    """Return the pattern of a property's labels, and of words that make it another field."""
    known = known_field(name)
    if known is not None:
        return "|".join(f"(?:{label.pattern})" for label in known.labels), known.but_not
    words = ("".join(c if c.isalnum() else "\\" + c for c in w) for w in fold(name).split("_") if w)
    return r"\b" + r"[\s_-]*".join(words), ""
