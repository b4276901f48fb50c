"""The fields that are known, and what all languages together call them. Data only.

A weight says how sure a label is of its field; within a field only the order of weights counts.
`but_not` is looked for in the words around a label, from the start of its cell to its value, and
rules the label out there; `unless` in turn rules the exclusion out.

Documents mix languages, within a label too ("Invoice 17 vom 3. Mai"): a label whose parts may be
of two languages is put together here.
"""

from typing import Final

from inkwell_extract.labels.dutch import DUTCH
from inkwell_extract.labels.english import ENGLISH
from inkwell_extract.labels.french import FRENCH
from inkwell_extract.labels.german import GERMAN
from inkwell_extract.labels.italian import ITALIAN
from inkwell_extract.labels.label import Kind, KnownField, Label
from inkwell_extract.labels.spanish import SPANISH
from inkwell_extract.labels.vocabulary import FieldWords, either, merge

VOCABULARIES: Final = (ENGLISH, GERMAN, FRENCH, DUTCH, ITALIAN, SPANISH)

CUSTOMER_SIDE: Final = rf"\b(?:{either(words.customer_side for words in VOCABULARIES)})\b"
"""Pattern of what stands above a customer's name."""

OTHER_DOCUMENT: Final = rf"\b(?:{either(words.other_document for words in VOCABULARIES)})\b"
"""Pattern of what makes a number or date that of a document which this one only names."""


def _known(
    words: FieldWords,
    kind: Kind,
    *more: Label,
    is_last: bool = False,
    is_identifier: bool = False,
) -> KnownField:
    return KnownField(
        names=frozenset(words.names.split()),
        kind=kind,
        labels=(*words.labels, *more),
        but_not=words.but_not,
        unless=words.unless,
        never=words.never,
        is_last=is_last,
        is_identifier=is_identifier,
    )


INVOICE_NUMBER: Final = _known(
    merge(words.invoice_number for words in VOCABULARIES),
    Kind.TEXT,
    Label(r"^#", 2),
    is_identifier=True,
)

_ISSUE_DATE: Final = merge(words.issue_date for words in VOCABULARIES)
ISSUE_DATE: Final = _known(
    _ISSUE_DATE,
    Kind.DATE,
    Label(rf"\b(?:{_ISSUE_DATE.first})\b[^:]{{0,80}}\b(?:{_ISSUE_DATE.last})\b", 4.2),
)

DUE_DATE: Final = _known(merge(words.due_date for words in VOCABULARIES), Kind.DATE)

_TOTAL: Final = merge(words.total for words in VOCABULARIES)
TOTAL: Final = _known(
    _TOTAL,
    Kind.NUMBER,
    Label(rf"\b(?:{_TOTAL.first})\b,? ?\(?(?:{_TOTAL.last})", 6),
    Label(rf"\b(?:{_TOTAL.phrases})\b", 4.8),
    is_last=True,
)

_SUBTOTAL: Final = merge(words.subtotal for words in VOCABULARIES)
SUBTOTAL: Final = _known(
    _SUBTOTAL,
    Kind.NUMBER,
    Label(rf"\b(?:{_SUBTOTAL.first})\b.{{0,12}}\b(?:{_SUBTOTAL.last})\b", 5.5),
    Label(rf"\b(?:{_SUBTOTAL.phrases})\b", 5),
    is_last=True,
)

_TAX: Final = merge(words.tax for words in VOCABULARIES)
TAX: Final = _known(
    _TAX,
    Kind.NUMBER,
    Label(rf"\b(?:{_TAX.first})\b.{{0,8}}\b(?:{_TAX.last})\b", 5.5),
    is_last=True,
)

ORDER_NUMBER: Final = _known(
    merge(words.order_number for words in VOCABULARIES), Kind.TEXT, is_identifier=True
)
CUSTOMER_NUMBER: Final = _known(
    merge(words.customer_number for words in VOCABULARIES), Kind.TEXT, is_identifier=True
)
VAT_NUMBER: Final = _known(
    merge(words.vat_number for words in VOCABULARIES), Kind.TEXT, is_identifier=True
)

_CURRENCY: Final = merge(words.currency for words in VOCABULARIES)
CURRENCY: Final = _known(
    _CURRENCY,
    Kind.CURRENCY,
    Label(rf"\b(?:{_CURRENCY.first})\b[^.:]{{0,30}}\bin\b", 4.5),
)

VENDOR: Final = _known(merge(words.vendor for words in VOCABULARIES), Kind.TEXT)

TENDERED: Final = _known(merge(words.tendered for words in VOCABULARIES), Kind.NUMBER, is_last=True)
CHANGE: Final = _known(merge(words.change for words in VOCABULARIES), Kind.NUMBER, is_last=True)
ROUNDING: Final = _known(merge(words.rounding for words in VOCABULARIES), Kind.NUMBER, is_last=True)
PAID: Final = _known(merge(words.paid for words in VOCABULARIES), Kind.NUMBER, is_last=True)
CHARGES: Final = _known(merge(words.charges for words in VOCABULARIES), Kind.NUMBER, is_last=True)
DISCOUNT: Final = _known(merge(words.discount for words in VOCABULARIES), Kind.NUMBER, is_last=True)

KNOWN_FIELDS: Final = (
    INVOICE_NUMBER,
    ISSUE_DATE,
    DUE_DATE,
    TOTAL,
    SUBTOTAL,
    TAX,
    ORDER_NUMBER,
    CUSTOMER_NUMBER,
    VAT_NUMBER,
    CURRENCY,
    VENDOR,
)


def known_field(name: str) -> KnownField | None:
    """Return the known field that a property means, or None."""
    key = name.replace("_", "").lower()
    return next((known for known in KNOWN_FIELDS if key in known.names), None)
