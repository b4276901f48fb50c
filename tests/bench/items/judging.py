"""What the line items of a result are worth, and the table of it. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from bench.accuracy.measures import Share
from bench.accuracy.outcomes import Verdict
from inkwell_extract.values.folding import letters_and_digits

NUMBERS: Final = ("quantity", "unit_price", "amount")
_COLUMNS: Final = (
    "documents",
    "all",
    "items right",
    "wrong",
    "absent",
    "taken as proven",
    "wrong and proven",
)


@dataclass(frozen=True, slots=True)
class Judged:
    """The line items of one document.

    Attributes:
        name: of the document.
        verdict: RIGHT where there are as many as there are, each with its name and true numbers.
        is_proven: whether nothing of them goes to a person.
    """

    name: str
    verdict: Verdict
    is_proven: bool


def judge(items: Sequence[Mapping[str, Any]], truth: Sequence[Mapping[str, Any]]) -> Verdict:
    """Judge items by the true ones, in their order; a value that is absent is not wrong."""
    if not items:
        return Verdict.ABSENT if truth else Verdict.RIGHT
    is_right = len(items) == len(truth) and all(map(_is_right, items, truth))
    return Verdict.RIGHT if is_right else Verdict.WRONG


def _is_right(item: Mapping[str, Any], true: Mapping[str, Any]) -> bool:
    numbers = all(
        _is_same(item[name], true[name])
        for name in NUMBERS
        if item.get(name) is not None and true.get(name) is not None
    )
    said, name = (letters_and_digits(str(each.get("description", ""))) for each in (item, true))
    # What stands below a name belongs to the description too, and not to the name in the XML.
    return numbers and said.startswith(name)


def _is_same(value: Any, true: Any) -> bool:
    try:
        return Decimal(str(value)) == Decimal(str(true))
    except InvalidOperation:
        return False


def table(found: Mapping[str, Sequence[Judged]]) -> str:
    """Return the table, a row for each source of documents."""
    lines = [f"| {' | '.join(_COLUMNS)} |", "| --- |" + " ---: |" * (len(_COLUMNS) - 1)]
    for source, judged in found.items():
        counts = Counter(each.verdict for each in judged)
        proven = [each for each in judged if each.is_proven and each.verdict is not Verdict.ABSENT]
        wrong = sum(each.verdict is Verdict.WRONG for each in proven)
        cells = (
            source,
            str(len(judged)),
            *(f"{counts[v]} ({Share(counts[v], len(judged)).percent:.0f} %)" for v in Verdict),
            f"{len(proven)} ({Share(len(proven), len(judged)).percent:.0f} %)",
            str(wrong),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
