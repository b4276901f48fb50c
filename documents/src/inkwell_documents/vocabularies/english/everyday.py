"""The usual words of English."""

from typing import Final

from inkwell_documents.vocabularies.vocabulary import Labels, Names, Vocabulary

_LABELS: Final = Labels(
    title=("INVOICE", "Invoice", "Tax Invoice"),
    number=("Invoice No.", "Invoice Number", "Invoice #", "Invoice no", "Invoice number"),
    customer_number=("Customer No.", "Account Number", "Your reference"),
    issue_date=("Date", "Invoice Date", "Date of issue", "Issue date", "Issued"),
    due_date=("Due Date", "Payment due", "Due by"),
    buyer=("Bill to", "Billed to", "Customer"),
    description=("Description", "Item", "Product or service"),
    quantity=("Qty", "Quantity"),
    price=("Unit price", "Price", "Rate"),
    amount=("Amount", "Line total"),
    net=("Subtotal", "Net amount", "Total excl. VAT"),
    tax=("VAT", "Sales tax", "Tax"),
    total=("Total", "Total due", "Amount due", "Grand total", "Total amount"),
    page=("Page {page} of {pages}",),
    carried_over=("Carried forward",),
    receipt_title=("RECEIPT", "SALES RECEIPT"),
    receipt_number=("Receipt No.", "Receipt #"),
    paid=("CASH", "CARD"),
    thanks=("Thank you for your visit", "Please come again"),
    terms=("Please pay within {days} days of the invoice date.", "Payment terms: {days} days net."),
)

_NAMES: Final = Names(
    stems=(
        "Northgate",
        "Harbour",
        "Maple & Finch",
        "Ashford",
        "Bluebird",
        "Castle Hill",
        "Greenfield",
        "Ironbridge",
    ),
    trades=(
        "Supplies",
        "Office Systems",
        "Engineering",
        "Print Works",
        "Foods",
        "Logistics",
        "Textiles",
        "Consulting",
    ),
    streets=(
        "{number} Mill Lane",
        "{number} High Street",
        "{number} Station Road",
        "{number} Queen's Walk",
    ),
    cities=(
        "Leeds LS1 4AP",
        "Bristol BS1 5TR",
        "Norwich NR2 1AD",
        "Boston, MA 02110",
        "Portland, OR 97204",
    ),
    goods=(
        "Copy paper A4, 80 gsm, box of 5",
        "Toner cartridge black",
        "Desk lamp, adjustable",
        "On-site maintenance, hour",
        "Steel shelving unit",
        "Delivery and handling",
        "Annual support plan",
        "Label printer ribbon",
        "Safety gloves, pair",
        "Network switch, 8 ports",
        "Translation of contract, page",
        "Archive boxes, set of 20",
    ),
    groceries=(
        "Wholemeal bread",
        "Milk 1 l",
        "Apples 1 kg",
        "Coffee beans",
        "Cheddar 250 g",
        "Tea, 80 bags",
        "Butter",
        "Eggs, dozen",
    ),
)

EVERYDAY: Final = Vocabulary(
    labels=_LABELS,
    names=_NAMES,
    forms=("Ltd", "plc", "LLP", "Inc."),
    tax_id="GB ### #### ##",
    account="GB## NWBK #### #### #### ##",
    currencies=("GBP", "USD", "EUR"),
    percents=("20", "5", "8.25"),
)
