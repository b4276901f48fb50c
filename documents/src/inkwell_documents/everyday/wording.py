"""Facts with the words and formats that one everyday document uses for them."""

from dataclasses import dataclass
from random import Random
from typing import Self

from inkwell_documents.everyday import amounts, dates
from inkwell_documents.everyday.labels import Labels
from inkwell_documents.facts import Facts
from inkwell_documents.formats import percents
from inkwell_documents.formats.amounts import AmountFormat
from inkwell_documents.formats.dates import DateFormat
from inkwell_documents.vocabularies import EVERYDAY


@dataclass(frozen=True, slots=True)
class Wording:
    """What a layout draws.

    Attributes:
        facts: the truth.
        labels: words in front of values.
        day: writes a date.
        plain: writes an amount without its currency.
        money: writes an amount with its currency.
        terms: a sentence about payment.
    """

    facts: Facts
    labels: Labels
    day: DateFormat
    plain: AmountFormat
    money: AmountFormat
    terms: str

    @classmethod
    def draw(cls, facts: Facts, random: Random) -> Self:
        """Choose the words and formats for an invoice or receipt."""
        ways = EVERYDAY[facts.language].labels
        plain, money = amounts.draw(facts.language, facts.currency, random)
        days = ((facts.due_date or facts.issue_date) - facts.issue_date).days
        return cls(
            facts=facts,
            labels=Labels.draw(ways, random),
            day=dates.draw(facts.language, random),
            plain=plain,
            money=money,
            terms=random.choice(ways.terms).format(days=days),
        )

    @property
    def tax_label(self) -> str:
        """The tax with its rate: ``VAT 20 %``."""
        facts = self.facts
        return f"{self.labels.tax} {percents.write(facts.tax_percent, facts.language)} %"

    def head(self) -> tuple[tuple[str, str], ...]:
        """Label and value of what stands at the head of an invoice or receipt."""
        facts, labels = self.facts, self.labels
        issued = (labels.issue_date, self.day(facts.issue_date))
        pairs: tuple[tuple[str, str | None], ...] = (
            ((labels.receipt_number, facts.number), issued)
            if facts.is_receipt
            else (
                (labels.number, facts.number),
                issued,
                (labels.customer_number, facts.customer_number),
                (labels.due_date, self.day(facts.due_date) if facts.due_date else None),
            )
        )
        return tuple((label, value) for label, value in pairs if value is not None)

    def sums(self) -> tuple[tuple[str, str], ...]:
        """Label and value of net, tax and total, the total last."""
        facts, labels = self.facts, self.labels
        return (
            (labels.net, self.plain(facts.net)),
            (self.tax_label, self.plain(facts.tax)),
            (labels.total, self.money(facts.total)),
        )
