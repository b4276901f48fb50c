"""What names of firms end with, hold and stand beside, in the languages of invoices. Data only.

Patterns are RE2 over folded text. Legal forms are of all countries, since a firm keeps its own
wherever it sends a bill. The words of trades are the most frequent ones.
"""

from typing import Final

from inkwell_extract.labels.vocabulary import either

LEGAL_FORM: Final = (
    r"\b(?:gmbh(?: & co\.? kg(?:aa)?)?|ag|kg(?:aa)?|ohg|ug|gbr|e\.? ?k|se|inc|llc|ltd|limited|"
    r"corp|corporation|plc|llp|b\.?v|n\.?v|v\.?o\.?f|s\.a|sa|sarl|sas|sasu|eurl|s\.?r\.?l|s\.p\.a|"
    r"spa|s\.l(?:\.u)?|oy|oyj|ab|aps|a/s|a\.g|a\.s|s\.?r\.?o|sp\.? ?z ?o\.? ?o|kft|d\.?o\.?o|lda|"
    r"ltda|s\.? de r\.?l|sdn\.? ?bhd|s[do0]n\.? ?bhd|5dn\.? ?bhd|[s5]/b|bhd|pte\.? ?ltd|"
    r"pty\.? ?ltd|pvt\.? ?ltd|k\.k|co\.?,? ltd|enterprises?)(?:\.|\b)"
)
"""Ends of names of firms; of Sdn Bhd what OCR makes of it, too."""

_TRADES: Final = {
    "en": r"restaurants?|cafe|coffee|bistro|bakery|bakeries|catering|hardware|trading|traders|"
    r"stationery|pharmacy|clinic|hotels?|stores?|shops?|mart|minimart|supermarket|hypermarket|"
    r"supply|supplies|services?|bookstore|books|florist|salon|garage|workshop|motors?|electrical|"
    r"electronics|furniture|fashion|boutique|company|& co|and co|& sons|& partners|holdings?|group|"
    r"industries|solutions|consulting|consultants?|studios?|press|publishing|brewery|farms?|"
    r"logistics|technologies|systems|laundry|tailoring|handicraft|works",
    "de": r"gasthaus|gasthof|baeckerei|backerei|metzgerei|apotheke|handel|\w*handlung|werkstatt|"
    r"autohaus|praxis|verlag|druckerei|gartnerei|brauerei|tischlerei|schreinerei|\w*bau|werke|"
    r"gebruder|sohne|buro",
    "fr": r"boulangerie|pharmacie|librairie|brasserie|epicerie|magasin|etablissements|ets|atelier|"
    r"imprimerie|menuiserie|freres|traiteur|societe",
    "nl": r"bakkerij|slagerij|winkel|apotheek|boekhandel|handelsonderneming|bedrijf|drukkerij",
    "it": r"ristorante|pizzeria|farmacia|panificio|albergo|officina|trattoria|tipografia|fratelli",
    "es": r"restaurante|panaderia|ferreteria|tienda|taller|libreria|comercial|distribuidora|hnos",
    "ms": r"restoran|kedai|syarikat|perniagaan|pasaraya|perusahaan",
}
TRADE: Final = rf"\b(?:{either(_TRADES.values())})\b"
"""Words that names of firms without a legal form have, and addresses seldom."""

_NUMBERED: Final = (
    r"(?:company|co|business|reg(?:istration)?|roc|uen|abn|acn|kvk|siret|siren|rcs|cvr|hrb|nip|"
    r"vat|ust|tva|btw|iva)\b[a-z., ]{0,20}(?:#|\bid\b)?\W{0,4}"
)
REGISTRATION: Final = (
    rf"^[(<\[]\W*(?:{_NUMBERED}|no\W*)?[a-z]{{0,3}}\W?\d[\d .-]{{4,14}}(?:[ -]?[a-z])?\W*[)>\]]$|"
    rf"^\W*{_NUMBERED}[a-z]{{0,3}}\W?\d[\d .-]{{4,14}}(?:[ -]?[a-z])?\W*$|^\d{{5,9}} ?- ?[a-z]$"
)
"""The number under which a firm is registered, alone in its row."""

REGISTERED: Final = (
    rf"[a-z.] ?[(<\[](?:{_NUMBERED}|no\W*)?[a-z]{{0,3}}\W?\d{{4,}}[\d .-]*(?:[ -]?[a-z])?\W*$"
)
"""The same number in brackets behind a name."""

OWNER: Final = (
    r"\b(?:owned|operated|managed|run) by\b|\blicensee of\b|\bfranchisee?\b|\bdimiliki\b|"
    r"\binhaber\w*|\bbetrieben von\b|\bexploite par\b|\beigenaar\b|\btitolare\b"
)
"""What announces who owns a shop."""
