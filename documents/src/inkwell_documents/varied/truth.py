"""What a varied document says, by the names of the eight fields that are asked of it."""

import re
from decimal import Decimal
from typing import Final

from inkwell_documents.facts import Facts
from inkwell_documents.varied.amounts import SYMBOLS
from inkwell_documents.varied.typeset import Typeset

FIELDS: Final = (
    "vendor",
    "invoice_number",
    "issue_date",
    "due_date",
    "currency",
    "subtotal",
    "tax",
    "total",
)
AMOUNTS: Final = frozenset({"subtotal", "tax", "total"})
DATES: Final = frozenset({"issue_date", "due_date"})


def truth_of(facts: Facts, sheet: Typeset) -> dict[str, str | Decimal]:
    """Return what stands on a sheet: amounts as numbers, days in ISO 8601; the rest is left out."""
    found: dict[str, str | Decimal | None] = {
        "vendor": facts.seller.name,
        "invoice_number": facts.number,
        "issue_date": facts.issue_date.isoformat(),
        "due_date": facts.due_date.isoformat() if facts.due_date else None,
        "currency": facts.currency if _shows_currency(facts, sheet) else None,
        "subtotal": facts.net if facts.shows_net else None,
        "tax": facts.tax if facts.shows_net else None,
        "total": facts.total,
    }
    return {name: value for name, value in found.items() if value is not None}


def _shows_currency(facts: Facts, sheet: Typeset) -> bool:
    """Say whether the currency is shown: a layout may have no place for it."""
    ways = {facts.currency, SYMBOLS.get(facts.currency, facts.currency)}
    # EUR stands in EURL too.
    printed = re.compile("|".join(rf"(?<![A-Za-z]){re.escape(way)}(?![A-Za-z])" for way in ways))
    return facts.shows_currency and any(printed.search(item.text) for item in sheet.items)
