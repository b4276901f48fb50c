"""Italian: the most frequent words only."""

from typing import Final

from inkwell_extract.labels.label import Label
from inkwell_extract.labels.vocabulary import ANY_NUMBER, NUMBER, FieldWords, Vocabulary

_TAX: Final = r"\biva\b"

ITALIAN: Final = Vocabulary(
    invoice_number=FieldWords(
        labels=(
            Label(rf"\bfattura\s?{NUMBER}", 5),
            Label(r"\b(?:numero|n°|n\.) (?:di |de )?fattura", 5),
        ),
        unless=rf"\bfattura\s?-?{ANY_NUMBER}",
    ),
    issue_date=FieldWords(
        labels=(
            Label(r"\bdata (?:della )?fattura\b", 5),
            Label(r"\bdata\b", 3),
        ),
        but_not=r"scaden|ordine",
    ),
    due_date=FieldWords(
        labels=(Label(r"\bscadenza\b", 4.5),),
    ),
    total=FieldWords(
        labels=(Label(r"\btotale\b", 3.5),),
        first=r"totale",
        last=r"iva",
        but_not=_TAX,
        never=r"peso|quantita|\barticoli\b|\bpezzi\b|contanti|\bresto\b",
    ),
    tax=FieldWords(
        labels=(Label(r"\biva(?:\b|\d)", 4),),
    ),
    tendered=FieldWords(labels=(Label(r"\b(?:contanti|contante|carta di credito)\b", 4),)),
    change=FieldWords(labels=(Label(r"\bresto\b", 4),)),
    rounding=FieldWords(labels=(Label(r"\barrotondamento\b", 4),)),
    paid=FieldWords(labels=(Label(r"\b(?:acconto|gia pagato)\b", 4),)),
    discount=FieldWords(labels=(Label(r"\bsconto\b", 4),)),
)
