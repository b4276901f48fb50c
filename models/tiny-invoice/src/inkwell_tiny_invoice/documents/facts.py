"""What an invoice says, before anybody thinks of how it looks. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who sells or buys."""

    name: str
    street: str
    city: str
    tax_id: str
    account: str
    phone: str
    site: str


@dataclass(frozen=True, slots=True)
class Line:
    """One position of the table; `amount` is quantity times price."""

    description: str
    quantity: int
    price: Decimal

    @property
    def amount(self) -> Decimal:
        """Quantity times price."""
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class Facts:
    """An invoice or receipt.

    Attributes:
        language: `en`, `de` or `fr`.
        is_receipt: a till receipt and no invoice.
        vendor: who issued it.
        buyer: who is to pay.
        number: of the invoice; None when the document has none.
        order_number: a number that stands near by and is not the invoice's.
        customer_number: another one.
        issue_date: day of issue.
        due_date: last day to pay; None when the document does not say it.
        other_date: of delivery, order or print: a distractor.
        currency: ISO 4217 code.
        shows_currency: whether the document says its currency.
        shows_net: whether it says net and tax.
        percent: of the tax.
        lines: positions.
    """

    language: str
    is_receipt: bool
    vendor: Party
    buyer: Party
    number: str | None
    order_number: str
    customer_number: str
    issue_date: date
    due_date: date | None
    other_date: date
    currency: str
    shows_currency: bool
    shows_net: bool
    percent: Decimal
    lines: tuple[Line, ...]

    @property
    def net(self) -> Decimal:
        """Sum of the lines."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    @property
    def tax(self) -> Decimal:
        """Tax on the sum, in whole cents."""
        return (self.net * self.percent / 100).quantize(Decimal("0.01"))

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return self.net + self.tax

    def truth(self) -> dict[str, str | Decimal]:
        """Return what the document says, by the names of the eight fields; the rest is left out."""
        found: dict[str, str | Decimal | None] = {
            "vendor": self.vendor.name,
            "invoice_number": self.number,
            "issue_date": self.issue_date.isoformat(),
            "due_date": self.due_date.isoformat() if self.due_date else None,
            "currency": self.currency if self.shows_currency else None,
            "subtotal": self.net if self.shows_net else None,
            "tax": self.tax if self.shows_net else None,
            "total": self.total,
        }
        return {name: value for name, value in found.items() if value is not None}
