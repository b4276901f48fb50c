"""What speaks for a name being the seller's, as numbers. Pure."""

from collections.abc import Sequence
from typing import Final

from inkwell_extract.labels.firms import LEGAL_FORM, OWNER, TRADE
from inkwell_extract.labels.known import KNOWN_FIELDS, VENDOR
from inkwell_extract.page.rows import Row
from inkwell_extract.patterns import compiled, contains
from inkwell_extract.propose.candidate import Candidate
from inkwell_extract.score.facts import Facts
from inkwell_extract.values.countries import COUNTRIES
from inkwell_extract.values.folding import fold, letters_and_digits

_TOP_ROWS: Final = 12
_MIN_DOMAIN: Final = 4
_MIN_LETTERS: Final = 4
_WEAK: Final = 2.5
"""Weight of labels that are words of many other things too."""

_TITLE: Final = (
    r"\b(?:invoice|receipt|bill|statement|credit note|tel|fax|phone|date|page|welcome|thank|cash|"
    r"rechnung|gutschrift|lieferschein|datum|seite|facture|avoir|recu|factuur|bon|fattura|factura|"
    r"tax|gst|vat|reg|no|nr|copy|original|duplicate|customer|change|total|amount|summe|betrag|"
    r"table|cashier|qty|item|description|\w*period|\w*zeitraum|periode|due|number|hours?|uhr)\b"
)
_LABELS: Final = "|".join(
    f"(?:{label.pattern})"
    for known in KNOWN_FIELDS
    if known is not VENDOR
    for label in known.labels
    if label.weight > _WEAK
)
"""What announces another field is no name, unless it has a legal form."""
_ADDRESS: Final = (
    r"\b(?:address|street|road|avenue|lane|lot|floor|level|block|plaza|taman|jalan|jln|lorong|lrg|"
    r"lebuh|bandar|seksyen|kampung|kg|strasse|weg|platz|rue|straat|via|calle|p\.?o\.? box)\b|"
    r"strasse\b|str\.|\b\d{4,6}\b|^no\b\.? ?\d|,$"
)


def of_name(candidate: Candidate, rivals: Sequence[Candidate], facts: Facts) -> dict[str, float]:
    """Return what is known of a name among all that may be the seller's."""
    row = candidate.spans[0].row if candidate.spans else None
    is_top = row is not None and row.page == 1 and row.index < _TOP_ROWS
    text = fold(candidate.raw)
    is_firm = contains(LEGAL_FORM, text)
    return {
        "confirmed": _confirmed(candidate, rivals, facts),
        "firm": float(is_firm),
        "trade": float(not is_firm and contains(TRADE, text)),
        "registered": float(row is not None and row.index in facts.registered),
        "owner": float(row is not None and row.index in facts.owners),
        "heads": float(is_top and _is_first(candidate, row, rivals)),
        "top": 1.0 - row.index / _TOP_ROWS if is_top and row is not None else 0.0,
        "domain": float(_is_domain(candidate, facts)),
        "title": float(_is_title(text, is_firm=is_firm)),
        "address": float(not is_firm and _is_address(text)),
        "scrap": float(not is_firm and _is_scrap(candidate.raw)),
    }


def _confirmed(candidate: Candidate, rivals: Sequence[Candidate], facts: Facts) -> float:
    """Return how much it says that people confirmed a name as a seller's, 0 to 1.

    Nothing beside a firm that nobody confirmed; and, for what is no firm's, nothing among the goods
    or apart from a head with another name: a known name stands on pages of others too, as the
    customer's, or as a brand that they sell, and a new seller must not be taken for it.
    """
    own = letters_and_digits(candidate.raw)
    if not candidate.confirmed or any(
        not rival.confirmed and _is_other_firm(rival, own) for rival in rivals
    ):
        return 0.0
    is_below_head = any(
        span.row.index >= facts.first_price or _is_apart(span.row.index, rivals, facts)
        for span in candidate.spans
    )
    if is_below_head and not contains(LEGAL_FORM, fold(candidate.raw)):
        return 0.0
    return candidate.confirmed / (candidate.confirmed + 1)


def _is_apart(index: int, rivals: Sequence[Candidate], facts: Facts) -> bool:
    """Say whether a name that nobody confirmed stands above a row, and figures between the two."""
    return any(
        not rival.confirmed
        and not any(map(str.isdigit, rival.raw))
        and _may_be_name(rival)
        and not facts.with_digits.isdisjoint(range(span.row.index + 1, index))
        for rival in rivals
        for span in rival.spans[:1]
    )


def _is_domain(candidate: Candidate, facts: Facts) -> bool:
    name = letters_and_digits(compiled(LEGAL_FORM).sub("", fold(candidate.raw)))
    return len(name) >= _MIN_DOMAIN and any(
        name in domain or domain in name for domain in facts.domains if len(domain) >= _MIN_DOMAIN
    )


def _is_first(candidate: Candidate, row: Row | None, rivals: Sequence[Candidate]) -> bool:
    """Say whether no other name stands above, but for scraps and addresses, and no other firm."""
    if row is None or any(map(str.isdigit, candidate.raw)):
        return False
    own = letters_and_digits(candidate.raw)
    return not any(
        (rival.spans[0].row.index < row.index and _may_be_name(rival)) or _is_other_firm(rival, own)
        for rival in rivals
        if rival.spans and rival is not candidate
    )


def _is_other_firm(rival: Candidate, own: str) -> bool:
    """Say whether a rival is a firm too, which may as well be the one that sells."""
    name = letters_and_digits(rival.raw)
    return contains(LEGAL_FORM, fold(rival.raw)) and own not in name and name not in own


def _may_be_name(candidate: Candidate) -> bool:
    text = fold(candidate.raw)
    if contains(LEGAL_FORM, text):
        return True
    return not (
        _is_title(text, is_firm=False)
        or contains(OWNER, text)
        or _is_address(text)
        or _is_scrap(candidate.raw)
    )


def _is_title(text: str, *, is_firm: bool) -> bool:
    """Say whether a text names the document, or announces one of its values."""
    if is_firm:
        return contains(_TITLE, text.partition(" ")[0])
    return contains(_TITLE, text) or contains(_LABELS, text)


def _is_address(text: str) -> bool:
    return contains(_ADDRESS, text) or text.strip(" .,") in COUNTRIES


def _is_scrap(text: str) -> bool:
    """Say whether a text is no more than somebody's note, or what OCR makes of a logo."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) < _MIN_LETTERS or "".join(letters).islower()
