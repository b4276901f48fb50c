"""What an invoice or receipt says, before anybody thinks of its words and its looks. Pure.

Documents are worded and drawn from it, and whoever reads them is judged by it.
"""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody who sells or buys.

    Attributes:
        name: as it stands in the register.
        street: with the house number.
        city: with the postal code, as the country writes it.
        tax_id: VAT or tax number.
        account: IBAN or account number.
        phone: telephone number, for documents that have room for it.
        site: of the web or of mail, likewise.
    """

    name: str
    street: str
    city: str
    tax_id: str
    account: str
    phone: str = ""
    site: str = ""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that an invoice or receipt says; what is None stands nowhere in it.

    Attributes:
        kind: invoice or receipt.
        language: that it is written in.
        seller: who issued it.
        buyer: who is to pay.
        number: of the invoice or receipt.
        customer_number: a number that stands near by and is not the document's.
        order_number: another one.
        issue_date: day of issue.
        due_date: last day to pay.
        other_date: of delivery, order or print: a day that is neither of the two.
        currency: ISO 4217 code.
        shows_currency: whether the document says its currency.
        tax_percent: one rate for all lines.
        shows_net: whether the document says net and tax, and not the total alone.
        lines: positions, at least one.
    """

    kind: Kind
    language: Language
    seller: Party
    buyer: Party
    number: str | None
    customer_number: str
    order_number: str | None = None
    issue_date: date
    due_date: date | None
    other_date: date | None = None
    currency: str
    shows_currency: bool = True
    tax_percent: Decimal
    shows_net: bool = True
    lines: tuple[Line, ...]

    @property
    def is_receipt(self) -> bool:
        """Whether it is a till receipt and no invoice."""
        return self.kind is Kind.RECEIPT

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
