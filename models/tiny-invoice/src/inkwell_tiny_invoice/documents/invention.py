"""Makes up invoices and receipts. The same random numbers give the same facts."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from inkwell_tiny_invoice.documents.facts import Facts, Line, Party
from inkwell_tiny_invoice.documents.formats import digits, draw_number
from inkwell_tiny_invoice.documents.vocabularies import VOCABULARIES, Names, Vocabulary

_FIRST_DAY: Final = date(2009, 1, 1)
_DAYS: Final = 365 * 20
_SYLLABLES: Final = {
    False: (
        "ac me nor dic tek lo ra vin del mar son ber gra tec pol ix um zen kor ba ti que st ro lin "
        "fa ri do shu ma hel wes pra con tri omni vo lux sy net ker ja bel ham ost urg and ein ou "
        "ch gen fi ta ler mo ne pi qui sta tu ver wa yo zu ge schm itz eau ard"
    ).split(),
    True: (
        "bri cal den fex gol hin jor kap lum nex orb pax rix sol tor ulm vex wyn yar zil ath esk "
        "ond irk eva nda ruk"
    ).split(),
}


def invent(random: Random, language: str, *, is_receipt: bool, is_held_out: bool) -> Facts:
    """Make up what a document says.

    Args:
        random: where every choice comes from.
        language: `en`, `de` or `fr`.
        is_receipt: a till receipt and no invoice.
        is_held_out: names are drawn from those that training never sees.
    """
    vocabulary = VOCABULARIES[language]
    names = vocabulary.held_out if is_held_out else vocabulary.trained
    day = _FIRST_DAY + timedelta(days=random.randrange(_DAYS))
    has_due = not is_receipt and random.random() < 0.6
    return Facts(
        language=language,
        is_receipt=is_receipt,
        vendor=_party(random, vocabulary, names, is_held_out=is_held_out),
        buyer=_party(random, vocabulary, names, is_held_out=is_held_out),
        number=None if random.random() < 0.05 else draw_number(day, random),
        order_number=draw_number(day, random),
        customer_number=draw_number(day, random),
        issue_date=day,
        due_date=day + timedelta(days=random.choice((7, 10, 14, 20, 30, 45, 60)))
        if has_due
        else None,
        other_date=day + timedelta(days=random.randint(-40, 12) or 1),
        currency=random.choice(vocabulary.currencies),
        shows_currency=random.random() > 0.06,
        shows_net=random.random() > 0.15,
        percent=Decimal(random.choice(vocabulary.percents)),
        lines=_lines(random, names, is_receipt=is_receipt),
    )


def made_up_word(random: Random, *, is_held_out: bool) -> str:
    """Put syllables together; held-out words have syllables of their own."""
    count = random.choice((2, 2, 3, 3, 4))
    return "".join(random.choice(_SYLLABLES[is_held_out]) for _ in range(count)).capitalize()


def _company(random: Random, vocabulary: Vocabulary, names: Names, *, is_held_out: bool) -> str:
    def word() -> str:
        if random.random() < 0.5:
            return made_up_word(random, is_held_out=is_held_out)
        return random.choice(names.stems)

    trade = random.choice(names.trades)
    name = random.choice(
        (
            f"{word()} {trade}",
            f"{word()} {trade}",
            word(),
            f"{word()} {made_up_word(random, is_held_out=is_held_out)}",
            f"{word()} & {word()}",
            f"{trade} {word()}",
            f"{word()}-{trade}",
            random.choice(names.people),
        )
    )
    full = f"{name} {random.choice(vocabulary.forms)}".strip()
    return full.upper() if random.random() < 0.12 else full


def _party(random: Random, vocabulary: Vocabulary, names: Names, *, is_held_out: bool) -> Party:
    host = made_up_word(random, is_held_out=is_held_out).lower()
    site = f"{host}.{random.choice(('com', 'de', 'fr', 'eu'))}"
    return Party(
        name=_company(random, vocabulary, names, is_held_out=is_held_out),
        street=random.choice(names.streets).format(n=random.randrange(1, 190)),
        city=random.choice(names.cities),
        tax_id=digits(vocabulary.tax_id, random),
        account=digits(vocabulary.account, random),
        phone=digits(random.choice(vocabulary.phone), random),
        site=random.choice((f"www.{site}", f"info@{site}", site)),
    )


def _lines(random: Random, names: Names, *, is_receipt: bool) -> tuple[Line, ...]:
    most = random.choice((900, 5000, 30_000, 200_000)) if not is_receipt else 2500
    count = random.choice((1, 1, 2, 2, 3, 3, 4, 5, 6))
    return tuple(
        Line(
            description=random.choice(names.goods),
            quantity=random.choice((1, 1, 1, 2, 3, random.randrange(1, 21))),
            price=Decimal(random.randrange(95, most)) / 100,
        )
        for _ in range(count)
    )
