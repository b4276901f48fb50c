"""German."""

from typing import Final

from inkwell_extract.labels.label import Label
from inkwell_extract.labels.vocabulary import ANY_NUMBER, FieldWords, Vocabulary

_GROSS: Final = r"brutto|\binkl"
_NET: Final = r"zwischen|netto|exkl|ohne|position|warenwert"
_TAX: Final = r"steuer|\bust\b|\bmwst\b"
_QUANTITY: Final = r"gewicht|menge|anzahl|stuck|stunden|punkte|\bseiten?\b|\bartikel\b"
_OTHER: Final = (
    r"gutschrift (?:zu|fur|auf)|storno (?:zu|der|fur)|bezug|bezieht|ursprung\w*|zur rechnung|"
    r"zu (?:unserer |ihrer )?rechnung|korrektur (?:zu|der)|(?:auf|fur) (?:unsere |ihre )?rechnung|"
    r"ersetzt|alte"
)

GERMAN: Final = Vocabulary(
    invoice_number=FieldWords(
        names="rechnungsnummer",
        labels=(
            Label(r"\brechnungs?\s?-?\s?(?:nr|nummer|no)\b", 5),
            Label(r"\brechnung\s?#", 5),
            Label(r"\b\w*rechnung\b[^:]{0,40}\b(?:nr|nummer|no)\b", 4.5),
            Label(r"\b(?:gutschrifts?|stornorechnungs?)\s?-?\s?(?:nr|nummer)\b", 5),
            Label(r"\b(?:beleg|bon)\s?-?\s?(?:nr|nummer)\b", 4),
            Label(r"\brechnung\b\s?:?", 2),
        ),
        but_not=r"kunde|bestell|liefer|vertrag|ust",
        unless=rf"\brechnungs?\s?-?{ANY_NUMBER}",
    ),
    issue_date=FieldWords(
        names="rechnungsdatum",
        labels=(
            Label(r"\brechnungs?\s?-?\s?datum\b", 5),
            Label(r"\b(?:beleg|ausstellungs)\s?-?\s?datum\b", 4.8),
            Label(r"\bdatum\b", 3),
            Label(r"\b(?:den|am)\b", 1.2),
        ),
        first=r"\w*rechnung",
        last=r"vom|von",
        but_not=r"liefer|leistung|bestell|auftrag|vertrag|fallig|zahl|buchung|eingang|geburts",
        unless=r"rechnungsdatum|belegdatum",
    ),
    due_date=FieldWords(
        names="faelligkeit",
        labels=(
            Label(r"\bfallig(?:keitsdatum|keit| am| zum| bis)?\b", 4.5),
            Label(
                r"\b(?:zahlbar|zahlung|zahlen|uberweisen sie|netto)[^.:]{0,30} bis(?: zum)?\b", 4.5
            ),
            Label(r"\b(?:zahlungsziel|zahlungsfrist|bis zum)\b", 4),
        ),
        but_not=r"skonto",
        unless=r"netto bis|zum",
    ),
    total=FieldWords(
        names="gesamtbetrag",
        labels=(
            Label(r"\b(?:rechnungs|gesamt)(?:summe|betrag)\b.*\b(?:brutto|inkl|incl)", 6),
            Label(r"\bbrutto(?:betrag|summe|total)?\b", 5.5),
            Label(
                r"\b(?:rechnungs(?:end)?betrag|rechnungssumme|gesamtbetrag|gesamtsumme|"
                r"endbetrag|endsumme)\b",
                5.5,
            ),
            Label(r"\b(?:zahlbetrag|zu zahlen(?:der betrag)?|zahlungsbetrag)\b", 4),
            Label(r"\b(?:summe|gesamt|betrag)\b", 3.5),
        ),
        first=r"summe|gesamt",
        last=r"inkl|mit|brutto",
        but_not=rf"{_NET}|{_TAX}|zuschl|abschl|rabatt|bezahlt|gezahlt|skonto|offen",
        unless=_GROSS,
        never=rf"{_QUANTITY}|ubertrag|gegeben|ruckgeld|mahn|verspat",
    ),
    subtotal=FieldWords(
        names="nettobetrag",
        labels=(
            Label(r"\bzwischensumme\b", 4.5),
            Label(r"\b(?:netto|steuerbasis|steuerbetragsbasis)\b", 3.5),
            Label(r"\b(?:positionssumme|warenwert)\b", 3),
        ),
        phrases=r"netto(?:betrag|summe)",
        first=r"summe|rechnungssumme|gesamt|gesamtbetrag",
        last=r"netto|ohne|exkl",
        but_not=r"steuerbetrag|tage|preis|zahlbar",
        never=_QUANTITY,
    ),
    tax=FieldWords(
        names="steuerbetrag mwst",
        labels=(
            Label(r"\b(?:ust|mwst|umsatzsteuer)\b\.?,? ?(?:gesamt|summe)", 5.5),
            Label(r"\bsteuerbetrag\b", 5),
            Label(r"\b(?:umsatzsteuer|ust|mwst|mehrwertsteuer)(?:\b|\d)", 4),
        ),
        first=r"summe|gesamt",
        last=r"umsatzsteuer|ust|mwst|mehrwertsteuer",
        but_not=rf"\bnr\b|{_GROSS}|ohne|exkl|netto|steuer-?nr",
    ),
    order_number=FieldWords(
        names="bestellnummer",
        labels=(Label(r"\b(?:bestell|auftrags)\s?-?\s?(?:nr|nummer)\b|\bbestellung(?: nr)?\b", 5),),
    ),
    customer_number=FieldWords(
        names="kundennummer",
        labels=(Label(r"\bkunden?\s?-?\s?(?:nr|nummer)\b", 5),),
    ),
    vat_number=FieldWords(
        names="ustid ustidnr",
        labels=(Label(r"\bu?st\.?\s?-?\s?id(?:ent)?\.?\s?-?\s?(?:nr|nummer)?\b", 5),),
    ),
    currency=FieldWords(
        names="wahrung waehrung",
        labels=(Label(r"\b(?:rechnungs)?wahrung\b", 5),),
        first=r"betrage",
    ),
    vendor=FieldWords(
        names="lieferant verkaeufer",
        labels=(
            Label(
                r"^(?:verkaufer|lieferant|rechnungsersteller|rechnungssteller|rechnungsabsender)\b",
                4,
            ),
        ),
        but_not=r"nummer|\bnr\b",
    ),
    tendered=FieldWords(
        labels=(Label(r"\b(?:gegeben|bar|ec-?(?:karte|cash)|kartenzahlung|girocard)\b", 4),),
        but_not=r"ruckgeld|zuruck",
    ),
    change=FieldWords(labels=(Label(r"\b(?:ruckgeld|wechselgeld|zuruck)\b", 4),)),
    rounding=FieldWords(labels=(Label(r"\b(?:rundung(?:sdifferenz)?|gerundet)\b", 4),)),
    paid=FieldWords(
        labels=(
            Label(
                r"\b(?:anzahlung(?:en)?|vorauszahlung(?:en)?|abschlagszahlung(?:en)?|"
                r"(?:bereits|schon) (?:be|ge)zahlt|erhaltene zahlung(?:en)?)\b",
                4,
            ),
        ),
    ),
    charges=FieldWords(
        labels=(Label(r"\b(?:versand\w*|porto|fracht\w*|zuschlage?|verpackung)\b", 4),),
        but_not=r"datum|adresse|art\b",
    ),
    discount=FieldWords(labels=(Label(r"\b(?:rabatte?|nachlass|abschlage?|gutschein)\b", 4),)),
    other_document=_OTHER,
    customer_side=r"kunde|kaufer|rechnungsempfanger|warenempfanger|leistungsempfanger|empfanger|"
    r"zahlungsempfanger",
)
