"""Makes up invoices and receipts. The same random numbers give the same facts."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from inkwell_documents.facts import Facts, Kind, Language, Line, Party
from inkwell_documents.formats.digits import digits
from inkwell_documents.varied import numbers
from inkwell_documents.varied.naming import WordMaker, free_word
from inkwell_documents.vocabularies import HELD_OUT, TRAINED, Names, Vocabulary

_FIRST_DAY: Final = date(2009, 1, 1)
_DAYS: Final = 365 * 20
_LONG: Final = 0.1
"""Share of invoices with more positions than usual."""


def invent(
    random: Random, language: Language, word: WordMaker, *, is_receipt: bool, is_held_out: bool
) -> Facts:
    """Make up what a document says.

    Args:
        random: where every choice comes from.
        language: that it is written in.
        word: makes up words for names.
        is_receipt: a till receipt and no invoice.
        is_held_out: names are drawn from those that training never sees.
    """
    vocabulary = (HELD_OUT if is_held_out else TRAINED)[language]
    names = _freed(vocabulary.names, random) if word is free_word else vocabulary.names
    day = _FIRST_DAY + timedelta(days=random.randrange(_DAYS))
    has_due = not is_receipt and random.random() < 0.55
    return Facts(
        language=language,
        kind=Kind.RECEIPT if is_receipt else Kind.INVOICE,
        seller=_party(random, vocabulary, names, word),
        buyer=_party(random, vocabulary, names, word),
        number=None if random.random() < 0.05 else numbers.draw(day, random),
        order_number=numbers.draw(day, random),
        customer_number=numbers.draw(day, random),
        issue_date=day,
        due_date=day + timedelta(days=random.choice((7, 10, 14, 20, 30, 45, 60)))
        if has_due
        else None,
        other_date=day + timedelta(days=random.randint(-40, 12) or 1),
        currency=random.choice(vocabulary.currencies),
        shows_currency=random.random() > 0.06,
        shows_net=random.random() > 0.15,
        tax_percent=Decimal(random.choice(vocabulary.percents)),
        lines=_lines(random, names, is_receipt=is_receipt),
    )


def _freed(names: Names, random: Random) -> Names:
    """Return names that are mostly of any letters."""
    return replace(
        names,
        stems=tuple(free_word(random) for _ in range(4)),
        trades=(random.choice(names.trades), free_word(random), free_word(random)),
    )


def _company(random: Random, vocabulary: Vocabulary, names: Names, word: WordMaker) -> str:
    def stem() -> str:
        return word(random) if random.random() < 0.5 else random.choice(names.stems)

    trade = random.choice(names.trades)
    name = random.choice(
        (
            f"{stem()} {trade}",
            f"{stem()} {trade}",
            stem(),
            f"{stem()} {word(random)}",
            f"{stem()} & {stem()}",
            f"{trade} {stem()}",
            f"{stem()}-{trade}",
            random.choice(names.people),
        )
    )
    full = f"{name} {random.choice(vocabulary.forms)}".strip()
    return full.upper() if random.random() < 0.12 else full


def _party(random: Random, vocabulary: Vocabulary, names: Names, word: WordMaker) -> Party:
    host = word(random).lower()
    site = f"{host}.{random.choice(('com', 'de', 'fr', 'eu'))}"
    return Party(
        name=_company(random, vocabulary, names, word),
        street=random.choice(names.streets).format(number=random.randrange(1, 190)),
        city=random.choice(names.cities),
        tax_id=digits(vocabulary.tax_id, random),
        account=digits(vocabulary.account, random),
        phone=digits(random.choice(vocabulary.phone), random),
        site=random.choice((f"www.{site}", f"info@{site}", site)),
    )


def _lines(random: Random, names: Names, *, is_receipt: bool) -> tuple[Line, ...]:
    most = random.choice((900, 5000, 30_000, 200_000)) if not is_receipt else 2500
    count = random.choice((1, 1, 2, 2, 3, 3, 4, 5, 6))
    if not is_receipt and random.random() < _LONG:
        count = random.randrange(7, 26)
    return tuple(
        Line(
            description=random.choice(names.goods),
            quantity=random.choice((1, 1, 1, 2, 3, random.randrange(1, 21))),
            price=Decimal(random.randrange(95, most)) / 100,
        )
        for _ in range(count)
    )
