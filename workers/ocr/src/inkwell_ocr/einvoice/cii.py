"""UN/CEFACT Cross Industry Invoice D16B: Factur-X, ZUGFeRD 2, XRechnung. Data only.

The paths are those of CEN/TS 16931-3-3 (syntax binding) and of the Factur-X 1.0 specification.
"""

from typing import Final

from inkwell_api.einvoice import Term
from inkwell_ocr.einvoice.vocabulary import Vocabulary

_DOCUMENT: Final = "rsm:ExchangedDocument"
_TRADE: Final = "rsm:SupplyChainTradeTransaction"
_AGREEMENT: Final = f"{_TRADE}/ram:ApplicableHeaderTradeAgreement"
_SELLER: Final = f"{_AGREEMENT}/ram:SellerTradeParty"
_SETTLEMENT: Final = f"{_TRADE}/ram:ApplicableHeaderTradeSettlement"
_SUMS: Final = f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_LINE_SETTLEMENT: Final = "ram:SpecifiedLineTradeSettlement"
_LINE_SUM: Final = f"{_LINE_SETTLEMENT}/ram:SpecifiedTradeSettlementLineMonetarySummation"

CII: Final = Vocabulary(
    root="rsm:CrossIndustryInvoice",
    prefixes={
        "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
        "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
        "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    },
    terms={
        Term.NUMBER: (f"{_DOCUMENT}/ram:ID",),
        Term.ISSUE_DATE: (f"{_DOCUMENT}/ram:IssueDateTime/udt:DateTimeString",),
        Term.CURRENCY: (f"{_SETTLEMENT}/ram:InvoiceCurrencyCode",),
        Term.DUE_DATE: (
            f"{_SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString",
        ),
        Term.ORDER_NUMBER: (f"{_AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID",),
        Term.SELLER_NAME: (f"{_SELLER}/ram:Name",),
        Term.SELLER_VAT_ID: (f"{_SELLER}/ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']",),
        Term.BUYER_ID: (f"{_AGREEMENT}/ram:BuyerTradeParty/ram:ID",),
        Term.TOTAL_WITHOUT_VAT: (f"{_SUMS}/ram:TaxBasisTotalAmount",),
        Term.VAT_TOTAL: (f"{_SUMS}/ram:TaxTotalAmount",),
        Term.TOTAL_WITH_VAT: (f"{_SUMS}/ram:GrandTotalAmount",),
        Term.AMOUNT_DUE: (f"{_SUMS}/ram:DuePayableAmount",),
    },
    line=f"{_TRADE}/ram:IncludedSupplyChainTradeLineItem",
    line_terms={
        Term.LINE_ID: ("ram:AssociatedDocumentLineDocument/ram:LineID",),
        Term.LINE_QUANTITY: ("ram:SpecifiedLineTradeDelivery/ram:BilledQuantity",),
        Term.LINE_UNIT: ("ram:SpecifiedLineTradeDelivery/ram:BilledQuantity/@unitCode",),
        Term.LINE_NET_AMOUNT: (f"{_LINE_SUM}/ram:LineTotalAmount",),
        Term.LINE_NET_PRICE: (
            "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount",
        ),
        Term.LINE_VAT_RATE: (
            f"{_LINE_SETTLEMENT}/ram:ApplicableTradeTax/ram:RateApplicablePercent",
        ),
        Term.LINE_NAME: ("ram:SpecifiedTradeProduct/ram:Name",),
        Term.LINE_SELLERS_ITEM_ID: ("ram:SpecifiedTradeProduct/ram:SellerAssignedID",),
    },
    # Of the profile EXTENDED: lines that sum up or explain others.
    aside={
        "ram:AssociatedDocumentLineDocument/ram:LineStatusReasonCode": frozenset(
            {"GROUP", "INFORMATION"}
        )
    },
)
