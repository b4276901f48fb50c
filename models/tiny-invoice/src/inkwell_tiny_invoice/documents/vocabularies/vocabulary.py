"""The shape of a vocabulary: the words that documents of one language choose from."""

from dataclasses import dataclass

Choices = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Labels:
    """For each thing, the ways in which people write what it is.

    Attributes:
        title: of an invoice.
        receipt_title: of a receipt.
        number: of the invoice.
        receipt_number: of the receipt.
        issue_date: day of issue.
        due_date: last day to pay.
        other_date: delivery, order, service.
        order_number: a number that is not the invoice's.
        customer_number: another one.
        buyer: in front of who is to pay.
        description: head of a column, as the next three.
        quantity: head of a column.
        price: head of a column.
        amount: head of a column.
        net: sum without tax.
        tax: the tax.
        total: what is to be paid.
        paid: what was given at the till, or earlier.
        titled: a title that holds number ``{number}`` and day ``{day}``.
        due: a sentence with the last day to pay, ``{day}``.
        terms: a sentence about payment without a day.
        notes: sentences that say nothing that is asked for.
        phone: in front of a telephone number.
        tax_id: in front of a tax number.
        account: in front of an account.
    """

    title: Choices
    receipt_title: Choices
    number: Choices
    receipt_number: Choices
    issue_date: Choices
    due_date: Choices
    other_date: Choices
    order_number: Choices
    customer_number: Choices
    buyer: Choices
    description: Choices
    quantity: Choices
    price: Choices
    amount: Choices
    net: Choices
    tax: Choices
    total: Choices
    paid: Choices
    titled: Choices
    due: Choices
    terms: Choices
    notes: Choices
    phone: Choices
    tax_id: Choices
    account: Choices


@dataclass(frozen=True, slots=True)
class Names:
    """Names of one language; training and evaluation have different ones."""

    stems: Choices
    trades: Choices
    people: Choices
    streets: Choices
    cities: Choices
    goods: Choices


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words of one language.

    Attributes:
        labels: in front of values.
        forms: legal forms.
        tax_id: pattern of a tax number.
        account: pattern of an account.
        phone: pattern of a telephone number.
        currencies: that people of this language bill in, as often as they do.
        percents: rates of tax.
        trained: names that training draws from.
        held_out: names that only evaluation draws from.
    """

    labels: Labels
    forms: Choices
    tax_id: str
    account: str
    phone: Choices
    currencies: Choices
    percents: Choices
    trained: Names
    held_out: Names
