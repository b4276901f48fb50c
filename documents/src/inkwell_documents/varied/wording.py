"""Facts with the words and formats that one document uses for them."""

from dataclasses import dataclass
from datetime import date
from random import Random

from inkwell_documents.facts import Facts, Language
from inkwell_documents.formats import percents
from inkwell_documents.formats.amounts import AmountFormat
from inkwell_documents.formats.dates import DateFormat
from inkwell_documents.varied import amounts, dates
from inkwell_documents.vocabularies import TRAINED, Labels

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Wording:
    """What a layout draws; a document keeps to its words.

    Attributes:
        facts: the truth.
        title: of the document; it may hold number and day.
        head: label and value of what stands at the head.
        sums: label and value of net, tax and total, the total last.
        heads: of the table's columns.
        rows: cells of the positions.
        notes: sentences; one may hold the last day to pay.
        buyer_label: in front of who is to pay.
        contact: lines about the seller besides name and address.
        paid: label and value of what was given; for receipts.
        mark: stands between label and value, such as ``": "``.
    """

    facts: Facts
    title: str
    head: tuple[Pair, ...]
    sums: tuple[Pair, ...]
    heads: tuple[str, str, str, str]
    rows: tuple[tuple[str, str, str, str], ...]
    notes: tuple[str, ...]
    buyer_label: str
    contact: tuple[str, ...]
    paid: Pair
    mark: str


def word(facts: Facts, random: Random) -> Wording:
    """Choose words and formats for facts."""
    labels = TRAINED[facts.language].labels
    shown = facts.currency if facts.shows_currency else None
    day = dates.draw(facts.language, shown, random)
    plain = amounts.draw_plain(facts.language, facts.currency, random)
    money = amounts.draw_money(facts.language, facts.currency, plain, random) if shown else plain
    where = random.choice(("all", "sums", "sums", "total", "total", "head"))
    in_rows = money if where == "all" else plain
    in_sums = money if where in {"all", "sums"} else plain
    in_total = plain if where == "head" else money
    is_titled = not facts.is_receipt and facts.number is not None and random.random() < 0.12
    mark = random.choice(
        (": ", ": ", ": ", " ", " ", " : ")
        if facts.language is Language.FRENCH
        else (": ", ": ", ": ", " ", " ", ":")
    )
    amount = random.choice(labels.amount)
    return Wording(
        facts=facts,
        title=_title(facts, labels, day, random, is_titled=is_titled),
        head=_head(facts, labels, day, random, is_titled=is_titled),
        sums=_sums(facts, labels, (in_sums, in_total), random),
        heads=(
            random.choice(labels.description),
            random.choice(labels.quantity),
            random.choice(labels.price),
            f"{amount} ({facts.currency})" if shown and where == "head" else amount,
        ),
        rows=tuple(
            (line.description, str(line.quantity), in_rows(line.price), in_rows(line.amount))
            for line in facts.lines
        ),
        notes=_notes(facts, labels, day, random),
        buyer_label=random.choice(labels.buyer),
        contact=_contact(facts, labels, random),
        paid=(random.choice(labels.paid), in_total(facts.total)),
        mark=mark,
    )


def _title(
    facts: Facts, labels: Labels, day: DateFormat, random: Random, *, is_titled: bool
) -> str:
    if is_titled:
        form = random.choice(labels.titled)
        return form.format(number=facts.number, day=day(facts.issue_date))
    return random.choice(labels.receipt_title if facts.is_receipt else labels.title)


def _head(
    facts: Facts, labels: Labels, day: DateFormat, random: Random, *, is_titled: bool
) -> tuple[Pair, ...]:
    pairs: list[Pair] = []
    if not is_titled:
        if facts.number is not None:
            ways = labels.receipt_number if facts.is_receipt else labels.number
            pairs.append((random.choice(ways), facts.number))
        pairs.append((random.choice(labels.issue_date), day(facts.issue_date)))
    if facts.due_date is not None and not _due_is_a_sentence(facts):
        pairs.append((random.choice(labels.due_date), day(facts.due_date)))
    others = (
        (labels.order_number, facts.order_number),
        (labels.customer_number, facts.customer_number),
        (labels.other_date, day(facts.other_date) if facts.other_date else None),
    )
    chance = 0.12 if facts.is_receipt else 0.45
    pairs += [
        (random.choice(ways), value)
        for ways, value in others
        if value is not None and random.random() < chance
    ]
    if random.random() < 0.5:
        random.shuffle(pairs)
    return tuple(pairs)


def _due_is_a_sentence(facts: Facts) -> bool:
    """Decide by the facts alone, so that head and notes agree."""
    return facts.lines[0].price.as_tuple().digits[-1] in {1, 4, 7}


def _sums(
    facts: Facts, labels: Labels, formats: tuple[AmountFormat, AmountFormat], random: Random
) -> tuple[Pair, ...]:
    in_sums, in_total = formats
    pairs: list[Pair] = []
    if facts.shows_net:
        percent = percents.write(facts.tax_percent, facts.language)
        tax = random.choice(labels.tax)
        form = random.choice(("{t}", "{t} {p}%", "{t} {p} %", "{t} ({p}%)", "{p}% {t}"))
        pairs.append((random.choice(labels.net), in_sums(facts.net)))
        pairs.append((form.format(t=tax, p=percent), in_sums(facts.tax)))
    return (*pairs, (random.choice(labels.total), in_total(facts.total)))


def _notes(facts: Facts, labels: Labels, day: DateFormat, random: Random) -> tuple[str, ...]:
    notes = random.sample(labels.notes, random.choice((0, 0, 1, 1, 2)))
    if facts.due_date is not None and _due_is_a_sentence(facts):
        notes.insert(0, _due(facts.due_date, labels, day, random))
    elif facts.due_date is None and not facts.is_receipt and random.random() < 0.5:
        notes.insert(0, random.choice(labels.terms))
    return tuple(notes)


def _due(due: date, labels: Labels, day: DateFormat, random: Random) -> str:
    return random.choice(labels.due).format(day=day(due))


def _contact(facts: Facts, labels: Labels, random: Random) -> tuple[str, ...]:
    seller = facts.seller
    lines = (
        f"{random.choice(labels.phone)}{random.choice((' ', ': '))}{seller.phone}",
        seller.site,
        f"{random.choice(labels.tax_id)}{random.choice((' ', ': '))}{seller.tax_id}",
        f"{random.choice(labels.account)}{random.choice((' ', ': '))}{seller.account}",
    )
    return tuple(line for line in lines if random.random() < 0.4)
