"""The usual words of German, as written in Germany."""

from typing import Final

from inkwell_documents.vocabularies.vocabulary import Labels, Names, Vocabulary

_LABELS: Final = Labels(
    title=("RECHNUNG", "Rechnung"),
    number=("Rechnungsnummer", "Rechnung Nr.", "Rechnungs-Nr.", "Rechnungsnr.", "Rechnung-Nr."),
    customer_number=("Kundennummer", "Kunden-Nr.", "Ihr Zeichen"),
    issue_date=("Datum", "Rechnungsdatum", "Rechnungsdatum", "Ausstellungsdatum"),
    due_date=("Fällig am", "Zahlbar bis", "Fälligkeitsdatum"),
    buyer=("Rechnungsempfänger", "Kunde", "Rechnung an"),
    description=("Bezeichnung", "Beschreibung", "Artikel"),
    quantity=("Menge", "Anzahl"),
    price=("Einzelpreis", "Preis"),
    amount=("Betrag", "Gesamt", "Summe"),
    net=("Zwischensumme", "Nettobetrag", "Summe netto"),
    tax=("MwSt.", "Umsatzsteuer", "USt."),
    total=("Gesamtbetrag", "Rechnungsbetrag", "Endbetrag", "Gesamtsumme", "Zu zahlender Betrag"),
    page=("Seite {page} von {pages}",),
    carried_over=("Übertrag",),
    receipt_title=("KASSENBON", "QUITTUNG"),
    receipt_number=("Beleg-Nr.", "Bon-Nr."),
    paid=("BAR", "EC-KARTE"),
    thanks=("Vielen Dank für Ihren Einkauf", "Auf Wiedersehen"),
    terms=(
        "Zahlbar innerhalb von {days} Tagen ohne Abzug.",
        "Bitte zahlen Sie innerhalb von {days} Tagen.",
    ),
)

_NAMES: Final = Names(
    stems=(
        "Müller",
        "Nordlicht",
        "Becker & Söhne",
        "Rheintal",
        "Schwarzwald",
        "Hansa",
        "Grünfeld",
        "Jäger",
    ),
    trades=(
        "Bürobedarf",
        "Maschinenbau",
        "Druckerei",
        "Lebensmittel",
        "Elektrotechnik",
        "Möbel",
        "Logistik",
        "Werkzeuge",
    ),
    streets=(
        "Hauptstraße {number}",
        "Lindenweg {number}",
        "Am Bahnhof {number}",
        "Königsallee {number}",
    ),
    cities=("04109 Leipzig", "50667 Köln", "80331 München", "20095 Hamburg", "79098 Freiburg"),
    goods=(
        "Kopierpapier A4, 80 g, 5 Pakete",
        "Tonerkartusche schwarz",
        "Schreibtischlampe",
        "Wartung vor Ort, Stunde",
        "Stahlregal verzinkt",
        "Versand und Verpackung",
        "Jahresvertrag Betreuung",
        "Etikettenband 12 mm",
        "Schutzhandschuhe, Paar",
        "Netzwerkverteiler, 8 Anschlüsse",
        "Übersetzung, je Seite",
        "Aktenordner breit, 20 Stück",
    ),
    groceries=(
        "Vollkornbrot",
        "Milch 1 l",
        "Äpfel 1 kg",
        "Kaffeebohnen",
        "Gouda 250 g",
        "Tee, 80 Beutel",
        "Butter",
        "Eier, 10 Stück",
    ),
)

EVERYDAY: Final = Vocabulary(
    labels=_LABELS,
    names=_NAMES,
    forms=("GmbH", "AG", "KG", "GmbH & Co. KG"),
    tax_id="DE#########",
    account="DE## #### #### #### #### ##",
    currencies=("EUR", "EUR", "CHF"),
    percents=("19", "7"),
)
