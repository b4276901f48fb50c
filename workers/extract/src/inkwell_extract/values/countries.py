"""What tells of a country and a language, and how a country orders its dates. Data.

Countries are codes of ISO 3166-1 (two letters), languages of ISO 639-1. Names of countries come
from CLDR by Babel.
"""

# ruff: noqa: RUF001 -- words of other languages

from typing import Final

from babel import Locale

_STATES: Final = (
    "A[KLRZ]|C[AOT]|DC|FL|GA|HI|I[ALN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]"
    "|UT|V[AT]|W[AIVY]"
)
"""States and districts of the USA before a postal code, without Delaware, which is Germany too."""

OTHER_TAXES: Final = r"\b(?:VAT|GST|TVA|IVA|BTW|KDV|DPH|PDV|MVA|USt|(?i:mwst|moms))\b"
_US_TAXES: Final = r"(?i:\bsales tax\b|\bfederal (?:tax )?id\b)|\bEIN\W{1,2}\d{2}-\d{7}\b"
MARKS: Final = (
    ("AU", r"\bABN\b|\bACN\b|\bPty\.? Ltd\b|\b(?:NSW|VIC|QLD|TAS|WA),? \d{4}\b"),
    ("AE", r"\bTRN\b|\bDubai\b|\bDUBAI\b|\bAED\b"),
    ("BR", r"\bCNPJ\b|\bCPF\b|\bLtda\b|\bNota Fiscal\b"),
    (
        "CA",
        r"\bHST\b|\bQST\b|\bTVQ\b|\b[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d\b|\bOntario\b",
    ),
    ("CH", r"\bCHE-?\d{3}|\bCH-\d{4}\b"),
    ("CZ", r"\bDIČ\b|\bIČO?\b|\bs\.r\.o\."),
    ("DK", r"\bCVR\b"),
    ("DE", r"\bUSt-?Id|\bSteuernummer\b|\bAmtsgericht\b|\bHRB\b|\bD-\d{5}\b"),
    ("ES", r"\bN\.?I\.?F\.?\b|\bC\.?I\.?F\.?: ?[A-Z]\d"),
    ("FR", r"\bSIRET\b|\bSIREN\b|\bRCS\b|\bTVA [Ii]ntra"),
    (
        "GB",
        r"\bUnited Kingdom\b|\bEngland\b|\bLONDON\b|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\bGBP\b",
    ),
    ("IN", r"\bGSTIN\b|\b[CSI]GST\b|\bHSN\b|\bPvt\.? Ltd\b"),
    ("IT", r"\bP\. ?IVA\b|\bPartita IVA\b|\bCodice [Ff]iscale\b|\bS\.r\.l\b"),
    ("JP", r"消費税|株式会社|請求書|円"),
    ("CN", r"发票|有限公司|增值税"),
    ("KR", r"원|주식회사|세금계산서"),
    ("MX", r"\bR\.?F\.?C\.?:|\bS\.A\. de C\.V\b|\bCFDI\b"),
    ("MY", r"(?i)\bSdn\.? Bhd\b|\bSST No\b|\bRM ?\d"),
    ("NL", r"\bKvK\b|\bKVK\b|\bBTW-?nr\b"),
    ("NO", r"\bOrg\.? ?nr\.?:? \d{3} \d{3} \d{3}\b|\bMVA\b"),
    ("NZ", r"\bNZBN\b|\bIRD [Nn]"),
    ("PL", r"\bNIP\b|\bSp\. z o\.o"),
    ("SE", r"\b[Oo]rg\.? ?nr\b.*\bmoms|\bBankgiro\b|\bPlusgiro\b|\bF-skatt"),
    ("SG", r"\bPte\.? Ltd\b|\bUEN\b"),
    ("TN", r"\bMatricule [Ff]iscale?\b|\bTimbre fiscal\b"),
    (
        "US",
        rf"\b[A-Z][A-Za-z.]+,? (?:{_STATES}),? \d{{5}}\b|\bU\.?S\.?A\b|\bLLC\b|{_US_TAXES}",
    ),
    ("ZA", r"\(Pty\) Ltd\b"),
)
"""By country (ISO 3166-1): words, numbers and forms of addresses that only it has."""

DIALLING_CODES: Final = {
    "27": "ZA",
    "30": "GR",
    "31": "NL",
    "32": "BE",
    "33": "FR",
    "34": "ES",
    "36": "HU",
    "39": "IT",
    "40": "RO",
    "41": "CH",
    "420": "CZ",
    "43": "AT",
    "44": "GB",
    "45": "DK",
    "46": "SE",
    "47": "NO",
    "48": "PL",
    "49": "DE",
    "52": "MX",
    "55": "BR",
    "60": "MY",
    "61": "AU",
    "62": "ID",
    "64": "NZ",
    "65": "SG",
    "66": "TH",
    "81": "JP",
    "82": "KR",
    "84": "VN",
    "852": "HK",
    "86": "CN",
    "90": "TR",
    "91": "IN",
    "216": "TN",
    "351": "PT",
    "353": "IE",
    "358": "FI",
    "962": "JO",
    "965": "KW",
    "968": "OM",
    "971": "AE",
    "973": "BH",
}
PHONE: Final = rf"\+({'|'.join(DIALLING_CODES)})[ .(/-]?\d"
DOMAIN: Final = r"(?i)(?:@|www\.)[a-z0-9.-]+\.([a-z]{2})\b"
WORLDWIDE: Final = frozenset(
    {"AI", "CC", "CO", "EU", "FM", "IN", "IO", "IS", "LY", "ME", "TO", "TV"}
)
"""Domains of countries that anybody takes."""

_NOT_NAMES: Final = frozenset(
    {"Chad", "Georgia", "Guernsey", "Guinea", "Jersey", "Jordan", "Mali", "Niger", "Panama", "Togo"}
)
"""Countries whose name is that of a person, another place or a thing as well."""

_MORE_NAMES: Final = {"hong kong": "HK", "czech republic": "CZ", "uae": "AE"}
_NAMES_IN: Final = ("en", "de", "fr", "it", "es", "nl", "pt")


def _country_names() -> dict[str, str]:
    """Return the names of countries, in lower case, in the languages of most invoices."""
    names = {
        name.casefold(): code
        for language in reversed(_NAMES_IN)
        for code, name in Locale.parse(language).territories.items()
        if len(code) == 2 and code.isalpha() and name not in _NOT_NAMES  # noqa: PLR2004 -- ISO 3166
    }
    return names | _MORE_NAMES


COUNTRIES: Final = _country_names()
LANGUAGES: Final = {
    "en": "the of and to for your with our this you please payment amount due from by",
    "de": "der die das und für den ist bitte rechnung betrag mit von nicht zahlbar mwst ust inkl",
    "fr": "le les des et pour vous votre facture montant avec du une est payer ht ttc tva",
    "nl": "het een van voor met factuur bedrag btw wij uw op te betalen excl aantal",
    "it": "il di della per con fattura importo si scadenza iva totale imponibile pagamento",
    "es": "el los de la para con factura importe iva su una por fecha base imponible",
    "pt": "o os da do para com fatura valor nota iva sua uma não data",
    "sv": "och att för med faktura belopp moms summa betala är oss förfallodatum",
    "da": "og til med faktura beløb moms ikke er betales forfaldsdato",
    "nb": "og til med faktura beløp mva ikke er betales forfallsdato",
    "fi": "ja lasku yhteensä alv eräpäivä maksu summa euroa päivä",
    "pl": "do w na faktura kwota razem sprzedawca nabywca płatności zapłaty wartość",
    "cs": "faktura částka celkem dodavatel odběratel splatnosti dph datum",
    "hu": "számla összesen összeg fizetési áfa vevő eladó kelte határidő",
    "ro": "factura suma total furnizor cumpărător tva valoare plată",
    "tr": "fatura tarih toplam tutar kdv ve ödeme vergi sayın",
}
"""Frequent words of invoices, parted by spaces."""

MONTH_FIRST: Final = frozenset(["US", "PR", "GU", "VI", "AS", "MP", "FM", "MH", "PW"])
YEAR_FIRST: Final = frozenset({"CN", "HU", "JP", "KR", "LT", "MN", "SE", "TW"})
"""Countries that put the year first where it has two digits; where it has four, the others are
open."""

YEAR_FIRST_LANGUAGES: Final = frozenset({"hu", "sv"})
EITHER_ORDER: Final = frozenset({"CA", "PH", "HK", "KE", "GH", "PA"})
"""Countries where numbers with slashes are written in more than one order."""
