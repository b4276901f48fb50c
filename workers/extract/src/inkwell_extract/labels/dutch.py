"""Dutch."""

from typing import Final

from inkwell_extract.labels.label import Label
from inkwell_extract.labels.vocabulary import ANY_NUMBER, FieldWords, Vocabulary

_NET: Final = r"\bexcl"
_TAX: Final = r"\bbtw\b"

DUTCH: Final = Vocabulary(
    invoice_number=FieldWords(
        names="factuurnummer",
        labels=(
            Label(r"\bfactuur\s?-?\s?(?:nummer|nr)\b", 5),
            Label(r"\b(?:creditnota|creditfactuur)\s?-?\s?(?:nummer|nr)\b", 5),
            Label(r"\bfactuur\b\s?:?", 2),
        ),
        but_not=r"klant",
        unless=rf"\bfactuur\s?-?{ANY_NUMBER}",
    ),
    issue_date=FieldWords(
        names="factuurdatum",
        labels=(Label(r"\bfactuur\s?-?datum\b", 5),),
        first=r"factuur",
        last=r"van",
        but_not=r"verval|lever|betaal",
        unless=r"factuurdatum",
    ),
    due_date=FieldWords(
        names="vervaldatum",
        labels=(
            Label(r"\b(?:vervaldatum|uiterste betaaldatum|te betalen (?:voor|uiterlijk))\b", 5),
        ),
    ),
    total=FieldWords(
        labels=(
            Label(r"\b(?:factuurbedrag|totaalbedrag)\b", 5.2),
            Label(r"\btotaal\b", 3.5),
        ),
        phrases=r"totaal te betalen|te betalen",
        first=r"totaal",
        but_not=rf"{_NET}|{_TAX}|korting",
        never=r"gewicht|aantal|stuks|punten",
    ),
    subtotal=FieldWords(
        labels=(Label(r"\bsubtotaal\b", 4.5),),
        phrases=r"exclusief btw|totaal excl",
    ),
    tax=FieldWords(
        names="btw",
        labels=(Label(r"\bbtw(?:\b|\d)", 4),),
        last=r"btw",
    ),
    order_number=FieldWords(
        labels=(Label(r"\b(?:order|bestel)\s?-?(?:nummer|nr)\b", 5),),
    ),
    customer_number=FieldWords(
        names="klantnummer",
        labels=(Label(r"\bklant\s?-?(?:nummer|nr)\b", 5),),
    ),
    vat_number=FieldWords(
        names="btwnummer",
        labels=(
            Label(r"\bbtw\s?-?(?:nummer|nr)\b", 5),
            Label(r"\bbtw\b", 3),
        ),
    ),
    currency=FieldWords(
        names="valuta",
        labels=(Label(r"\bvaluta\b", 5),),
        first=r"bedragen",
    ),
    vendor=FieldWords(
        labels=(Label(r"\b(?:leverancier|verkoper)\b", 4),),
    ),
    tendered=FieldWords(labels=(Label(r"\b(?:contant|pinbetaling|pin)\b", 4),)),
    change=FieldWords(labels=(Label(r"\b(?:wisselgeld|terug)\b", 4),)),
    rounding=FieldWords(labels=(Label(r"\bafronding\b", 4),)),
    paid=FieldWords(labels=(Label(r"\b(?:aanbetaling|reeds betaald|voorschot)\b", 4),)),
    charges=FieldWords(labels=(Label(r"\b(?:verzendkosten|porto)\b", 4),)),
    discount=FieldWords(labels=(Label(r"\bkorting\b", 4),)),
    other_document=r"oorspronkelijke|referentie|betreft",
)
