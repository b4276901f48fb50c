"""What common fields of invoices are called in English, German, French and Dutch. Data only.

Labels are RE2 patterns over folded text (`folding.fold`: lower case, no accents). A weight says how
sure a label is of its field; within a field only the order of weights counts. `but_not` is looked
for in the words around a label, from the start of its cell to its value, and rules the label out
there; `unless` in turn rules the exclusion out.
"""

# ruff: noqa: RUF001 -- dashes, quotation marks and apostrophes as people type them

from typing import Final

from inkwell_extract.labels.label import Kind, KnownField, Label


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NUMBER: Final = r"(?:no|nr|num|nbr|number|nummer|numero|n°|nº|#)"
_NUMERO: Final = r"n\s?[°º®*\"'”’“?]{1,2}"
"""What OCR makes of the small raised letter of n°."""
_OTHER_DATES: Final = (
    r"due|deliver|order|ship|period|valid|birth|print|start|end|payment|service|"
    r"expir|liefer|leistung|bestell"
    r"|regler|payer|pay by|auftrag|vertrag|fallig|zahl|buchung|eingang|echeance|livraison|commande|"
    r"paiement|verval|lever|betaal"
    r"|naissance|geburts|scaden|vencim|pedido|ordine"
)

INVOICE_NUMBER: Final = KnownField(
    names=_names(
        "invoicenumber invoiceno invoicenr invoiceid invoice rechnungsnummer "
        "numerofacture factuurnummer"
    ),
    kind=Kind.TEXT,
    is_identifier=True,
    labels=(
        Label(rf"\binvoice\s?-?{_NUMBER}(?:\b|\s|:)", 5),
        Label(rf"\binv\.?\s?{_NUMBER}", 4.5),
        Label(r"\b(?:tax|proforma|commercial) invoice\s?#", 4.5),
        Label(r"\brechnungs?\s?-?\s?(?:nr|nummer|no)\b", 5),
        Label(r"\brechnung\s?#", 5),
        Label(rf"\b(?:numero|num|no|n|{_NUMERO})[.,]?\s?(?:de |d')?(?:la )?facture", 5),
        Label(rf"\bfacture\s?(?:{_NUMBER}|{_NUMERO})", 5),
        Label(r"\bfactuur\s?-?\s?(?:nummer|nr)\b", 5),
        Label(rf"\b(?:fattura|factura)\s?{_NUMBER}", 5),
        Label(r"\b(?:numero|n°|n\.) (?:di |de )?(?:fattura|factura)", 5),
        Label(r"\b\w*rechnung\b[^:]{0,40}\b(?:nr|nummer|no)\b", 4.5),
        Label(r"\bbeleg\s?-?\s?(?:nr|nummer)\b", 4),
        Label(r"\b(?:document|bill|statement)\s?(?:no|nr|number|#)", 4),
        Label(r"\b(?:invoice|rechnung|facture|factuur)\b\s?:?", 2),
        Label(r"^#", 1.5),
    ),
    but_not=r"order|kunde|customer|client|klant|bestell|liefer|vertrag|account|ust|vat|tax id",
    unless=rf"\b(?:rechnungs?|invoice|facture|factuur|fattura|factura)\s?-?"
    rf"(?:{_NUMBER}|{_NUMERO})",
)

ISSUE_DATE: Final = KnownField(
    names=_names(
        "issuedate invoicedate date issuedon dateofissue rechnungsdatum datefacture "
        "factuurdatum documentdate"
    ),
    kind=Kind.DATE,
    labels=(
        Label(r"\binvoice\s?-?date\b", 5),
        Label(r"\bdate of (?:invoice|issue)\b", 5),
        Label(r"\b(?:date issued|issue date|issued on|issued|invoice dated)\b", 4.8),
        Label(r"\brechnungs?\s?-?\s?datum\b", 5),
        Label(r"\b(?:beleg|ausstellungs)\s?-?\s?datum\b", 4.8),
        Label(r"\bdate (?:de )?(?:la )?factur(?:e|ation)\b", 5),
        Label(r"\bdate d['’ ]?emission\b", 5),
        Label(r"\bfactuur\s?-?datum\b", 5),
        Label(r"\b(?:data (?:della )?fattura|fecha (?:de )?(?:la )?factura)\b", 5),
        Label(
            r"\b(?:\w*rechnung|invoice|facture|factuur)\b[^:]{0,80}\b(?:vom|von|dated|du|"
            r"van|of|of the)\b",
            4.2,
        ),
        Label(r"\b(?:date|datum|data|fecha)\b", 3),
        Label(r"\b(?:le|den|am)\b", 1.2),
    ),
    but_not=_OTHER_DATES,
    unless=r"invoice date|rechnungsdatum|belegdatum|factuurdatum",
)

DUE_DATE: Final = KnownField(
    names=_names("duedate dueon paymentduedate payby faelligkeit dateecheance vervaldatum"),
    kind=Kind.DATE,
    labels=(
        Label(r"\b(?:payment )?due\s?-?(?:date|on|by|before)\b", 5),
        Label(r"\b(?:payment|payable|amount) due\b", 4),
        Label(r"\b(?:pay|payable|payment) (?:by|until|before)\b", 4.5),
        Label(r"\bfallig(?:keitsdatum|keit| am| zum| bis)?\b", 4.5),
        Label(r"\b(?:zahlbar|zahlung|zahlen|uberweisen sie|netto)[^.:]{0,30} bis(?: zum)?\b", 4.5),
        Label(r"\b(?:zahlungsziel|zahlungsfrist|bis zum)\b", 4),
        Label(r"\b(?:date d['’ ]?)?echeance\b", 5),
        Label(r"\b(?:a (?:payer|regler)|payable|reglement) (?:le|avant|au plus tard)\b", 5),
        Label(r"\b(?:date limite de (?:paiement|reglement))\b", 5),
        Label(r"\b(?:vervaldatum|uiterste betaaldatum|te betalen (?:voor|uiterlijk))\b", 5),
        Label(r"\b(?:scadenza|vencimiento)\b", 4.5),
    ),
    but_not=r"skonto",
    unless=r"netto bis|zum",
)

_NET: Final = (
    r"sub\s?-?tot|zwischen|netto|\bnet\b|\bht\b|hors|excl|exkl|\bexcl|ohne|"
    r"before tax|\bex\b|position|warenwert|taxable"
)
_TAX: Final = r"steuer|\bust\b|\bmwst\b|\bvat\b|\btva\b|\bbtw\b|\btax(?:es)?\b|\bgst\b|\biva\b"
_GROSS: Final = r"net a payer|brutto|\binkl|\bincl|\binc\b|\bttc\b|grand|with tax"

TOTAL: Final = KnownField(
    names=_names(
        "total totalamount amount amounttotal grandtotal invoicetotal totalgross gross "
        "grossamount gesamtbetrag totalttc"
    ),
    kind=Kind.NUMBER,
    labels=(
        Label(r"\bgrand\s?-?total\b", 6),
        Label(r"\b(?:total|montant) ttc\b", 6),
        Label(r"\b(?:rechnungs|gesamt)(?:summe|betrag)\b.*\b(?:brutto|inkl|incl)", 6),
        Label(
            r"\b(?:summe|gesamt|total|totaal|totale)\b,? ?\(?(?:inkl|incl|inc|including|mit|"
            r"brutto|tvac|iva)",
            6,
        ),
        Label(r"\b(?:brutto(?:betrag|summe|total)?|gross (?:total|amount)|total gross)\b", 5.5),
        Label(
            r"\b(?:rechnungs(?:end)?betrag|rechnungssumme|gesamtbetrag|gesamtsumme|"
            r"endbetrag|endsumme)\b",
            5.5,
        ),
        Label(
            r"\b(?:invoice total|total invoice|total for this invoice|total amount|"
            r"factuurbedrag|totaalbedrag)\b",
            5.2,
        ),
        Label(
            r"\b(?:total due|total a payer|net a payer|totaal te betalen|te betalen|"
            r"importe total|total factura)\b",
            4.8,
        ),
        Label(
            r"\b(?:amount due|balance due|amount payable|zahlbetrag|zu zahlen(?:der betrag)?|"
            r"zahlungsbetrag|montant du|reste a payer)\b",
            4,
        ),
        Label(r"\b(?:total|totaal|totale|summe|gesamt|betrag|montant|importe)\b", 3.5),
    ),
    but_not=rf"{_NET}|{_TAX}|zuschl|abschl|rabatt|discount|allowance|charges?\b|remise|"
    rf"korting|anzahl|menge|\bqty|paid|bezahlt|skonto|saved|offen",
    unless=_GROSS,
    is_last=True,
)

SUBTOTAL: Final = KnownField(
    names=_names(
        "subtotal net netamount nettotal amountuntaxed totalnet taxbase nettobetrag totalht"
    ),
    kind=Kind.NUMBER,
    labels=(
        Label(
            r"\b(?:summe|rechnungssumme|total|gesamt|gesamtbetrag)\b.{0,12}\b(?:netto|net|"
            r"ht|ohne|excl|exkl)\b",
            5.5,
        ),
        Label(
            r"\b(?:netto(?:betrag|summe)|montant ht|total ht|net (?:total|amount)|"
            r"exclusief btw|totaal excl)\b",
            5,
        ),
        Label(r"\b(?:sub\s?-?total|subtotaal|sous\s?-?total|zwischensumme)\b", 4.5),
        Label(
            r"\b(?:netto|hors taxes?|taxable amount|before tax|steuerbasis|steuerbetragsbasis)\b",
            3.5,
        ),
        Label(r"\b(?:positionssumme|warenwert)\b", 3),
    ),
    but_not=r"steuerbetrag|tage|days|jours",
    is_last=True,
)

TAX: Final = KnownField(
    names=_names(
        "tax taxamount vat vatamount totaltax totalvat salestax steuerbetrag mwst tva btw gst"
    ),
    kind=Kind.NUMBER,
    labels=(
        Label(
            r"\b(?:total|summe|gesamt|montant)\b.{0,8}\b(?:vat|tax|gst|umsatzsteuer|ust|"
            r"mwst|mehrwertsteuer|tva|btw)\b",
            5.5,
        ),
        Label(r"\b(?:ust|mwst|umsatzsteuer)\b\.?,? ?(?:gesamt|summe)", 5.5),
        Label(r"\b(?:steuerbetrag|tax amount|vat amount|montant (?:de la )?tva|sales tax)\b", 5),
        Label(r"\b(?:vat|tax|gst|umsatzsteuer|ust|mwst|mehrwertsteuer|tva|btw|iva)(?:\b|\d)", 4),
    ),
    but_not=rf"\bid\b|ident|\bnr\b|number|\breg|{_GROSS}|ohne|excl|exkl|netto|steuer-?nr|"
    rf"service tax",
    is_last=True,
)

ORDER_NUMBER: Final = KnownField(
    names=_names(
        "ordernumber orderno orderid ponumber purchaseorder purchaseordernumber po bestellnummer"
    ),
    kind=Kind.TEXT,
    is_identifier=True,
    labels=(
        Label(rf"\b(?:purchase )?order\s?-?(?:id|{_NUMBER})", 5),
        Label(rf"\bp\.?o\.?\s?-?{_NUMBER}", 5),
        Label(r"\b(?:bestell|auftrags)\s?-?\s?(?:nr|nummer)\b|\bbestellung(?: nr)?\b", 5),
        Label(rf"\b(?:{_NUMBER} (?:de )?)?commande(?: {_NUMBER})?\b", 4.5),
        Label(r"\b(?:order|bestel)\s?-?(?:nummer|nr)\b", 5),
    ),
)

CUSTOMER_NUMBER: Final = KnownField(
    names=_names(
        "customernumber customerno customerid clientnumber accountnumber kundennummer klantnummer"
    ),
    kind=Kind.TEXT,
    is_identifier=True,
    labels=(
        Label(rf"\b(?:customer|client|account)\s?-?(?:id|{_NUMBER})", 5),
        Label(r"\bkunden?\s?-?\s?(?:nr|nummer)\b", 5),
        Label(rf"\b(?:{_NUMBER} (?:de )?)client\b|\bclient {_NUMBER}", 4.5),
        Label(r"\bklant\s?-?(?:nummer|nr)\b", 5),
    ),
)

VAT_NUMBER: Final = KnownField(
    names=_names(
        "vatnumber vatid taxid sellervatid vendorvatid ustid ustidnr "
        "tvaintracommunautaire btwnummer"
    ),
    kind=Kind.TEXT,
    is_identifier=True,
    labels=(
        Label(r"\bvat (?:reg(?:istration)? ?)?(?:id|no|nr|number)\b", 5),
        Label(r"\bu?st\.?\s?-?\s?id(?:ent)?\.?\s?-?\s?(?:nr|nummer)?\b", 5),
        Label(r"\b(?:n°|numero) (?:de )?tva\b|\btva intra(?:communautaire)?\b", 5),
        Label(r"\bbtw\s?-?(?:nummer|nr)\b", 5),
        Label(r"\b(?:tva|btw|vat|tin)\b", 3),
    ),
)

CURRENCY: Final = KnownField(
    names=_names("currency currencycode wahrung waehrung devise valuta"),
    kind=Kind.CURRENCY,
    labels=(
        Label(r"\b(?:rechnungs)?wahrung\b", 5),
        Label(r"\b(?:currency|devise|valuta|monnaie)\b", 5),
        Label(r"\b(?:amounts?|prices|charges|betrage|montants|bedragen)\b[^.:]{0,30}\bin\b", 4.5),
    ),
)

VENDOR: Final = KnownField(
    names=_names(
        "vendor vendorname seller sellername supplier suppliername issuer lieferant "
        "verkaeufer fournisseur"
    ),
    kind=Kind.TEXT,
    labels=(
        Label(r"\b(?:seller|vendor|supplier|sold by|issued by|invoice from)\b", 4),
        Label(
            r"^(?:verkaufer|lieferant|rechnungsersteller|rechnungssteller|rechnungsabsender)\b", 4
        ),
        Label(r"\b(?:fournisseur|vendeur|emetteur|leverancier|verkoper)\b", 4),
    ),
    but_not=r"nummer|\bnr\b|number|\bno\b|\bid\b",
)

KNOWN_FIELDS: Final = (
    INVOICE_NUMBER,
    ISSUE_DATE,
    DUE_DATE,
    TOTAL,
    SUBTOTAL,
    TAX,
    ORDER_NUMBER,
    CUSTOMER_NUMBER,
    VAT_NUMBER,
    CURRENCY,
    VENDOR,
)


def known_field(name: str) -> KnownField | None:
    """Return the known field that a property means, or None."""
    key = name.replace("_", "").lower()
    return next((known for known in KNOWN_FIELDS if key in known.names), None)
