"""Spanish: the most frequent words only."""

from typing import Final

from inkwell_extract.labels.label import Label
from inkwell_extract.labels.vocabulary import ANY_NUMBER, NUMBER, FieldWords, Vocabulary

SPANISH: Final = Vocabulary(
    invoice_number=FieldWords(
        labels=(
            Label(rf"\bfactura\s?{NUMBER}", 5),
            Label(r"\b(?:numero|n°|n\.) (?:di |de )?factura", 5),
        ),
        unless=rf"\bfactura\s?-?{ANY_NUMBER}",
    ),
    issue_date=FieldWords(
        labels=(
            Label(r"\bfecha (?:de )?(?:la )?factura\b", 5),
            Label(r"\bfecha\b", 3),
        ),
        but_not=r"vencim|pedido",
    ),
    due_date=FieldWords(
        labels=(Label(r"\bvencimiento\b", 4.5),),
    ),
    total=FieldWords(
        labels=(Label(r"\bimporte\b", 3.5),),
        phrases=r"importe total|total factura",
        never=r"\bpeso\b|cantidad|\barticulos\b|efectivo|\bcambio\b",
    ),
    tendered=FieldWords(labels=(Label(r"\b(?:efectivo|tarjeta)\b", 4),)),
    change=FieldWords(labels=(Label(r"\bcambio\b", 4),)),
    rounding=FieldWords(labels=(Label(r"\bredondeo\b", 4),)),
    paid=FieldWords(labels=(Label(r"\b(?:anticipo|ya pagado|a cuenta)\b", 4),)),
    discount=FieldWords(labels=(Label(r"\bdescuento\b", 4),)),
)
