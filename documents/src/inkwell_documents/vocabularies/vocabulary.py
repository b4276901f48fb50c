"""The shape of a vocabulary: the words that documents of one language choose from. Pure."""

from dataclasses import dataclass

Choices = tuple[str, ...]
"""Ways to say one thing; one that stands in it twice is chosen twice as often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """For each thing, the ways in which people write what it is.

    Those with a default stand on documents of one collection alone.

    Attributes:
        title: of an invoice.
        receipt_title: of a receipt.
        number: of the invoice.
        receipt_number: of the receipt.
        customer_number: a number that is not the invoice's.
        order_number: another one.
        issue_date: day of issue.
        due_date: last day to pay.
        other_date: delivery, order, service.
        buyer: in front of who is to pay.
        description: head of a column, as the next three.
        quantity: head of a column.
        price: head of a column.
        amount: head of a column.
        net: sum without tax.
        tax: the tax.
        total: what is to be paid.
        paid: what was given at the till, or earlier.
        terms: a sentence about payment, with ``{days}`` where it says in how many days.
        due: a sentence with the last day to pay, ``{day}``.
        titled: a title that holds number ``{number}`` and day ``{day}``.
        notes: sentences that say nothing that is asked for.
        phone: in front of a telephone number.
        tax_id: in front of a tax number.
        account: in front of an account.
        page: number of a page ``{page}`` of ``{pages}``.
        carried_over: in front of the sum of the pages before.
        thanks: at the foot of a receipt.
    """

    title: Choices
    receipt_title: Choices
    number: Choices
    receipt_number: Choices
    customer_number: Choices
    order_number: Choices = ()
    issue_date: Choices
    due_date: Choices
    other_date: Choices = ()
    buyer: Choices
    description: Choices
    quantity: Choices
    price: Choices
    amount: Choices
    net: Choices
    tax: Choices
    total: Choices
    paid: Choices
    terms: Choices
    due: Choices = ()
    titled: Choices = ()
    notes: Choices = ()
    phone: Choices = ()
    tax_id: Choices = ()
    account: Choices = ()
    page: Choices = ()
    carried_over: Choices = ()
    thanks: Choices = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names of people, places and things.

    Attributes:
        stems: first parts of companies' names.
        trades: second parts of companies' names.
        people: who sell under their own names.
        streets: with ``{number}`` for the house number.
        cities: with the postal code.
        goods: what is sold.
        groceries: what is sold on receipts, where that is something else.
    """

    stems: Choices
    trades: Choices
    people: Choices = ()
    streets: Choices
    cities: Choices
    goods: Choices
    groceries: Choices = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """All words of one language.

    Attributes:
        labels: in front of values.
        names: of sellers, buyers and goods.
        forms: legal forms.
        tax_id: pattern of a tax number; ``#`` stands for a digit.
        account: pattern of an account.
        phone: patterns of telephone numbers.
        currencies: ISO 4217 codes that people of this language bill in.
        percents: rates of tax as text.
    """

    labels: Labels
    names: Names
    forms: Choices
    tax_id: str
    account: str
    phone: Choices = ()
    currencies: Choices
    percents: Choices
