"""The words that one document puts in front of its values: chosen once, and kept to."""

from dataclasses import dataclass
from random import Random
from typing import Self

from inkwell_documents import vocabularies


@dataclass(frozen=True, slots=True)
class Labels:
    """One way to write each of the labels that everyday documents have."""

    title: str
    number: str
    customer_number: str
    issue_date: str
    due_date: str
    buyer: str
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
    paid: str
    thanks: str

    @classmethod
    def draw(cls, ways: vocabularies.Labels, random: Random) -> Self:
        """Choose one way for each label."""
        return cls(
            title=random.choice(ways.title),
            number=random.choice(ways.number),
            customer_number=random.choice(ways.customer_number),
            issue_date=random.choice(ways.issue_date),
            due_date=random.choice(ways.due_date),
            buyer=random.choice(ways.buyer),
            description=random.choice(ways.description),
            quantity=random.choice(ways.quantity),
            price=random.choice(ways.price),
            amount=random.choice(ways.amount),
            net=random.choice(ways.net),
            tax=random.choice(ways.tax),
            total=random.choice(ways.total),
            page=random.choice(ways.page),
            carried_over=random.choice(ways.carried_over),
            receipt_title=random.choice(ways.receipt_title),
            receipt_number=random.choice(ways.receipt_number),
            paid=random.choice(ways.paid),
            thanks=random.choice(ways.thanks),
        )
