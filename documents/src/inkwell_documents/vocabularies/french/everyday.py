"""The usual words of French, as written in France."""

from typing import Final

from inkwell_documents.vocabularies.vocabulary import Labels, Names, Vocabulary

_LABELS: Final = Labels(
    title=("FACTURE", "Facture"),
    number=("Facture n°", "Numéro de facture", "N° de facture", "Facture N°"),
    customer_number=("N° client", "Référence client", "Code client"),
    issue_date=("Date", "Date de facture", "Date de facturation", "Date d'émission"),
    due_date=("Échéance", "Date d'échéance", "À régler avant le"),
    buyer=("Facturé à", "Client", "Destinataire"),
    description=("Désignation", "Description", "Article"),
    quantity=("Qté", "Quantité"),
    price=("Prix unitaire", "P.U. HT"),
    amount=("Montant", "Montant HT"),
    net=("Total HT", "Sous-total", "Montant HT"),
    tax=("TVA",),
    total=("Total TTC", "Montant TTC", "Net à payer", "Montant total"),
    page=("Page {page} sur {pages}",),
    carried_over=("Report",),
    receipt_title=("TICKET DE CAISSE", "REÇU"),
    receipt_number=("Ticket n°", "Reçu n°"),
    paid=("ESPÈCES", "CARTE BANCAIRE"),
    thanks=("Merci de votre visite", "À bientôt"),
    terms=(
        "Paiement à {days} jours à compter de la date de facture.",
        "Merci de régler sous {days} jours.",
    ),
)

_NAMES: Final = Names(
    stems=(
        "Lefèvre",
        "Bellecour",
        "Dubois et Fils",
        "Rivoli",
        "Mistral",
        "Clémence",
        "Beaulieu",
        "Atlantique",
    ),
    trades=(
        "Fournitures",
        "Bureautique",
        "Imprimerie",
        "Alimentation",
        "Mécanique",
        "Textile",
        "Logistique",
        "Conseil",
    ),
    streets=(
        "{number}, rue de la République",
        "{number}, avenue Foch",
        "{number}, place du Marché",
        "{number}, quai des Célestins",
    ),
    cities=("69002 Lyon", "75011 Paris", "33000 Bordeaux", "59800 Lille", "44000 Nantes"),
    goods=(
        "Papier A4, 80 g, carton de 5",
        "Cartouche de toner noir",
        "Lampe de bureau",
        "Maintenance sur site, heure",
        "Étagère en acier",
        "Livraison et emballage",
        "Contrat d'assistance annuel",
        "Ruban pour étiqueteuse",
        "Gants de sécurité, paire",
        "Commutateur réseau, 8 ports",
        "Traduction, la page",
        "Boîtes d'archives, lot de 20",
    ),
    groceries=(
        "Pain complet",
        "Lait 1 l",
        "Pommes 1 kg",
        "Café en grains",
        "Comté 250 g",
        "Thé, 80 sachets",
        "Beurre",
        "Oeufs, douzaine",
    ),
)

EVERYDAY: Final = Vocabulary(
    labels=_LABELS,
    names=_NAMES,
    forms=("SARL", "SAS", "SA"),
    tax_id="FR ## ### ### ###",
    account="FR## #### #### #### #### ####",
    currencies=("EUR", "EUR", "CHF"),
    percents=("20", "10", "5.5"),
)
