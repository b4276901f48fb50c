"""An invoice as its author knows it: what a document is drawn from and judged by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Language(StrEnum):
    """Languages that documents are made in."""

    ENGLISH = "en"
    GERMAN = "de"
    FRENCH = "fr"


class Kind(StrEnum):
    """What a document is."""

    INVOICE = "invoice"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who sells or buys.

    Attributes:
        name: as it stands in the register.
        street: with the house number.
        city: with the postal code, as the country writes it.
        tax_id: VAT or tax number.
        account: IBAN or account number.
    """

    name: str
    street: str
    city: str
    tax_id: str
    account: str


@dataclass(frozen=True, slots=True)
class Line:
    """One position; `amount` is quantity times price, without tax."""

    description: str
    quantity: int
    price: Decimal

    @property
    def amount(self) -> Decimal:
        """Quantity times price."""
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class Invoice:
    """Everything that an invoice or receipt says.

    Attributes:
        kind: invoice or receipt.
        language: that it is written in.
        number: of the invoice.
        customer_number: a number that stands near by and is not the invoice's.
        issue_date: day of issue.
        due_date: last day to pay.
        seller: who issued it.
        buyer: who is to pay.
        currency: ISO 4217 code.
        tax_percent: one rate for all lines.
        lines: positions, at least one.
    """

    kind: Kind
    language: Language
    number: str
    customer_number: str
    issue_date: date
    due_date: date
    seller: Party
    buyer: Party
    currency: str
    tax_percent: Decimal
    lines: tuple[Line, ...]

    @property
    def net(self) -> Decimal:
        """Sum of the lines."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    @property
    def tax(self) -> Decimal:
        """Tax on the sum, rounded to cents."""
        return (self.net * self.tax_percent / 100).quantize(Decimal("0.01"))

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return self.net + self.tax

    def truth(self) -> Mapping[str, str | int]:
        """Return what an extraction should find: amounts are decimal text, dates ISO 8601."""
        own: dict[str, str | int] = {"receipt_number": self.number}
        if self.kind is Kind.INVOICE:
            own = {
                "invoice_number": self.number,
                "due_date": self.due_date.isoformat(),
                "buyer": self.buyer.name,
            }
        return own | {
            "issue_date": self.issue_date.isoformat(),
            "seller": self.seller.name,
            "currency": self.currency,
            "net": str(self.net),
            "tax": str(self.tax),
            "total": str(self.total),
            "line_count": len(self.lines),
        }
