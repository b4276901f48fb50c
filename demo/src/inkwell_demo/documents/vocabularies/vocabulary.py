"""The shape of a vocabulary: what an inventor of invoices may choose from in one language."""

from dataclasses import dataclass
from random import Random

Choices = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Labels:
    """The words in front of the values of one document."""

    title: str
    number: str
    customer_number: str
    issue_date: str
    due_date: str
    bill_to: str
    description: str
    quantity: str
    price: str
    amount: str
    net: str
    tax: str
    total: str
    page: str
    carried_over: str
    receipt_title: str
    receipt_number: str
    cash: str
    thanks: str


@dataclass(frozen=True, slots=True)
class LabelChoices:
    """For each label, the ways in which people write it."""

    title: Choices
    number: Choices
    customer_number: Choices
    issue_date: Choices
    due_date: Choices
    bill_to: Choices
    description: Choices
    quantity: Choices
    price: Choices
    amount: Choices
    net: Choices
    tax: Choices
    total: Choices
    page: Choices
    carried_over: Choices
    receipt_title: Choices
    receipt_number: Choices
    cash: Choices
    thanks: Choices

    def draw(self, random: Random) -> Labels:
        """Choose one way of writing for each label; a document keeps to it."""
        return Labels(
            title=random.choice(self.title),
            number=random.choice(self.number),
            customer_number=random.choice(self.customer_number),
            issue_date=random.choice(self.issue_date),
            due_date=random.choice(self.due_date),
            bill_to=random.choice(self.bill_to),
            description=random.choice(self.description),
            quantity=random.choice(self.quantity),
            price=random.choice(self.price),
            amount=random.choice(self.amount),
            net=random.choice(self.net),
            tax=random.choice(self.tax),
            total=random.choice(self.total),
            page=random.choice(self.page),
            carried_over=random.choice(self.carried_over),
            receipt_title=random.choice(self.receipt_title),
            receipt_number=random.choice(self.receipt_number),
            cash=random.choice(self.cash),
            thanks=random.choice(self.thanks),
        )


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What invoices of one language are made of.

    Attributes:
        labels: ways to name the values.
        company_stems: first parts of company names.
        company_trades: second parts of company names.
        company_forms: legal forms.
        streets: with ``{number}`` for the house number.
        cities: with the postal code.
        goods: what is sold on invoices.
        groceries: what is sold on receipts.
        terms: a sentence about payment, with ``{days}``.
        tax_id: pattern; ``#`` stands for a digit.
        account: pattern; ``#`` stands for a digit.
        currencies: ISO 4217 codes, most usual first.
        tax_percents: rates as text.
    """

    labels: LabelChoices
    company_stems: Choices
    company_trades: Choices
    company_forms: Choices
    streets: Choices
    cities: Choices
    goods: Choices
    groceries: Choices
    terms: Choices
    tax_id: str
    account: str
    currencies: Choices
    tax_percents: Choices
