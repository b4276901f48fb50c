"""ZUGFeRD 1.0, of before EN 16931: the same terms in elements of other names. Data only.

The paths are those of the ZUGFeRD 1.0 specification of 2014.
"""

from typing import Final

from inkwell_api.einvoice import Term
from inkwell_ocr.einvoice.vocabulary import Vocabulary

_DOCUMENT: Final = "rsm:HeaderExchangedDocument"
_TRADE: Final = "rsm:SpecifiedSupplyChainTradeTransaction"
_AGREEMENT: Final = f"{_TRADE}/ram:ApplicableSupplyChainTradeAgreement"
_SELLER: Final = f"{_AGREEMENT}/ram:SellerTradeParty"
_SETTLEMENT: Final = f"{_TRADE}/ram:ApplicableSupplyChainTradeSettlement"
_SUMS: Final = f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementMonetarySummation"
_QUANTITY: Final = "ram:SpecifiedSupplyChainTradeDelivery/ram:BilledQuantity"
_LINE_SETTLEMENT: Final = "ram:SpecifiedSupplyChainTradeSettlement"

ZUGFERD_1: Final = Vocabulary(
    root="rsm:CrossIndustryDocument",
    prefixes={
        "rsm": "urn:ferd:CrossIndustryDocument:invoice:1p0",
        "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:12",
        "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:15",
    },
    terms={
        Term.NUMBER: (f"{_DOCUMENT}/ram:ID",),
        Term.ISSUE_DATE: (f"{_DOCUMENT}/ram:IssueDateTime/udt:DateTimeString",),
        Term.CURRENCY: (f"{_SETTLEMENT}/ram:InvoiceCurrencyCode",),
        Term.DUE_DATE: (
            f"{_SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString",
        ),
        Term.ORDER_NUMBER: (f"{_AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:ID",),
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
        Term.LINE_QUANTITY: (_QUANTITY,),
        Term.LINE_UNIT: (f"{_QUANTITY}/@unitCode",),
        Term.LINE_NET_AMOUNT: (
            f"{_LINE_SETTLEMENT}/ram:SpecifiedTradeSettlementMonetarySummation/ram:LineTotalAmount",
        ),
        Term.LINE_NET_PRICE: (
            "ram:SpecifiedSupplyChainTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount",
        ),
        Term.LINE_VAT_RATE: (f"{_LINE_SETTLEMENT}/ram:ApplicableTradeTax/ram:ApplicablePercent",),
        Term.LINE_NAME: ("ram:SpecifiedTradeProduct/ram:Name",),
        Term.LINE_SELLERS_ITEM_ID: ("ram:SpecifiedTradeProduct/ram:SellerAssignedID",),
    },
)
