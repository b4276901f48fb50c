"""What a document says of the country and the language of who wrote it. Pure.

Each witness is weak by itself, and a customer's address speaks as loudly as a seller's; so they
are counted, and what they say counts only where they agree or one side is twice as strong.
"""

# ruff: noqa: RUF001 -- words of other languages

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError

from inkwell_extract.page.layout import Layout
from inkwell_extract.patterns import compiled
from inkwell_extract.values.amounts import DecimalMark
from inkwell_extract.values.dates import DateOrder
from inkwell_extract.values.folding import fold
from inkwell_extract.values.identifiers import countries_of_identifiers
from inkwell_extract.values.symbols import currencies_of

_MAX_TEXT: Final = 200_000
"""Characters that are looked at; a seller says who they are on the first pages."""

_IDENTIFIER: Final = 3
_SIGN: Final = 2
_NAME: Final = 1
_STATES: Final = (
    "A[KLRZ]|C[AOT]|DC|FL|GA|HI|I[ALN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]"
    "|UT|V[AT]|W[AIVY]"
)
"""States and districts of the USA before a postal code, without Delaware, which is Germany too."""

_OTHER_TAXES: Final = r"\b(?:VAT|GST|TVA|IVA|BTW|KDV|DPH|PDV|MVA|USt|(?i:mwst|moms))\b"
_US_TAXES: Final = r"(?i:\bsales tax\b|\bfederal (?:tax )?id\b)|\bEIN\W{1,2}\d{2}-\d{7}\b"
_MARKS: Final = (
    ("AU", r"\bABN\b|\bACN\b|\bPty\.? Ltd\b|\b(?:NSW|VIC|QLD|TAS|WA),? \d{4}\b"),
    ("AE", r"\bTRN\b|\bDubai\b|\bDUBAI\b|\bAED\b"),
    ("BR", r"\bCNPJ\b|\bCPF\b|\bLtda\b|\bNota Fiscal\b"),
    (
        "CA",
        r"\bHST\b|\bQST\b|\bTVQ\b|\b[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d\b|\bOntario\b",
    ),
    ("CH", r"\bCHE-?\d{3}|\bCH-\d{4}\b"),
    ("CZ", r"\bDIČ\b|\bIČO?\b|\bs\.r\.o\."),
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
    ("MX", r"\bR\.?F\.?C\.?:|\bS\.A\. de C\.V\b|\bCFDI\b"),
    ("MY", r"(?i)\bSdn\.? Bhd\b|\bSST No\b|\bRM ?\d"),
    ("NL", r"\bKvK\b|\bKVK\b|\bBTW-?nr\b"),
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

_NOT_NAMES: Final = frozenset(
    {"Chad", "Georgia", "Guernsey", "Guinea", "Jersey", "Jordan", "Mali", "Niger", "Panama", "Togo"}
)
"""Countries whose name is that of a person, another place or a thing as well."""

_MORE_NAMES: Final = {"hong kong": "HK", "czech republic": "CZ", "uae": "AE"}
_WORD: Final = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_WORDS_OF_A_NAME: Final = 3
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


_COUNTRIES: Final = _country_names()
_LANGUAGES: Final = {
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

_LEAST_WORDS: Final = 3
_MONTH_FIRST: Final = frozenset(["US", "PR", "GU", "VI", "AS", "MP", "FM", "MH", "PW"])
_EITHER_ORDER: Final = frozenset(["CA", "PH", "JP", "CN", "KR", "TW", "HK", "KE", "GH", "PA"])
"""Countries where numbers with slashes are written in more than one order."""


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Who seems to have written a document.

    Attributes:
        countries: how much speaks for each (ISO 3166-1, two letters).
        language: ISO 639-1, or empty when no language has the most words.
        has_tax_of_others: whether it names a tax that the United States do not have.
    """

    countries: Counter[str]
    language: str = ""
    has_tax_of_others: bool = False

    @property
    def is_foreign(self) -> bool:
        """Whether the language is none that puts the month first anywhere."""
        return self.language not in {"", "en"}

    @property
    def likely_countries(self) -> frozenset[str]:
        """The countries that nothing else outweighs by two to one."""
        most = max(self.countries.values(), default=0)
        return frozenset(c for c, weight in self.countries.items() if weight * 2 > most)

    def date_order(self, codes: Collection[str]) -> DateOrder | None:
        """Return the order of days and months there, if all agree.

        Args:
            codes: currencies of the document (ISO 4217); countries that pay in one of them count
                before others.
        """
        if self.is_foreign:
            return DateOrder.DAY_FIRST
        likely = self.likely_countries
        if likely:
            at_home = {country for country in likely if currencies_of(country) & set(codes)}
            orders = {_order_of(country) for country in at_home or likely}
            return orders.pop() if len(orders) == 1 else None
        return DateOrder.DAY_FIRST if self.has_tax_of_others else None

    @property
    def decimal_mark(self) -> DecimalMark | None:
        """The decimal mark there, if all agree."""
        marks = {_mark_of(self.language, country) for country in self.likely_countries}
        if not marks and self.language not in {"", "en", "es"}:
            # English and Spanish are written with both marks.
            marks = {_mark_of(self.language, "")}
        return marks.pop() if len(marks) == 1 else None


def find_witnesses(layout: Layout) -> Witnesses:
    """Return what a document says of who wrote it."""
    text = layout.text[:_MAX_TEXT]
    countries = countries_of_identifiers(text, _IDENTIFIER)
    for country, pattern in _MARKS:
        if compiled(pattern).search(text):
            countries[country] += _SIGN
    for code in _named_countries(text):
        countries[code] = max(countries[code], _NAME)
    return Witnesses(countries, _language(text), compiled(_OTHER_TAXES).search(text) is not None)


def _language(text: str) -> str:
    """Return the language with the most words, if it has twice as many as any other."""
    words = Counter(fold(text).split())
    counts = Counter({name: sum(words[w] for w in known) for name, known in _folded().items()})
    (first, most), (_, second) = counts.most_common(2)
    return first if most >= _LEAST_WORDS and most >= 2 * second else ""


@cache
def _folded() -> dict[str, frozenset[str]]:
    return {language: frozenset(fold(words).split()) for language, words in _LANGUAGES.items()}


def _named_countries(text: str) -> frozenset[str]:
    """Return the countries whose names stand in a text, with a capital letter."""
    words = _WORD.findall(text)
    return frozenset(
        _COUNTRIES[name]
        for first, word in enumerate(words)
        if word[0].isupper()
        for count in range(1, _WORDS_OF_A_NAME + 1)
        if (name := " ".join(words[first : first + count]).casefold()) in _COUNTRIES
    )


def _order_of(country: str) -> DateOrder | None:
    if country in _EITHER_ORDER:
        return None
    return DateOrder.MONTH_FIRST if country in _MONTH_FIRST else DateOrder.DAY_FIRST


@lru_cache(maxsize=512)
def _mark_of(language: str, country: str) -> DecimalMark | None:
    """Return the decimal mark of a country, in the language of the document if it is one there."""
    for name in (f"{language}_{country}", f"und_{country}", language):
        try:
            symbols = Locale.parse(name).number_symbols
        except (UnknownLocaleError, ValueError):
            continue
        decimal = symbols["latn"]["decimal"]
        return DecimalMark(decimal) if decimal in set(DecimalMark) else None
    return None
