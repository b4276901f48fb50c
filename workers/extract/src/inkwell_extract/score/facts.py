"""What the whole document says that bears on its single candidates. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from inkwell_extract.labels.firms import OWNER, REGISTERED, REGISTRATION
from inkwell_extract.labels.known import CHANGE, PAID, ROUNDING, SUBTOTAL, TENDERED, TOTAL
from inkwell_extract.page.layout import Layout
from inkwell_extract.patterns import compiled, contains
from inkwell_extract.propose.candidate import Candidate
from inkwell_extract.propose.proposals import HELPING_SUMS, Proposals
from inkwell_extract.values.folding import fold, letters_and_digits

MAX_ROUNDING: Final = Decimal("0.50")
"""Most that is added or taken to be paid in coins."""

_COIN: Final = Decimal("0.05")
_MIN_ITEMS: Final = 2
_DOMAIN: Final = r"(?i)(?:@|www\.|https?://)([a-z0-9.-]+)"
_TOP_ROWS: Final = 12
_USUAL: Final = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the whole document says of its amounts and names.

    Attributes:
        totals: amounts that a label of the total announces.
        subtotals: amounts that a label of a net or other sum above the total announces.
        settled: what was handed over at the till less what was handed back.
        has_change: whether both are printed.
        paid: what was paid before.
        roundings: what was added or taken to be paid in coins.
        rounded: totals after it that the word rounding announces.
        items: the sum of the amounts above the sums, where there are two and more; else None.
        with_mark: digits of the amounts that are printed with a decimal mark.
        printed: all amounts that were not handed over, back or paid before.
        largest: the largest of them, or None.
        has_decimals: whether nearly all amounts have two decimals.
        domains: letters and digits of addresses of mail and web.
        total_rows: rows that hold a total.
        registered: rows behind or below whose text the number of a firm's registration stands.
        owners: rows that hold the owner of a shop, or follow what announces one.
        rows: number of rows.
        first_price: the first row with an amount that has a decimal mark; `rows` where none has.
        with_digits: rows that hold a digit: of an address, a number, a date, a price.
    """

    totals: frozenset[Decimal]
    subtotals: frozenset[Decimal]
    settled: frozenset[Decimal]
    has_change: bool
    paid: frozenset[Decimal]
    roundings: frozenset[Decimal]
    rounded: frozenset[Decimal]
    items: Decimal | None
    with_mark: frozenset[str]
    printed: frozenset[Decimal]
    largest: Decimal | None
    has_decimals: bool
    domains: tuple[str, ...]
    total_rows: frozenset[int]
    registered: frozenset[int]
    owners: frozenset[int]
    rows: int
    first_price: int
    with_digits: frozenset[int]

    def is_rounded(self, amount: Decimal) -> bool:
        """Say whether an amount is another total after its rounding."""
        return amount in self.rounded or any(
            amount - total in self.roundings for total in self.totals | self.subtotals
        )

    def is_before_rounding(self, amount: Decimal) -> bool:
        """Say whether another total is this one after its rounding."""
        after = self.totals | (self.settled & self.printed)
        return any(total - amount in self.roundings for total in after) or any(
            0 < abs(total - amount) <= _COIN for total in self.rounded
        )

    def is_settled(self, amount: Decimal) -> bool:
        """Say whether an amount is what was handed over less what was handed back.

        So is one that lacks the coins that a till rounds by, where no sum after that is printed.
        """
        if amount in self.settled:
            return True
        paid = {amount + sign * each for each in self.roundings for sign in (1, -1)}
        return not self.is_before_rounding(amount) and bool(paid & self.settled)

    def is_left_to_pay(self, amount: Decimal) -> bool:
        """Say whether an amount is another total less what was paid before."""
        return any(
            total - paid == amount and amount != total
            for total in self.totals
            for paid in self.paid
        )

    def is_before_payment(self, amount: Decimal) -> bool:
        """Say whether another total is this one less what was paid before."""
        return any(
            amount - paid == total and amount != total
            for total in self.totals
            for paid in self.paid
        )


def gather(layout: Layout, proposals: Proposals) -> Facts:
    """Look at the document once for all candidates."""
    helping = proposals.helping
    elsewhere = [c for known in (TENDERED, CHANGE, PAID) for c in helping[known]]
    amounts = [
        c.amount
        for c in proposals.amounts
        if c.amount is not None and not any(map(c.shares_words_with, elsewhere))
    ]
    decimals = [
        bool(amount.as_tuple().exponent) or "." in c.raw or "," in c.raw
        for c in proposals.amounts
        if (amount := c.amount) is not None
    ]
    rows = max(len(layout.rows), 1)
    return Facts(
        totals=_amounts(helping[TOTAL]),
        subtotals=_amounts(helping[SUBTOTAL]),
        settled=_settled(_amounts(helping[TENDERED]), _amounts(helping[CHANGE])),
        has_change=bool(helping[TENDERED] and helping[CHANGE]),
        paid=frozenset(amount for amount in map(abs, _amounts(helping[PAID])) if amount),
        roundings=frozenset(
            amount for amount in _amounts(helping[ROUNDING]) if 0 < abs(amount) <= MAX_ROUNDING
        ),
        rounded=frozenset(
            amount for amount in _amounts(helping[ROUNDING]) if abs(amount) > MAX_ROUNDING
        ),
        items=_items(proposals),
        with_mark=frozenset(_digits(c.raw) for c in proposals.amounts if _has_mark(c.raw)),
        printed=frozenset(amounts),
        largest=max(amounts, default=None),
        has_decimals=sum(decimals) > _USUAL * len(decimals),
        domains=tuple(
            letters_and_digits(match[1].rpartition(".")[0])
            for match in compiled(_DOMAIN).finditer(layout.text)
        ),
        total_rows=frozenset(c.spans[0].row.index for c in helping[TOTAL]),
        registered=frozenset(_registered(layout)),
        owners=frozenset(
            row.index + below
            for row in layout.rows
            if contains(OWNER, fold(row.text))
            for below in (0, 1)
        ),
        rows=rows,
        first_price=min(
            (c.spans[0].row.index for c in proposals.amounts if _has_mark(c.raw)),
            default=rows,
        ),
        with_digits=frozenset(row.index for row in layout.rows if any(map(str.isdigit, row.text))),
    )


def _registered(layout: Layout) -> Iterator[int]:
    """Yield the rows that a number of registration ends, or stands alone below."""
    for row in layout.rows[:_TOP_ROWS]:
        text = fold(row.text)
        if contains(REGISTRATION, text):
            yield row.index - 1
        elif contains(REGISTERED, text):
            yield row.index


def has_lost_mark(raw: str, facts: Facts) -> bool:
    """Say whether an amount without a decimal mark stands elsewhere with one: OCR lost it here."""
    return not _has_mark(raw) and _digits(raw) in facts.with_mark


def _has_mark(raw: str) -> bool:
    return any(mark in raw for mark in ".,")


def _digits(raw: str) -> str:
    return "".join(filter(str.isdigit, raw))


def _amounts(candidates: Sequence[Candidate]) -> frozenset[Decimal]:
    return frozenset(c.amount for c in candidates if c.amount is not None)


def _settled(tendered: frozenset[Decimal], change: frozenset[Decimal]) -> frozenset[Decimal]:
    if not change:
        return tendered
    return frozenset(given - back for given in tendered for back in map(abs, change))


def _items(proposals: Proposals) -> Decimal | None:
    """Return the sum of the last amounts of the rows above the sums."""
    sums = [c for known in HELPING_SUMS for c in proposals.helping[known]]
    if not sums:
        return None
    first = min(c.spans[0].row.index for c in sums)
    last = dict(_last_amounts(proposals.amounts, first))
    return sum(last.values(), Decimal(0)) if len(last) >= _MIN_ITEMS else None


def _last_amounts(amounts: Sequence[Candidate], end: int) -> Iterator[tuple[int, Decimal]]:
    for candidate in amounts:
        if candidate.spans[0].row.index < end and candidate.amount is not None:
            yield candidate.spans[0].row.index, candidate.amount
