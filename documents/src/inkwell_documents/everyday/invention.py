"""Makes up what everyday documents say. The same random numbers give the same facts."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from inkwell_documents.everyday import numbers
from inkwell_documents.facts import Facts, Kind, Language, Line, Party
from inkwell_documents.formats.digits import digits
from inkwell_documents.vocabularies import EVERYDAY, Vocabulary

_FIRST_DAY: Final = date(2023, 1, 2)
_DAYS: Final = 1300
_TERMS: Final = (14, 30, 60)


def invent(
    random: Random, language: Language, kind: Kind = Kind.INVOICE, lines: int | None = None
) -> Facts:
    """Make up an invoice or receipt.

    Args:
        random: where every choice comes from.
        language: that it is to be written in.
        kind: invoice or receipt.
        lines: number of positions; a handful when not given.
    """
    vocabulary = EVERYDAY[language]
    day = _FIRST_DAY + timedelta(days=random.randrange(_DAYS))
    is_receipt = kind is Kind.RECEIPT
    return Facts(
        kind=kind,
        language=language,
        number=numbers.receipt_number(random)
        if is_receipt
        else numbers.invoice_number(day, random),
        customer_number=digits("K-#####", random),
        issue_date=day,
        due_date=None if is_receipt else day + timedelta(days=random.choice(_TERMS)),
        seller=_party(random, vocabulary),
        buyer=_party(random, vocabulary),
        currency=random.choice(vocabulary.currencies),
        tax_percent=Decimal(random.choice(vocabulary.percents)),
        lines=_lines(
            random,
            vocabulary.names.groceries if is_receipt else vocabulary.names.goods,
            lines,
            most_cents=2000 if is_receipt else 90_000,
        ),
    )


def _party(random: Random, vocabulary: Vocabulary) -> Party:
    names = vocabulary.names
    name = (
        random.choice(names.stems),
        random.choice(names.trades),
        random.choice(vocabulary.forms),
    )
    return Party(
        name=" ".join(name),
        street=random.choice(names.streets).format(number=random.randrange(1, 180)),
        city=random.choice(names.cities),
        tax_id=digits(vocabulary.tax_id, random),
        account=digits(vocabulary.account, random),
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
