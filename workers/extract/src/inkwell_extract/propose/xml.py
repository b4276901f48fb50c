"""What the e-invoice of a document states of the wanted fields. Pure.

The issuer wrote it for machines, so it goes before everything that is read off the page. Whether
the page says the same is `crosscheck`'s question.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias

from inkwell_api.document import Finding, Page, PageSource, Severity
from inkwell_api.einvoice import EInvoice, Term, Terms, XmlFault, XmlText
from inkwell_extract.labels.columns import LISTS, PROPERTIES, Column
from inkwell_extract.labels.known import (
    CURRENCY,
    CUSTOMER_NUMBER,
    DUE_DATE,
    INVOICE_NUMBER,
    ISSUE_DATE,
    ORDER_NUMBER,
    SUBTOTAL,
    TAX,
    TOTAL,
    VAT_NUMBER,
    VENDOR,
    known_field,
)
from inkwell_extract.labels.label import Kind
from inkwell_extract.values.amounts import DecimalMark
from inkwell_extract.values.conventions import Conventions
from inkwell_extract.values.fields import WantedField, wanted_fields
from inkwell_extract.values.symbols import CODES

AMBIGUOUS: Final = Finding(
    "xml-ambiguous",
    Severity.ERROR,
    "more than one e-invoice is attached, and they differ; none of them is used",
)
_WHY: Final = {
    XmlFault.DAMAGED: "is damaged, or no XML",
    XmlFault.DOCTYPE: "has a document type, which no e-invoice has",
    XmlFault.TOO_LARGE: "is larger than is read",
    XmlFault.TOO_MANY: "stands among more attachments than are read",
    XmlFault.NO_INVOICE: "is no invoice in a vocabulary that is known",
}
_KNOWN: Final = (
    (INVOICE_NUMBER, Term.NUMBER),
    (ISSUE_DATE, Term.ISSUE_DATE),
    (DUE_DATE, Term.DUE_DATE),
    (TOTAL, Term.TOTAL_WITH_VAT),
    (SUBTOTAL, Term.TOTAL_WITHOUT_VAT),
    (TAX, Term.VAT_TOTAL),
    (ORDER_NUMBER, Term.ORDER_NUMBER),
    (CUSTOMER_NUMBER, Term.BUYER_ID),
    (VAT_NUMBER, Term.SELLER_VAT_ID),
    (CURRENCY, Term.CURRENCY),
    (VENDOR, Term.SELLER_NAME),
)
_AMOUNT_DUE: Final = frozenset({"amountdue", "balancedue", "amountpayable", "payableamount"})
"""What is left to pay is the total only where nothing was paid before."""

_UNIT_CODE: Final = frozenset({"unitcode"})
"""A page prints the unit's name; its code by UN/ECE recommendation 20 stands in the XML alone."""

_OF_A_LINE: Final[Mapping[Term, frozenset[str]]] = {
    Term.LINE_ID: PROPERTIES[Column.POSITION],
    Term.LINE_NAME: PROPERTIES[Column.DESCRIPTION],
    Term.LINE_QUANTITY: PROPERTIES[Column.QUANTITY],
    Term.LINE_UNIT: _UNIT_CODE,
    Term.LINE_NET_PRICE: PROPERTIES[Column.UNIT_PRICE],
    Term.LINE_NET_AMOUNT: PROPERTIES[Column.AMOUNT],
    Term.LINE_VAT_RATE: PROPERTIES[Column.TAX_RATE],
    Term.LINE_SELLERS_ITEM_ID: PROPERTIES[Column.ARTICLE],
}
_CONVENTIONS: Final = Conventions(
    DecimalMark.POINT, currencies={code: (code,) for code in sorted(CODES)}
)
_DATE: Final = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:Z|[+-]\d{2}:\d{2})?")
"""``20240403`` (CII, format 102), or `xs:date`, which may have a time zone (UBL)."""

PathOfValue: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One value of the result, and the element that states it."""

    value: Any
    term: Term
    source: XmlText


@dataclass(frozen=True, slots=True)
class Stated:
    """What an e-invoice states.

    Attributes:
        result: the values in the shape of the schema.
        statements: for each scalar of `result`, by its path.
        findings: e-invoices that could not be used.
        is_whole_document: whether the document is the e-invoice, so that no page shows anything.
    """

    result: dict[str, Any] = field(default_factory=dict)
    statements: dict[PathOfValue, Statement] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    is_whole_document: bool = False


def read_einvoices(pages: Sequence[Page], schema: Mapping[str, Any]) -> Stated:
    """Return what the e-invoice of a document states of the properties of an object schema."""
    attached = [invoice for page in pages for invoice in page.einvoices]
    usable = [invoice for invoice in attached if invoice.fault is None]
    findings = [_unusable(invoice) for invoice in attached if invoice.fault is not None]
    if any(_differ(usable[0], other) for other in usable[1:]):
        return Stated(findings=(*findings, AMBIGUOUS))
    statements = dict(_statements(usable[0], schema)) if usable else {}
    return Stated(
        result=_nested(statements),
        statements=statements,
        findings=tuple(findings),
        is_whole_document=any(page.source is PageSource.XML for page in pages),
    )


def _unusable(invoice: EInvoice) -> Finding:
    why = _WHY[invoice.fault or XmlFault.DAMAGED]
    what = f"the attached {invoice.name}" if invoice.name else "an e-invoice, if there is one,"
    return Finding("xml-unusable", Severity.ERROR, f"{what} {why}")


def _differ(one: EInvoice, other: EInvoice) -> bool:
    """Say whether two e-invoices contradict each other in what both state."""
    both = one.terms.keys() & other.terms.keys()
    return any(one.terms[term].text != other.terms[term].text for term in both)


def _statements(
    invoice: EInvoice, schema: Mapping[str, Any]
) -> Iterator[tuple[PathOfValue, Statement]]:
    for wanted in wanted_fields(schema):
        term = _term_of(wanted)
        statement = _read(invoice.terms, term, wanted) if term else None
        if statement is not None:
            yield (wanted.name,), statement
    for name, columns in _line_lists(schema):
        # EN 16931 asks for the amount of each line; what has none is a text among the lines.
        lines = (line for line in invoice.lines if Term.LINE_NET_AMOUNT in line)
        for number, line in enumerate(lines):
            for wanted, term in columns:
                statement = _read(line, term, wanted)
                if statement is not None:
                    yield (name, number, wanted.name), statement


def _term_of(wanted: WantedField) -> Term | None:
    if _key(wanted.name) in _AMOUNT_DUE:
        return Term.AMOUNT_DUE
    known = known_field(wanted.name)
    return next((term for one, term in _KNOWN if one is known), None)


def _line_lists(
    schema: Mapping[str, Any],
) -> Iterator[tuple[str, list[tuple[WantedField, Term]]]]:
    """Yield each list of line items of which every property is known, with its properties."""
    properties = schema.get("properties")
    for name, part in properties.items() if isinstance(properties, Mapping) else ():
        items = part.get("items") if isinstance(part, Mapping) else None
        if _key(name) not in LISTS or not isinstance(items, Mapping):
            continue
        columns = [
            (wanted, term)
            for wanted in wanted_fields(items)
            for term, names in _OF_A_LINE.items()
            if _key(wanted.name) in names
        ]
        if columns and len(columns) == len(items.get("properties", ())):
            yield name, columns


def _read(terms: Terms, term: Term, wanted: WantedField) -> Statement | None:
    source = terms.get(term)
    plain = _plain(source.text, wanted.kind) if source else None
    if source is None or plain is None:
        return None
    value = wanted.read(plain, _CONVENTIONS)
    return None if value is None else Statement(value, term, source)


def _plain(text: str, kind: Kind) -> str | None:
    """Return a value as it is written where nothing can be read in two ways."""
    match kind:
        case Kind.DATE:
            day = _DATE.fullmatch(text)
            return "-".join(day.groups()) if day else None
        case Kind.NUMBER | Kind.INTEGER:
            try:
                number = Decimal(text)
            except InvalidOperation:
                return None
            return format(number, "f") if number.is_finite() else None
        case Kind.TEXT | Kind.CURRENCY:
            return text


def _nested(statements: Mapping[PathOfValue, Statement]) -> dict[str, Any]:
    """Return an object with each value at its path."""
    result: dict[Any, Any] = {}
    for (name, *within), statement in statements.items():
        if within:
            number, column = within
            result.setdefault(name, {}).setdefault(number, {})[column] = statement.value
        else:
            result[str(name)] = statement.value
    # A line that states nothing of what is wanted is still a line.
    return {
        name: [value.get(number, {}) for number in range(max(value) + 1)]
        if isinstance(value, dict)
        else value
        for name, value in result.items()
    }


def _key(name: str) -> str:
    return name.replace("_", "").lower()
