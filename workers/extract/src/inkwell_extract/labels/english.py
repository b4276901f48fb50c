"""English."""

from typing import Final

from inkwell_extract.labels.label import Label
from inkwell_extract.labels.vocabulary import ANY_NUMBER, NUMBER, FieldWords, Vocabulary

_GROSS: Final = r"\bincl|\binc\b|grand|with tax"
_NET: Final = r"sub\s?-?tot|\bnet\b|excl|before tax|\bex\b|taxable"
_TAX: Final = r"\bvat\b|\btax(?:es)?\b|\bgst\b"
_QUANTITY: Final = (
    r"weight|\bqty|quantit|\bitems?\b|pieces|\bpcs\b|\bunits?\b|\bhours?\b|\bpoints?\b|volume|"
    r"\bpages?\b|\bcartons?\b|\bpackages?\b"
)
_OTHER: Final = (
    r"credit(?:s|ing|ed)?(?: for| of)? (?:the )?(?:invoice|inv)|original|referen\w*|refers? to|ref|"
    r"previous|against|correct(?:s|ion of|ing)|replac\w*|cancel\w*|relat(?:es|ed|ing)|concern\w*|"
    r"regarding|for (?:our |your )?invoice|(?:to|of) (?:our |your )?invoice"
)

ENGLISH: Final = Vocabulary(
    invoice_number=FieldWords(
        names="invoicenumber invoiceno invoicenr invoiceid invoice",
        labels=(
            Label(rf"\binvoice\s?-?{NUMBER}(?:\b|\s|:)", 5),
            Label(rf"\bcredit (?:note|memo)\s?-?{NUMBER}(?:\b|\s|:)", 5),
            Label(rf"\b(?:receipt|bill|ticket)\s?-?{NUMBER}(?:\b|\s|:)", 4),
            Label(rf"\binv\.?\s?{NUMBER}", 4.5),
            Label(r"\b(?:tax|proforma|commercial) invoice\s?#", 4.5),
            Label(r"\b(?:document|bill|statement)\s?(?:no|nr|number|#)", 4),
            Label(r"\binvoice\b\s?:?", 2),
        ),
        but_not=r"order|customer|client|account|vat|tax id",
        unless=rf"\binvoice\s?-?{ANY_NUMBER}",
    ),
    issue_date=FieldWords(
        names="issuedate invoicedate date issuedon dateofissue documentdate",
        labels=(
            Label(r"\binvoice\s?-?date\b", 5),
            Label(r"\bdate of (?:invoice|issue)\b", 5),
            Label(r"\b(?:date issued|issue date|issued on|issued|invoice dated)\b", 4.8),
            Label(r"\bdate\b", 3),
        ),
        first=r"invoice",
        last=r"dated|of|of the",
        but_not=r"due|deliver|order|ship|period|valid|birth|print|start|end|payment|service|expir|"
        r"pay by",
        unless=r"invoice date",
    ),
    due_date=FieldWords(
        names="duedate dueon paymentduedate payby",
        labels=(
            Label(r"\b(?:payment )?due\s?-?(?:date|on|by|before)\b", 5),
            Label(r"\b(?:payment|payable|amount) due\b", 4),
            Label(r"\b(?:pay|payable|payment) (?:by|until|before)\b", 4.5),
        ),
    ),
    total=FieldWords(
        names="total totalamount amount amounttotal grandtotal invoicetotal totalgross gross "
        "grossamount",
        labels=(
            Label(r"\bgrand\s?-?total\b", 6),
            Label(r"\b(?:gross (?:total|amount)|total gross)\b", 5.5),
            Label(r"\b(?:invoice total|total invoice|total for this invoice|total amount)\b", 5.2),
            Label(r"\b(?:total (?:payable|rounded|sales?)|(?:rounded|nett?|final) total)\b", 4.8),
            Label(r"\b(?:amount due|balance due|amount payable)\b", 4),
            Label(r"\btotal\b", 3.5),
        ),
        phrases=r"total due",
        first=r"total|amount",
        last=r"incl|inc|including",
        but_not=rf"{_NET}|{_TAX}|\d ?%|discount|allowance|charges?\b|paid|saved|"
        r"savings?\b|round(?:ing|ed off)",
        unless=rf"{_GROSS}|nett? total",
        never=rf"{_QUANTITY}|\bsupplies\b|due after|if paid|after \w+ \d|late\b|overdue|previous|"
        r"(?:brought|carried) forward|\bchange\b|\bcash\b|tender|accepted|"
        r"received|inserted",
    ),
    subtotal=FieldWords(
        names="subtotal net netamount nettotal amountuntaxed totalnet taxbase",
        labels=(
            Label(r"\bsub\s?-?total\b", 4.5),
            Label(r"\b(?:taxable amount|before tax)\b", 3.5),
            Label(r"\bnet\b", 3),
        ),
        phrases=r"net (?:total|amount)",
        first=r"total",
        last=r"net|excl",
        but_not=r"days|payable|\bterms\b|price|\binternet\b",
        never=_QUANTITY,
    ),
    tax=FieldWords(
        names="tax taxamount vat vatamount totaltax totalvat salestax gst",
        labels=(
            Label(r"\b(?:tax amount|vat amount|sales tax)\b", 5),
            Label(r"\b(?:vat|tax|i?gst)(?:\b|\d)", 4),
            # India parts a tax in two; half of it is never sure, and both add up to it.
            Label(r"\b(?:c|s|ut)gst(?:\b|\d)", 1),
        ),
        first=r"total",
        last=r"vat|tax|gst",
        but_not=rf"\bid\b|ident|number|\breg|{_GROSS}|excl|service tax",
    ),
    order_number=FieldWords(
        names="ordernumber orderno orderid ponumber purchaseorder purchaseordernumber po",
        labels=(
            Label(rf"\b(?:purchase )?order\s?-?(?:id|{NUMBER})", 5),
            Label(rf"\bp\.?o\.?\s?-?{NUMBER}", 5),
        ),
    ),
    customer_number=FieldWords(
        names="customernumber customerno customerid clientnumber accountnumber",
        labels=(Label(rf"\b(?:customer|client|account)\s?-?(?:id|{NUMBER})", 5),),
    ),
    vat_number=FieldWords(
        names="vatnumber vatid taxid sellervatid vendorvatid",
        labels=(
            Label(r"\bvat (?:reg(?:istration)? ?)?(?:id|no|nr|number)\b", 5),
            Label(r"\b(?:vat|tin)\b", 3),
        ),
    ),
    currency=FieldWords(
        names="currency currencycode",
        labels=(Label(r"\bcurrency\b", 5),),
        first=r"amounts?|prices|charges",
    ),
    vendor=FieldWords(
        names="vendor vendorname seller sellername supplier suppliername issuer",
        labels=(Label(r"\b(?:seller|vendor|supplier|sold by|issued by|invoice from)\b", 4),),
        but_not=r"number|\bno\b|\bid\b",
    ),
    tendered=FieldWords(
        labels=(
            Label(
                r"\b(?:cash|tender(?:ed)?|accepted|inserted|(?:amount|amt) (?:received|tendered)|"
                r"visa|master\s?card|(?:debit|credit) card|card|maestro|amex|credit)\b",
                4,
            ),
        ),
        but_not=r"change|out|back|discount|bill|\bnote\b|memo|limit|terms|invoice",
    ),
    change=FieldWords(labels=(Label(r"\bchange\b", 4),)),
    rounding=FieldWords(
        labels=(Label(r"\b(?:round(?:ing)?(?: ?(?:adj\w*|off|amt|amount|diff\w*))?|rndg)\b", 4),),
        but_not=r"total|after|incl",
    ),
    paid=FieldWords(
        labels=(
            Label(
                r"\b(?:deposit|prepaid|prepayment|advance|(?:already|amount|less) paid|paid|"
                r"payments? received|down ?payment)\b",
                4,
            ),
        ),
        but_not=r"if paid|unpaid|paid by|to be paid",
    ),
    charges=FieldWords(
        labels=(
            Label(
                r"\b(?:shipping|delivery|freight|postage|handling|surcharge|carriage|"
                r"(?:service|svc|svr) (?:charge|chg))\b",
                4,
            ),
        ),
        but_not=r"date|address|note|to\b",
    ),
    discount=FieldWords(labels=(Label(r"\b(?:discount|disc|rebate|allowance|voucher)\b", 4),)),
    other_document=_OTHER,
    customer_side=r"bill(?:ed|ing)? (?:to|address)|ship(?:ping)? (?:to|address)|sold to|customer|"
    r"client|attn",
)
