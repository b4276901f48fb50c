"""When an extracted value is the true one."""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

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


def same(value: Any, true: Any) -> bool:
    """Say whether an extracted value is the true one; amounts are compared as numbers."""
    try:
        return Decimal(str(value)) == Decimal(str(true))
    except InvalidOperation:
        return str(value).strip() == str(true)
