"""What the columns of a table of line items are called, and the properties that they fill. Data.

Patterns are RE2 over folded text (`values.folding.fold`). A heading that several patterns match is
the column of the longest match: `unit price` is a price and no unit.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Column(StrEnum):
    """What a column of a table of line items holds."""

    POSITION = "position"
    ARTICLE = "article"
    DESCRIPTION = "description"
    QUANTITY = "quantity"
    UNIT = "unit"
    UNIT_PRICE = "unit price"
    DISCOUNT = "discount"
    TAX_RATE = "tax rate"
    AMOUNT = "amount"


LISTS: Final = frozenset({"lineitems", "items", "lines", "positions", "invoicelines"})
"""Properties that mean the line items of a document, without ``_`` and in lower case."""

PROPERTIES: Final[Mapping[Column, frozenset[str]]] = {
    Column.POSITION: frozenset({"lineid", "linenumber", "position", "pos"}),
    Column.ARTICLE: frozenset({"itemnumber", "articlenumber", "sku", "productcode"}),
    Column.DESCRIPTION: frozenset({"name", "description", "item", "product", "article", "title"}),
    Column.QUANTITY: frozenset({"quantity", "qty"}),
    Column.UNIT: frozenset({"unit", "unitname"}),
    Column.UNIT_PRICE: frozenset({"unitprice", "price", "netprice"}),
    Column.DISCOUNT: frozenset({"discount", "discountpercent", "rebate"}),
    Column.TAX_RATE: frozenset({"taxrate", "vatrate", "vatpercent", "taxpercent"}),
    Column.AMOUNT: frozenset({"amount", "linetotal", "total", "netamount", "lineamount"}),
}
"""Properties of an item, likewise."""

_NO: Final = r"(?:no|nr|num|number|nummer|numero|code|n°|nº|#|id)\b\.?"

HEADINGS: Final[Mapping[Column, Mapping[str, str]]] = {
    Column.POSITION: {
        "en": r"\bpos(?:ition)?\b\.?|\b(?:line|item) ?(?:no|number|#)\b|^#",
        "de": r"\bpos(?:ition)?s?\b\.?-?(?: ?nr\.?)?|\blfd\.? ?nr\b\.?",
        "fr": r"\bpos(?:te)?\b\.?|\bligne\b",
        "nl": r"\bpos(?:itie)?\b\.?|\bregel\b",
        "es": r"\bpos(?:icion)?\b\.?|\blinea\b",
        "it": r"\bpos(?:izione)?\b\.?|\briga\b",
        "pt": r"\bpos(?:icao)?\b\.?|\blinha\b",
    },
    Column.ARTICLE: {
        "en": rf"\b(?:item|article|product|part|material|catalog(?:ue)?) ?{_NO}|\bsku\b|\bean\b",
        "de": rf"\b(?:artikel|art\.?|material|produkt)\s?-? ?{_NO}|\bartikelnummer\b",
        "fr": r"\bref(?:erence)?\b\.?|\bcode article\b",
        "nl": rf"\b(?:artikel|product)\s?-? ?{_NO}|\bartikelnummer\b",
        "es": r"\bref(?:erencia)?\b\.?|\bcodigo\b",
        "it": r"\bcod(?:ice)?\b\.?(?: articolo)?|\briferimento\b",
        "pt": r"\bref(?:erencia)?\b\.?|\bcodigo\b",
    },
    Column.DESCRIPTION: {
        "en": r"\bproducts? (?:or|and|/) services?\b|\b(?:item |product )?descriptions?\b|"
        r"\bitems?\b|\bproducts?(?: name)?\b|\bdetails\b|\bservices?\b|\bparticulars\b|\bgoods\b|"
        r"\btitle\b",
        "de": r"\b(?:artikel-?)?(?:bezeichnung|beschreibung)\b|\bartikel\b|\bprodukt\b|"
        r"\bleistung(?:en)?\b|\btext\b|\bware\b|\bgegenstand\b",
        "fr": r"\bdesignation\b|\blibelle\b|\barticles?\b|\bprestations?\b|\bproduits?\b|"
        r"\bdescriptif\b",
        "nl": r"\bomschrijving\b|\bproduct\b|\bdienst\b",
        "es": r"\bdescripcion\b|\bconcepto\b|\barticulo\b|\bproducto\b|\bdetalle\b",
        "it": r"\bdescrizione\b|\barticolo\b|\bprodotto\b",
        "pt": r"\bdescricao\b|\bdesignacao\b|\bartigo\b|\bproduto\b",
    },
    Column.QUANTITY: {
        "en": r"\bqty\b\.?|\bquantity\b|\bunits\b|\bhours\b|\bhrs\b|\bqty\.?/hrs?\b",
        "de": r"\bmenge\b|\banzahl\b|\bstk\b\.?|\bstuck(?:zahl)?\b|\bstunden\b|\banz\b\.?",
        "fr": r"\bqte\b\.?|\bquantites?\b|\bnombre\b|\bnb\b",
        "nl": r"\baantal\b|\bhoeveelheid\b|\buren\b|\bstuks\b",
        "es": r"\bcantidad\b|\bcant\b\.?|\buds\b\.?|\bunidades\b",
        "it": r"\bquantita\b|\bq\.?ta\b|\bqta\b\.?|\bpezzi\b",
        "pt": r"\bquantidade\b|\bqtd\b\.?|\bqtde\b\.?",
    },
    Column.UNIT: {
        "en": r"\bunit\b(?: of measure)?|\buom\b",
        "de": r"\beinheit\b|\beinh\b\.?|\bme\b",
        "fr": r"\bunite\b",
        "nl": r"\beenheid\b",
        "es": r"\bunidad\b|\bud\b\.?",
        "it": r"\bu\.?m\b\.?|\bunita\b",
        "pt": r"\bunidade\b|\bun\b\.?",
    },
    Column.UNIT_PRICE: {
        "en": r"\b(?:unit|net|item|list) ?-?(?:price|cost|rate)\b|\bprice(?: ?(?:per|/|each)"
        r" ?(?:unit|item|piece)?)?\b|\brate\b|\bunit ?/ ?price\b|\bprice each\b",
        "de": r"\b(?:einzel|stuck|einheits|netto)-?preis\b|\be-?preis\b|\bep\b|\bpreis\b"
        r"(?: (?:pro|je|/) ?(?:einheit|stuck|stk\.?))?|\beinzel\b|\bpreis/einh(?:eit|\.)?",
        "fr": r"\bprix(?: unitaire)?(?: h\.?t\.?)?\b|\bp\.? ?u\.?\b(?: ?h\.?t\.?)?|\btarif\b|"
        r"\bprix unit\b\.?",
        "nl": r"\b(?:stuks|eenheids)?prijs\b(?: per (?:stuk|eenheid))?",
        "es": r"\bprecio(?: unitario| unidad| unit\.?)?\b|\bp\.? ?unit\b\.?",
        "it": r"\bprezzo(?: unitario| unit\.?)?\b|\bp\. ?unit\b\.?",
        "pt": r"\bpreco(?: unitario| unit\.?)?\b|\bvalor unitario\b|\bp\. ?unit\b\.?",
    },
    Column.DISCOUNT: {
        "en": r"\bdisc(?:ount)?\b\.?(?: ?%)?|\brebate\b",
        "de": r"\brabatt\b(?: ?%)?|\bnachlass\b",
        "fr": r"\bremise\b(?: ?%)?|\brem\b\.?",
        "nl": r"\bkorting\b(?: ?%)?",
        "es": r"\bdescuento\b|\bdto\b\.?(?: ?%)?|\bdesc\b\.",
        "it": r"\bsconto\b(?: ?%)?|\bsc\b\.? ?%",
        "pt": r"\bdesconto\b|\bdesc\b\.",
    },
    Column.TAX_RATE: {
        "en": r"\b(?:vat|tax|gst)(?: ?(?:rate|%|in %))?(?:\b|\s|$)|\brate of (?:vat|tax)\b",
        "de": r"\b(?:ust|mwst|steuer)\b\.?(?:-?satz\b| ?%| in %)?|\bsteuersatz\b|\bumsatzsteuer\b",
        "fr": r"\b(?:taux (?:de )?)?t\.?v\.?a\b\.?(?: ?%)?",
        "nl": r"\bbtw\b(?:-?(?:tarief|percentage)\b| ?%)?",
        "es": r"\b(?:tipo )?iva\b(?: ?%)?",
        "it": r"\b(?:aliquota )?iva\b(?: ?%)?|\baliq\b\.?",
        "pt": r"\b(?:taxa )?iva\b(?: ?%)?",
    },
    Column.AMOUNT: {
        "en": r"\b(?:line |net |total |ext(?:ended)?\.? )?(?:amount|total|price total|sum)\b"
        r"(?: ?(?:price|amount|excl?\.?|net))?|\bextended price\b|\bvalue\b|\bcharges?\b",
        "de": r"\b(?:gesamt|netto|brutto|zeilen|positions)?-?(?:betrag|summe|wert)\b|"
        r"\bentgelt\b|\bgesamt(?:netto)?\b|\bgesamtpreis\b(?: ?(?:netto|brutto))?|"
        r"\bg-?preis\b|\bgp\b",
        "fr": r"\bmontant\b(?: ?(?:h\.?t|ttc|net)\b\.?)?|\btotal\b(?: ?(?:h\.?t|ttc|net)\b\.?)?|"
        r"\bprix total\b(?: ?h\.?t\b)?",
        "nl": r"\bbedrag\b|\btotaal(?:bedrag|prijs)?\b(?: excl\.?)?|\bsubtotaal\b",
        "es": r"\bimporte\b|\bprecio total\b",
        "it": r"\bimporto\b|\btotale\b|\bprezzo totale\b",
        "pt": r"\bmontante\b|\bvalor(?: total)?\b|\bpreco total\b",
    },
}
"""By column and language (ISO 639-1)."""

CARRIED: Final = (
    r"\b(?:carried|brought) (?:forward|over|down)\b|\bbalance forward\b|\bc/f\b|\bb/f\b|"  # en
    r"\bubertrag\b|\bzwischensumme\b|"  # de
    r"^(?:a )?report(?:er)?\b|\breport (?:de|a) la page\b|"  # fr
    r"\b(?:transport|overdracht|overgebracht)\b|"  # nl
    r"\bsuma y sigue\b|\bsuma anterior\b|"  # es
    r"\b(?:a )?riport(?:o|are)\b|"  # it
    r"\ba transportar\b|\btransporte\b"  # pt
)
"""What stands before a sum that a page hands on to the next one."""

QUALIFIED: Final = (
    r"\b(?:incl?|excl?|inkl|exkl|zzgl|ohne|hors|sin|con|sem|com|without|before|ex|plus)\b\.? ?"
    r"(?:vat|gst|tax(?:es)?|btw|mwst|ust|tva|taxes?|iva)\b\.?"
)
"""A tax in the heading of another column: `Prijs incl. BTW` is no rate."""
