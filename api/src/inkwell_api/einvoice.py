"""An electronic invoice: what its XML states, by the terms of EN 16931, as ocr hands it to extract.

Three vocabularies say the same things in other elements: UBL 2.1, UN/CEFACT's Cross Industry
Invoice (Factur-X, ZUGFeRD 2, XRechnung), and ZUGFeRD 1.0, which is older than the norm. `Term` is
what they have in common; which element is which term is the business of whoever reads the XML.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeAlias

_CII: Final = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
_ZUGFERD_1: Final = "urn:ferd:CrossIndustryDocument:invoice:1p0"
_UBL_INVOICE: Final = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
_UBL_CREDIT_NOTE: Final = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"


class Root(StrEnum):
    """The root elements by which an e-invoice is known: ``{namespace}name``."""

    CII = f"{{{_CII}}}CrossIndustryInvoice"
    ZUGFERD_1 = f"{{{_ZUGFERD_1}}}CrossIndustryDocument"
    UBL_INVOICE = f"{{{_UBL_INVOICE}}}Invoice"
    UBL_CREDIT_NOTE = f"{{{_UBL_CREDIT_NOTE}}}CreditNote"


class Term(StrEnum):
    """Business terms (BT) of EN 16931-1:2017, by their numbers in its semantic model."""

    NUMBER = "BT-1"
    ISSUE_DATE = "BT-2"
    CURRENCY = "BT-5"
    DUE_DATE = "BT-9"
    ORDER_NUMBER = "BT-13"
    SELLER_NAME = "BT-27"
    SELLER_VAT_ID = "BT-31"
    BUYER_ID = "BT-46"
    TOTAL_WITHOUT_VAT = "BT-109"
    VAT_TOTAL = "BT-110"
    TOTAL_WITH_VAT = "BT-112"
    AMOUNT_DUE = "BT-115"
    LINE_ID = "BT-126"
    LINE_QUANTITY = "BT-129"
    LINE_UNIT = "BT-130"
    LINE_NET_AMOUNT = "BT-131"
    LINE_NET_PRICE = "BT-146"
    LINE_VAT_RATE = "BT-152"
    LINE_NAME = "BT-153"
    LINE_SELLERS_ITEM_ID = "BT-155"


_NUMBERS: Final = frozenset(term.value for term in Term)


class XmlFault(StrEnum):
    """Why a file that should be an e-invoice states nothing."""

    DAMAGED = "damaged"
    DOCTYPE = "doctype"
    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    NO_INVOICE = "no-invoice"


@dataclass(frozen=True, slots=True)
class XmlText:
    """What one element states.

    Attributes:
        text: as written, with single spaces for white space and without what nobody sees.
        path: XPath of the element, with the prefixes that its vocabulary usually has.
    """

    text: str
    path: str


Terms: TypeAlias = Mapping[Term, XmlText]


@dataclass(frozen=True, slots=True)
class EInvoice:
    """What one XML file states.

    Attributes:
        name: of the attachment, one of those that the standards give, in lower case; empty for a
            document that is XML itself, and where attachments were too many to be looked through.
        terms: of the whole invoice. A term that the file states twice, in two ways, is absent.
        lines: invoice lines (BG-25) in their order.
        fault: why it states nothing, or None.
    """

    name: str
    terms: Terms = field(default_factory=dict)
    lines: tuple[Terms, ...] = ()
    fault: XmlFault | None = None


def to_body(invoice: EInvoice) -> dict[str, Any]:
    """Return an e-invoice as JSON has it."""
    return {
        "name": invoice.name,
        "terms": _terms_body(invoice.terms),
        "lines": [_terms_body(line) for line in invoice.lines],
        "fault": invoice.fault.value if invoice.fault else None,
    }


def from_body(body: Mapping[str, Any]) -> EInvoice:
    """Return what `to_body` made; terms that a newer writer knows are left out.

    Raises:
        ValueError, KeyError, TypeError: it is something else.
    """
    return EInvoice(
        name=str(body["name"]),
        terms=_terms(body["terms"]),
        lines=tuple(_terms(line) for line in body["lines"]),
        fault=XmlFault(body["fault"]) if body["fault"] else None,
    )


def _terms_body(terms: Terms) -> dict[str, list[str]]:
    return {term.value: [stated.text, stated.path] for term, stated in terms.items()}


def _terms(body: Mapping[str, Any]) -> Terms:
    return {
        Term(number): XmlText(str(text), str(path))
        for number, (text, path) in dict(body).items()
        if number in _NUMBERS
    }
