"""An invoice with the words and formats that one document uses for it."""

from dataclasses import dataclass
from random import Random
from typing import Self

from inkwell_demo.documents.formats import amounts, dates
from inkwell_demo.documents.formats.amounts import AmountFormat
from inkwell_demo.documents.formats.dates import DateFormat
from inkwell_demo.documents.invoice import Invoice
from inkwell_demo.documents.vocabularies import VOCABULARIES, Labels


@dataclass(frozen=True, slots=True)
class Wording:
    """What a layout draws.

    Attributes:
        invoice: the truth.
        labels: words in front of values.
        day: writes a date.
        plain: writes an amount without its currency.
        money: writes an amount with its currency.
        terms: a sentence about payment.
    """

    invoice: Invoice
    labels: Labels
    day: DateFormat
    plain: AmountFormat
    money: AmountFormat
    terms: str

    @classmethod
    def draw(cls, invoice: Invoice, random: Random) -> Self:
        """Choose the words and formats for an invoice."""
        vocabulary = VOCABULARIES[invoice.language]
        plain, money = amounts.draw(invoice.language, invoice.currency, random)
        days = (invoice.due_date - invoice.issue_date).days
        return cls(
            invoice=invoice,
            labels=vocabulary.labels.draw(random),
            day=dates.draw(invoice.language, random),
            plain=plain,
            money=money,
            terms=random.choice(vocabulary.terms).format(days=days),
        )

    @property
    def tax_label(self) -> str:
        """The tax with its rate: ``VAT 20 %``."""
        percent = f"{self.invoice.tax_percent.normalize():f}"
        point = "." if self.invoice.language.value == "en" else ","
        return f"{self.labels.tax} {percent.replace('.', point)} %"

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Label and value of what stands at the head of an invoice."""
        invoice, labels = self.invoice, self.labels
        return (
            (labels.number, invoice.number),
            (labels.issue_date, self.day(invoice.issue_date)),
            (labels.customer_number, invoice.customer_number),
            (labels.due_date, self.day(invoice.due_date)),
        )

    def sums(self) -> tuple[tuple[str, str], ...]:
        """Label and value of net, tax and total, the total last."""
        invoice, labels = self.invoice, self.labels
        return (
            (labels.net, self.plain(invoice.net)),
            (self.tax_label, self.plain(invoice.tax)),
            (labels.total, self.money(invoice.total)),
        )
