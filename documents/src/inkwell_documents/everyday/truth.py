"""What an extraction should find in an everyday document, and when a value is the true one."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from inkwell_documents.facts import Facts

FIELDS_OF_INVOICES: Final = (
    "invoice_number",
    "issue_date",
    "due_date",
    "currency",
    "net",
    "tax",
    "total",
)
"""What the pipeline acme/invoices asks for."""


def truth_of(facts: Facts) -> Mapping[str, str | int]:
    """Return what an extraction should find: amounts are decimal text, dates ISO 8601."""
    found: dict[str, str | int | None] = {"receipt_number": facts.number}
    if not facts.is_receipt:
        found = {
            "invoice_number": facts.number,
            "due_date": facts.due_date.isoformat() if facts.due_date else None,
            "buyer": facts.buyer.name,
        }
    found |= {
        "issue_date": facts.issue_date.isoformat(),
        "seller": facts.seller.name,
        "currency": facts.currency,
        "net": str(facts.net),
        "tax": str(facts.tax),
        "total": str(facts.total),
        "line_count": len(facts.lines),
    }
    return {name: value for name, value in found.items() if value is not None}


def same(value: Any, true: Any) -> bool:
    """Say whether an extracted value is the true one; amounts are compared as numbers."""
    try:
        return Decimal(str(value)) == Decimal(str(true))
    except InvalidOperation:
        return str(value).strip() == str(true)
