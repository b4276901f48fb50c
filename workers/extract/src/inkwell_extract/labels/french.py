"""French."""

# ruff: noqa: RUF001 -- dashes, quotation marks and apostrophes as people type them

from typing import Final

from inkwell_extract.labels.label import Label
from inkwell_extract.labels.vocabulary import (
    ANY_NUMBER,
    NUMBER,
    RAISED_NUMBER,
    FieldWords,
    Vocabulary,
)

_GROSS: Final = r"net a payer|\bttc\b"
_NET: Final = r"\bht\b|hors"
_TAX: Final = r"\btva\b"
_QUANTITY: Final = r"poids|quantite|\bqte\b|\barticles?\b|heures|\bcolis\b|points"
_OTHER: Final = (
    r"avoir (?:sur|pour|relatif)|annul\w*|remplace|rectifi\w*|origine|concerne|"
    r"(?:sur|de) (?:la |votre |notre )facture"
)

FRENCH: Final = Vocabulary(
    invoice_number=FieldWords(
        names="numerofacture",
        labels=(
            Label(rf"\b(?:numero|num|no|n|{RAISED_NUMBER})[.,]?\s?(?:de |d')?(?:la )?facture", 5),
            Label(rf"\bfacture\s?{ANY_NUMBER}", 5),
            Label(rf"\bavoir\s?{ANY_NUMBER}", 5),
            Label(r"\bfacture\b\s?:?", 2),
        ),
        unless=rf"\bfacture\s?-?{ANY_NUMBER}",
    ),
    issue_date=FieldWords(
        names="datefacture",
        labels=(
            Label(r"\bdate (?:de )?(?:la )?factur(?:e|ation)\b", 5),
            Label(r"\bdate d['’ ]?emission\b", 5),
            Label(r"\ble\b", 1.2),
        ),
        first=r"facture",
        last=r"du",
        but_not=r"regler|payer|echeance|livraison|commande|paiement|naissance",
    ),
    due_date=FieldWords(
        names="dateecheance",
        labels=(
            Label(r"\b(?:date d['’ ]?)?echeance\b", 5),
            Label(r"\b(?:a (?:payer|regler)|payable|reglement) (?:le|avant|au plus tard)\b", 5),
            Label(r"\b(?:date limite de (?:paiement|reglement))\b", 5),
        ),
    ),
    total=FieldWords(
        names="totalttc",
        labels=(
            Label(r"\b(?:total|montant) ttc\b", 6),
            Label(r"\b(?:montant du|reste a payer)\b", 4),
            Label(r"\bmontant\b", 3.5),
        ),
        phrases=r"total a payer|net a payer",
        last=r"tvac",
        but_not=rf"{_NET}|{_TAX}|remise",
        unless=_GROSS,
        never=rf"{_QUANTITY}|\breport\b|rendu|especes",
    ),
    subtotal=FieldWords(
        names="totalht",
        labels=(
            Label(r"\bsous\s?-?total\b", 4.5),
            Label(r"\bhors taxes?\b", 3.5),
        ),
        phrases=r"montant ht|total ht",
        last=r"ht",
        but_not=r"jours",
        never=_QUANTITY,
    ),
    tax=FieldWords(
        names="tva",
        labels=(
            Label(r"\bmontant (?:de la )?tva\b", 5),
            Label(r"\btva(?:\b|\d)", 4),
        ),
        first=r"montant",
        last=r"tva",
        but_not=_GROSS,
    ),
    order_number=FieldWords(
        labels=(Label(rf"\b(?:{NUMBER} (?:de )?)?commande(?: {NUMBER})?\b", 4.5),),
    ),
    customer_number=FieldWords(
        labels=(Label(rf"\b(?:{NUMBER} (?:de )?)client\b|\bclient {NUMBER}", 4.5),),
    ),
    vat_number=FieldWords(
        names="tvaintracommunautaire",
        labels=(
            Label(r"\b(?:n°|numero) (?:de )?tva\b|\btva intra(?:communautaire)?\b", 5),
            Label(r"\btva\b", 3),
        ),
    ),
    currency=FieldWords(
        names="devise",
        labels=(Label(r"\b(?:devise|monnaie)\b", 5),),
        first=r"montants",
    ),
    vendor=FieldWords(
        names="fournisseur",
        labels=(Label(r"\b(?:fournisseur|vendeur|emetteur)\b", 4),),
    ),
    tendered=FieldWords(labels=(Label(r"\b(?:especes|carte bancaire|\bcb\b)", 4),)),
    change=FieldWords(labels=(Label(r"\b(?:rendu|a rendre)\b", 4),)),
    rounding=FieldWords(labels=(Label(r"\barrondi\b", 4),)),
    paid=FieldWords(
        labels=(Label(r"\b(?:acomptes?|deja (?:paye|regle|verse)|versement)\b", 4),),
    ),
    charges=FieldWords(labels=(Label(r"\b(?:frais de port|port|livraison)\b", 4),)),
    discount=FieldWords(labels=(Label(r"\b(?:remise|rabais|escompte)\b", 4),)),
    other_document=_OTHER,
    customer_side=r"livre a|facture a",
)
