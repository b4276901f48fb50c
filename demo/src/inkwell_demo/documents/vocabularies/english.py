"""English."""

from typing import Final

from inkwell_demo.documents.vocabularies.vocabulary import LabelChoices, Vocabulary

_LABELS: Final = LabelChoices(
    title=("INVOICE", "Invoice", "Tax Invoice"),
    number=("Invoice No.", "Invoice Number", "Invoice #", "Invoice no", "Invoice number"),
    customer_number=("Customer No.", "Account Number", "Your reference"),
    issue_date=("Date", "Invoice Date", "Date of issue", "Issue date", "Issued"),
    due_date=("Due Date", "Payment due", "Due by"),
    bill_to=("Bill to", "Billed to", "Customer"),
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
    cash=("CASH", "CARD"),
    thanks=("Thank you for your visit", "Please come again"),
)

ENGLISH: Final = Vocabulary(
    labels=_LABELS,
    company_stems=("Northgate", "Harbour", "Maple & Finch", "Ashford", "Bluebird", "Castle Hill", "Greenfield", "Ironbridge"),
    company_trades=("Supplies", "Office Systems", "Engineering", "Print Works", "Foods", "Logistics", "Textiles", "Consulting"),
    company_forms=("Ltd", "plc", "LLP", "Inc."),
    streets=("{number} Mill Lane", "{number} High Street", "{number} Station Road", "{number} Queen's Walk"),
    cities=("Leeds LS1 4AP", "Bristol BS1 5TR", "Norwich NR2 1AD", "Boston, MA 02110", "Portland, OR 97204"),
    goods=(
        "Copy paper A4, 80 gsm, box of 5", "Toner cartridge black", "Desk lamp, adjustable", "On-site maintenance, hour",
        "Steel shelving unit", "Delivery and handling", "Annual support plan", "Label printer ribbon",
        "Safety gloves, pair", "Network switch, 8 ports", "Translation of contract, page", "Archive boxes, set of 20",
    ),
    groceries=("Wholemeal bread", "Milk 1 l", "Apples 1 kg", "Coffee beans", "Cheddar 250 g", "Tea, 80 bags", "Butter", "Eggs, dozen"),
    terms=("Please pay within {days} days of the invoice date.", "Payment terms: {days} days net."),
    tax_id="GB ### #### ##",
    account="GB## NWBK #### #### #### ##",
    currencies=("GBP", "USD", "EUR"),
    tax_percents=("20", "5", "8.25"),
)
