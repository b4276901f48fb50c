"""UBL 2.1, Invoice and CreditNote: XRechnung, Peppol BIS Billing. Data only.

The paths are those of CEN/TS 16931-3-2 (syntax binding).
"""

from collections.abc import Mapping
from typing import Final

from inkwell_api.einvoice import Term
from inkwell_ocr.einvoice.vocabulary import Vocabulary

_COMPONENTS: Final = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
_SELLER: Final = "cac:AccountingSupplierParty/cac:Party"
_BUYER: Final = "cac:AccountingCustomerParty/cac:Party"
_SUMS: Final = "cac:LegalMonetaryTotal"
_TERMS: Final[Mapping[Term, tuple[str, ...]]] = {
    Term.NUMBER: ("cbc:ID",),
    Term.ISSUE_DATE: ("cbc:IssueDate",),
    Term.CURRENCY: ("cbc:DocumentCurrencyCode",),
    # A credit note has its date of payment with the means of payment.
    Term.DUE_DATE: ("cbc:DueDate", "cac:PaymentMeans/cbc:PaymentDueDate"),
    Term.ORDER_NUMBER: ("cac:OrderReference/cbc:ID",),
    Term.SELLER_NAME: (
        f"{_SELLER}/cac:PartyLegalEntity/cbc:RegistrationName",
        f"{_SELLER}/cac:PartyName/cbc:Name",
    ),
    Term.SELLER_VAT_ID: (
        f"{_SELLER}/cac:PartyTaxScheme/cac:TaxScheme[cbc:ID='VAT']/../cbc:CompanyID",
    ),
    Term.BUYER_ID: (f"{_BUYER}/cac:PartyIdentification/cbc:ID",),
    Term.TOTAL_WITHOUT_VAT: (f"{_SUMS}/cbc:TaxExclusiveAmount",),
    Term.VAT_TOTAL: ("cac:TaxTotal/cbc:TaxAmount",),
    Term.TOTAL_WITH_VAT: (f"{_SUMS}/cbc:TaxInclusiveAmount",),
    Term.AMOUNT_DUE: (f"{_SUMS}/cbc:PayableAmount",),
}


def _line_terms(quantity: str) -> Mapping[Term, tuple[str, ...]]:
    return {
        Term.LINE_ID: ("cbc:ID",),
        Term.LINE_QUANTITY: (quantity,),
        Term.LINE_UNIT: (f"{quantity}/@unitCode",),
        Term.LINE_NET_AMOUNT: ("cbc:LineExtensionAmount",),
        Term.LINE_NET_PRICE: ("cac:Price/cbc:PriceAmount",),
        Term.LINE_VAT_RATE: ("cac:Item/cac:ClassifiedTaxCategory/cbc:Percent",),
        Term.LINE_NAME: ("cac:Item/cbc:Name",),
        Term.LINE_SELLERS_ITEM_ID: ("cac:Item/cac:SellersItemIdentification/cbc:ID",),
    }


UBL_INVOICE: Final = Vocabulary(
    root="ubl:Invoice",
    prefixes={"ubl": "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2", **_COMPONENTS},
    terms=_TERMS,
    line="cac:InvoiceLine",
    line_terms=_line_terms("cbc:InvoicedQuantity"),
)

UBL_CREDIT_NOTE: Final = Vocabulary(
    root="cn:CreditNote",
    prefixes={"cn": "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2", **_COMPONENTS},
    terms=_TERMS,
    line="cac:CreditNoteLine",
    line_terms=_line_terms("cbc:CreditedQuantity"),
)
