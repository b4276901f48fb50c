"""Small e-invoices in each vocabulary, all of them stating the same."""

from inkwell_api.document import Page, PageSource
from inkwell_api.einvoice import EInvoice
from inkwell_ocr.einvoice.reading import read_einvoice

_CII = "urn:un:unece:uncefact:data:standard:"

CII = f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="{_CII}CrossIndustryInvoice:100"
  xmlns:ram="{_CII}ReusableAggregateBusinessInformationEntity:100"
  xmlns:udt="{_CII}UnqualifiedDataType:100">
  <rsm:ExchangedDocument>
    <ram:ID>RE-2025/117</ram:ID>
    <ram:IssueDateTime>
      <udt:DateTimeString format="102">20250512</udt:DateTimeString>
    </ram:IssueDateTime>
  </rsm:ExchangedDocument>
  <rsm:SupplyChainTradeTransaction>
    <ram:IncludedSupplyChainTradeLineItem>
      <ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID></ram:AssociatedDocumentLineDocument>
      <ram:SpecifiedTradeProduct>
        <ram:SellerAssignedID>BR-7</ram:SellerAssignedID><ram:Name>Oak board</ram:Name>
      </ram:SpecifiedTradeProduct>
      <ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice>
        <ram:ChargeAmount>9.9000</ram:ChargeAmount>
      </ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
      <ram:SpecifiedLineTradeDelivery>
        <ram:BilledQuantity unitCode="H87">20.0000</ram:BilledQuantity>
      </ram:SpecifiedLineTradeDelivery>
      <ram:SpecifiedLineTradeSettlement>
        <ram:ApplicableTradeTax>
          <ram:RateApplicablePercent>19.00</ram:RateApplicablePercent>
        </ram:ApplicableTradeTax>
        <ram:SpecifiedTradeSettlementLineMonetarySummation>
          <ram:LineTotalAmount>198.00</ram:LineTotalAmount>
        </ram:SpecifiedTradeSettlementLineMonetarySummation>
      </ram:SpecifiedLineTradeSettlement>
    </ram:IncludedSupplyChainTradeLineItem>
    <ram:ApplicableHeaderTradeAgreement>
      <ram:SellerTradeParty>
        <ram:Name>Holz und
          Brett GmbH</ram:Name>
        <ram:SpecifiedTaxRegistration>
          <ram:ID schemeID="FC">201/113/40209</ram:ID>
        </ram:SpecifiedTaxRegistration>
        <ram:SpecifiedTaxRegistration>
          <ram:ID schemeID="VA">DE123456789</ram:ID>
        </ram:SpecifiedTaxRegistration>
      </ram:SellerTradeParty>
      <ram:BuyerTradeParty><ram:ID>K-31</ram:ID><ram:Name>Tisch AG</ram:Name></ram:BuyerTradeParty>
      <ram:BuyerOrderReferencedDocument>
        <ram:IssuerAssignedID>PO-9</ram:IssuerAssignedID>
      </ram:BuyerOrderReferencedDocument>
    </ram:ApplicableHeaderTradeAgreement>
    <ram:ApplicableHeaderTradeSettlement>
      <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
      <ram:SpecifiedTradePaymentTerms>
        <ram:DueDateDateTime>
          <udt:DateTimeString format="102">20250611</udt:DateTimeString>
        </ram:DueDateDateTime>
      </ram:SpecifiedTradePaymentTerms>
      <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
        <ram:TaxBasisTotalAmount>198.00</ram:TaxBasisTotalAmount>
        <ram:TaxTotalAmount currencyID="EUR">37.62</ram:TaxTotalAmount>
        <ram:TaxTotalAmount currencyID="CZK">940.50</ram:TaxTotalAmount>
        <ram:GrandTotalAmount>235.62</ram:GrandTotalAmount>
        <ram:TotalPrepaidAmount>35.62</ram:TotalPrepaidAmount>
        <ram:DuePayableAmount>200.00</ram:DuePayableAmount>
      </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    </ram:ApplicableHeaderTradeSettlement>
  </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>
"""

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"

UBL = f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="{_UBL}Invoice-2" xmlns:cac="{_UBL}CommonAggregateComponents-2"
  xmlns:cbc="{_UBL}CommonBasicComponents-2">
  <cbc:ID>RE-2025/117</cbc:ID>
  <cbc:IssueDate>2025-05-12</cbc:IssueDate>
  <cbc:DueDate>2025-06-11+02:00</cbc:DueDate>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cac:OrderReference><cbc:ID>PO-9</cbc:ID></cac:OrderReference>
  <cac:AccountingSupplierParty><cac:Party>
    <cac:PartyTaxScheme>
      <cbc:CompanyID>201/113/40209</cbc:CompanyID><cac:TaxScheme><cbc:ID>FC</cbc:ID></cac:TaxScheme>
    </cac:PartyTaxScheme>
    <cac:PartyTaxScheme>
      <cbc:CompanyID>DE123456789</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>
    </cac:PartyTaxScheme>
    <cac:PartyLegalEntity>
      <cbc:RegistrationName>Holz und Brett GmbH</cbc:RegistrationName>
    </cac:PartyLegalEntity>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cac:Party>
    <cac:PartyIdentification><cbc:ID>K-31</cbc:ID></cac:PartyIdentification>
  </cac:Party></cac:AccountingCustomerParty>
  <cac:TaxTotal><cbc:TaxAmount currencyID="EUR">37.62</cbc:TaxAmount></cac:TaxTotal>
  <cac:TaxTotal><cbc:TaxAmount currencyID="CZK">940.50</cbc:TaxAmount></cac:TaxTotal>
  <cac:LegalMonetaryTotal>
    <cbc:TaxExclusiveAmount currencyID="EUR">198.00</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="EUR">235.62</cbc:TaxInclusiveAmount>
    <cbc:PayableAmount currencyID="EUR">200.00</cbc:PayableAmount>
  </cac:LegalMonetaryTotal>
  <cac:InvoiceLine>
    <cbc:ID>1</cbc:ID>
    <cbc:InvoicedQuantity unitCode="H87">20.0000</cbc:InvoicedQuantity>
    <cbc:LineExtensionAmount currencyID="EUR">198.00</cbc:LineExtensionAmount>
    <cac:Item>
      <cbc:Name>Oak board</cbc:Name>
      <cac:SellersItemIdentification><cbc:ID>BR-7</cbc:ID></cac:SellersItemIdentification>
      <cac:ClassifiedTaxCategory><cbc:Percent>19.00</cbc:Percent></cac:ClassifiedTaxCategory>
    </cac:Item>
    <cac:Price><cbc:PriceAmount currencyID="EUR">9.9000</cbc:PriceAmount></cac:Price>
  </cac:InvoiceLine>
</Invoice>
"""

_RENAMED = {
    f"{_CII}CrossIndustryInvoice:100": "urn:ferd:CrossIndustryDocument:invoice:1p0",
    "BusinessInformationEntity:100": "BusinessInformationEntity:12",
    "UnqualifiedDataType:100": "UnqualifiedDataType:15",
    "rsm:CrossIndustryInvoice": "rsm:CrossIndustryDocument",
    "rsm:ExchangedDocument": "rsm:HeaderExchangedDocument",
    "rsm:SupplyChainTradeTransaction": "rsm:SpecifiedSupplyChainTradeTransaction",
    "SpecifiedLineTrade": "SpecifiedSupplyChainTrade",
    "ApplicableHeaderTrade": "ApplicableSupplyChainTrade",
    "SettlementHeaderMonetarySummation": "SettlementMonetarySummation",
    "SettlementLineMonetarySummation": "SettlementMonetarySummation",
    "RateApplicablePercent": "ApplicablePercent",
    "IssuerAssignedID": "ID",
}


def _renamed(text: str) -> str:
    for new, old in _RENAMED.items():
        text = text.replace(new, old)
    return text


ZUGFERD_1 = _renamed(CII)
UBL_CREDIT_NOTE = (
    UBL.replace("Invoice-2", "CreditNote-2")
    .replace("<Invoice ", "<CreditNote ")
    .replace("</Invoice>", "</CreditNote>")
    .replace("InvoiceLine", "CreditNoteLine")
    .replace("InvoicedQuantity", "CreditedQuantity")
    .replace("<cbc:DueDate>2025-06-11+02:00</cbc:DueDate>", "")
    .replace(
        '<cac:TaxTotal><cbc:TaxAmount currencyID="EUR"',
        "<cac:PaymentMeans><cbc:PaymentDueDate>2025-06-11</cbc:PaymentDueDate></cac:PaymentMeans>"
        '<cac:TaxTotal><cbc:TaxAmount currencyID="EUR"',
    )
)
SHOWN = (
    "Holz und Brett GmbH            VAT ID: DE123456789",
    "Invoice number: RE-2025/117",
    "Invoice date: 12.05.2025       Due date: 11.06.2025",
    "Customer number: K-31          Order number: PO-9",
    "BR-7   Oak board   20   9.90   19 %   198.00",
    "Net amount EUR                 198.00",
    "VAT amount EUR                 37.62",
    "Total amount EUR               235.62",
)
"""The lines of a page that shows what the e-invoices state."""


def read(xml: str, name: str = "factur-x.xml") -> EInvoice:
    """Return what an e-invoice states, as the ocr stage hands it on."""
    return read_einvoice(xml.encode(), name)


def uploaded(xml: str) -> Page:
    """Return the one page of a document that is XML."""
    return Page(1, 0.0, 0.0, PageSource.XML, 0, (), einvoices=(read(xml, ""),))
