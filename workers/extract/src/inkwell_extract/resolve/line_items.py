"""The line items of a result: from the page's table or from the model, as sums decide. Pure.

A table proves itself: quantity times price makes an amount, and the amounts make a sum of the
document. What is complete by that goes before what is not, whoever proposed it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from inkwell_api.document import Finding, Severity
from inkwell_api.field_status import FieldStatus
from inkwell_api.pipeline import Engine
from inkwell_extract.labels.columns import Column
from inkwell_extract.labels.label import Kind
from inkwell_extract.propose.candidate import Candidate, Proposer
from inkwell_extract.propose.tables_items import Item, Table, TableCell
from inkwell_extract.propose.tables_proof import Sums
from inkwell_extract.propose.tables_wanted import WantedItems, column_of, is_list_of_items
from inkwell_extract.resolve.resolved import Resolved
from inkwell_extract.validation import pointer
from inkwell_extract.values.amounts import DecimalMark
from inkwell_extract.values.conventions import Conventions
from inkwell_extract.values.fields import WantedField, as_decimal

_PROVEN: Final = 0.99
"""Confidence of what arithmetic proves twice: by its row, and by the sum of all."""

_LISTED: Final = 0.95
"""Confidence of what stands in a column of a table whose amounts make a sum."""

_DOUBTED: Final = 0.5
_ARITHMETIC: Final = frozenset({Column.QUANTITY, Column.UNIT_PRICE, Column.AMOUNT})
_FACTORS: Final = (Column.QUANTITY, Column.UNIT_PRICE)
_NUMBERS: Final = frozenset({Kind.NUMBER, Kind.INTEGER})
_PLAIN: Final = Conventions(DecimalMark.POINT)


@dataclass(frozen=True, slots=True)
class ListedItems:
    """The items of one list of the result, as a table of the page has them.

    Attributes:
        items: by property, one for each row.
        is_complete: whether sums say that nothing is missing, and all was read.
        findings: what of the table could not be read or proven.
    """

    items: tuple[Mapping[str, Resolved], ...] = ()
    is_complete: bool = False
    findings: tuple[Finding, ...] = field(default=())


def listed(wanted: WantedItems, table: Table) -> ListedItems:
    """Return the wanted list as a table has it."""
    columns = {column for _, column in wanted.columns}
    unread = table.unread + sum(not _is_read(item, columns) for item in table.items)
    return ListedItems(
        items=tuple(_item(item, wanted, table) for item in table.items),
        is_complete=table.is_summed and unread == 0,
        findings=tuple(_findings(wanted.name, table, unread)),
    )


def _is_read(item: Item, columns: set[Column]) -> bool:
    """Say whether an item has what no item lacks, and nothing wanted of it is unreadable."""
    is_nameless = Column.DESCRIPTION in columns and Column.DESCRIPTION not in item.cells
    return not is_nameless and not item.unread & columns


def _findings(name: str, table: Table, unread: int) -> Iterator[Finding]:
    place = pointer((name,))
    if unread:
        message = f"{unread} rows of the table of items could not be read in full"
        yield Finding("rows-unread", Severity.ERROR, message, place)
    if table.items and not table.is_summed:
        yield unproven(name)


def unproven(name: str) -> Finding:
    """Return the finding of a list whose amounts nothing proves."""
    return Finding("items-unproven", Severity.ERROR, _UNPROVEN, pointer((name,)))


_UNPROVEN: Final = "the amounts of the items make no net sum or total of the document"


def _item(item: Item, wanted: WantedItems, table: Table) -> dict[str, Resolved]:
    found = {}
    for wanted_field, column in wanted.columns:
        cell = item.cells.get(column)
        value = _value(wanted_field, cell) if cell is not None else None
        if cell is not None and value is not None:
            raw = " ".join(span.text for span in cell.spans)
            candidate = Candidate(wanted_field.name, value, cell.spans, Proposer.TABLE, raw)
            status, sure = _sureness(item, column, table)
            found[wanted_field.name] = Resolved(candidate, status, share=sure, confidence=sure)
    return found


def _value(wanted: WantedField, cell: TableCell) -> Any | None:
    """Return a cell's value in the type of the schema; a number that is wanted as text as it is."""
    if not isinstance(cell.value, Decimal):
        return wanted.read(cell.value, _PLAIN)
    if wanted.kind in _NUMBERS:
        return wanted.read(format(cell.value, "f"), _PLAIN)
    return wanted.read(" ".join(span.text for span in cell.spans), _PLAIN)


def _sureness(item: Item, column: Column, table: Table) -> tuple[FieldStatus, float]:
    if item.is_proven and column in _ARITHMETIC:
        return FieldStatus.OK, _PROVEN if table.is_summed else _LISTED
    is_contradicted = column in _FACTORS and all(each in item.cells for each in _FACTORS)
    if not table.is_complete or is_contradicted:
        return FieldStatus.UNCERTAIN, _DOUBTED
    return FieldStatus.OK, _LISTED


def chosen(
    tables: Mapping[str, ListedItems], answers: Mapping[str, Any], sums: Sums, engine: Engine
) -> dict[str, ListedItems]:
    """Return the lists that are taken from the page's table; the others are the model's.

    What is complete by sums is taken, the table's before the model's. Where neither is, the engine
    says who is asked first.
    """
    return {
        name: table
        for name, table in tables.items()
        if table.is_complete or not _is_taken(answers.get(name), sums, engine)
    }


def _is_taken(answer: Any, sums: Sums, engine: Engine) -> bool:
    """Say whether a model's rows are taken where the table's are not proven."""
    rows = answered_rows(answer)
    return bool(rows) and (engine is Engine.LLM or is_summed(rows, sums))


def answered_rows(answer: Any) -> list[Mapping[str, Any]]:
    """Return the rows of a list of objects, or none."""
    is_list = isinstance(answer, list) and all(isinstance(row, Mapping) for row in answer)
    return answer if is_list else []


def is_summed(rows: Sequence[Mapping[str, Any]], sums: Sums) -> bool:
    """Say whether one property of all rows makes a sum of the document."""
    names = {name for row in rows for name in row}
    return any(
        all(amount is not None for amount in amounts)
        and sums.agree([each for each in amounts if each is not None], -1)
        for name in sorted(names)
        for amounts in [[as_decimal(row.get(name)) for row in rows]]
    )


def makes_no_sum(name: str, rows: Sequence[Mapping[str, Any]], sums: Sums) -> bool:
    """Say whether a document has sums, and the amounts of line items make none of them."""
    if not sums.sums or not is_list_of_items(name):
        return False
    named = sorted({key for row in rows for key in row if column_of(key) is Column.AMOUNT})
    columns = [
        [amount for row in rows if (amount := as_decimal(row.get(key))) is not None]
        for key in named
    ]
    return any(columns) and not any(sums.agree(each, -1) for each in columns if each)
