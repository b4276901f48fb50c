"""Makes up invoices: everything that a document says, before anybody thinks of how it looks."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from inkwell_demo.documents.formats import numbers
from inkwell_demo.documents.invoice import Invoice, Kind, Language, Line, Party
from inkwell_demo.documents.vocabularies import VOCABULARIES, Vocabulary

_FIRST_DAY: Final = date(2023, 1, 2)
_DAYS: Final = 1300
_TERMS: Final = (14, 30, 60)


def invent(
    random: Random, language: Language, kind: Kind = Kind.INVOICE, lines: int | None = None
) -> Invoice:
    """Make up an invoice or receipt.

    Args:
        random: where every choice comes from.
        language: that it is to be written in.
        kind: invoice or receipt.
        lines: number of positions; a handful when not given.
    """
    vocabulary = VOCABULARIES[language]
    day = _FIRST_DAY + timedelta(days=random.randrange(_DAYS))
    is_receipt = kind is Kind.RECEIPT
    return Invoice(
        kind=kind,
        language=language,
        number=numbers.receipt_number(random)
        if is_receipt
        else numbers.invoice_number(day, random),
        customer_number=numbers.digits("K-#####", random),
        issue_date=day,
        due_date=day if is_receipt else day + timedelta(days=random.choice(_TERMS)),
        seller=_party(random, vocabulary),
        buyer=_party(random, vocabulary),
        currency=random.choice(vocabulary.currencies),
        tax_percent=Decimal(random.choice(vocabulary.tax_percents)),
        lines=_lines(
            random,
            vocabulary.groceries if is_receipt else vocabulary.goods,
            lines,
            most_cents=2000 if is_receipt else 90_000,
        ),
    )


def _party(random: Random, vocabulary: Vocabulary) -> Party:
    name = (
        random.choice(vocabulary.company_stems),
        random.choice(vocabulary.company_trades),
        random.choice(vocabulary.company_forms),
    )
    return Party(
        name=" ".join(name),
        street=random.choice(vocabulary.streets).format(number=random.randrange(1, 180)),
        city=random.choice(vocabulary.cities),
        tax_id=numbers.digits(vocabulary.tax_id, random),
        account=numbers.digits(vocabulary.account, random),
    )


def _lines(
    random: Random, goods: tuple[str, ...], count: int | None, most_cents: int
) -> tuple[Line, ...]:
    wanted = random.randrange(2, 8) if count is None else count
    return tuple(
        Line(
            description=random.choice(goods),
            quantity=random.randrange(1, 9),
            price=Decimal(random.randrange(95, most_cents)) / 100,
        )
        for _ in range(wanted)
    )
