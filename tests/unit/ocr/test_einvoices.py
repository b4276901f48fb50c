"""What e-invoices state, and XML that is made to harm whoever reads it."""

import time

import pytest

from inkwell_api.einvoice import EInvoice, Term, XmlFault
from inkwell_ocr.einvoice.reading import read_einvoice
from inkwell_ocr.limits import MAX_EINVOICE_LINES, MAX_XML_BYTES, MAX_XML_DEPTH
from support.einvoices import CII, UBL, UBL_CREDIT_NOTE, ZUGFERD_1, read

STATED = {
    Term.NUMBER: "RE-2025/117",
    Term.CURRENCY: "EUR",
    Term.ORDER_NUMBER: "PO-9",
    Term.SELLER_NAME: "Holz und Brett GmbH",
    Term.SELLER_VAT_ID: "DE123456789",
    Term.BUYER_ID: "K-31",
    Term.TOTAL_WITHOUT_VAT: "198.00",
    Term.VAT_TOTAL: "37.62",
    Term.TOTAL_WITH_VAT: "235.62",
    Term.AMOUNT_DUE: "200.00",
}
LINE = {
    Term.LINE_ID: "1",
    Term.LINE_QUANTITY: "20.0000",
    Term.LINE_UNIT: "H87",
    Term.LINE_NET_AMOUNT: "198.00",
    Term.LINE_NET_PRICE: "9.9000",
    Term.LINE_VAT_RATE: "19.00",
    Term.LINE_NAME: "Oak board",
    Term.LINE_SELLERS_ITEM_ID: "BR-7",
}
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    + "]><a>&l11;</a>"
)
FILE_ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
)
OUTER_DTD = '<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>'
LINE_OF_CII = CII[CII.index("<ram:Included") : CII.index("<ram:ApplicableHeaderTradeAgreement")]


def texts(invoice: EInvoice) -> dict[Term, str]:
    """Return what it states of the whole invoice."""
    return {term: stated.text for term, stated in invoice.terms.items()}


@pytest.mark.parametrize("xml", [CII, ZUGFERD_1, UBL, UBL_CREDIT_NOTE])
def test_the_vocabularies_state_the_same(xml: str) -> None:
    invoice = read(xml)
    dates = {Term.ISSUE_DATE, Term.DUE_DATE}
    assert {term: text for term, text in texts(invoice).items() if term not in dates} == STATED
    assert texts(invoice)[Term.ISSUE_DATE].replace("-", "") == "20250512"
    assert texts(invoice)[Term.DUE_DATE].replace("-", "").startswith("20250611")
    [line] = invoice.lines
    assert {term: stated.text for term, stated in line.items()} == LINE
    assert invoice.fault is None


def test_each_value_says_where_it_stands() -> None:
    invoice = read(CII)
    assert invoice.terms[Term.NUMBER].path == (
        "/rsm:CrossIndustryInvoice/rsm:ExchangedDocument/ram:ID"
    )
    unit = invoice.lines[0][Term.LINE_UNIT].path
    assert unit.endswith(
        "/ram:IncludedSupplyChainTradeLineItem[1]"
        "/ram:SpecifiedLineTradeDelivery/ram:BilledQuantity/@unitCode"
    )
    assert (
        read(UBL)
        .terms[Term.SELLER_VAT_ID]
        .path.endswith("/cac:PartyTaxScheme/cac:TaxScheme[cbc:ID='VAT']/../cbc:CompanyID")
    )


def test_what_is_said_twice_in_two_ways_is_not_said() -> None:
    twice = CII.replace(
        "<ram:ID>RE-2025/117</ram:ID>", "<ram:ID>RE-1</ram:ID><ram:ID>RE-2</ram:ID>"
    )
    assert Term.NUMBER not in read(twice).terms
    same = CII.replace("<ram:ID>RE-2025/117</ram:ID>", "<ram:ID>RE-1</ram:ID><ram:ID>RE-1</ram:ID>")
    assert read(same).terms[Term.NUMBER].text == "RE-1"


def test_letters_that_nobody_sees_are_left_out() -> None:
    invoice = read(CII.replace("RE-2025/117", "RE-2025/\u200b\u202e117"))
    assert invoice.terms[Term.NUMBER].text == "RE-2025/117"


def test_a_line_that_sums_up_others_is_no_line_of_its_own() -> None:
    group = LINE_OF_CII.replace(
        "</ram:LineID>",
        "</ram:LineID><ram:LineStatusReasonCode>GROUP</ram:LineStatusReasonCode>",
    )
    assert len(read(CII.replace(LINE_OF_CII, group + LINE_OF_CII)).lines) == 1
    assert len(read(CII.replace(LINE_OF_CII, LINE_OF_CII * 2)).lines) == 2


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252", "utf-8-sig"])
def test_other_encodings_are_read_where_they_are_named(encoding: str) -> None:
    named = "utf-8" if encoding == "utf-8-sig" else encoding
    xml = CII.replace("UTF-8", named).replace("Oak board", "Möbelbrett")
    invoice = read_einvoice(xml.encode(encoding), "")
    assert invoice.lines[0][Term.LINE_NAME].text == "Möbelbrett"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (LAUGHS.encode(), XmlFault.DOCTYPE),
        (FILE_ENTITY.encode(), XmlFault.DOCTYPE),
        (OUTER_DTD.encode(), XmlFault.DOCTYPE),
        (CII.replace("Oak board", "Möbelbrett").encode("latin-1"), XmlFault.DAMAGED),
        (CII.replace("UTF-8", "no-such-encoding").encode(), XmlFault.DAMAGED),
        (CII.replace("UTF-8", "utf-7").encode(), XmlFault.DAMAGED),
        (CII[:-30].encode(), XmlFault.DAMAGED),
        (CII.replace("EUR<", "&nbsp;<").encode(), XmlFault.DAMAGED),
        (b"%PDF-1.7 is no XML", XmlFault.DAMAGED),
        (b"", XmlFault.DAMAGED),
        (b"\x00" * 1000, XmlFault.DAMAGED),
        (b"<Invoice><ID>1</ID></Invoice>", XmlFault.NO_INVOICE),
        (
            CII.replace("CrossIndustryInvoice:100", "CrossIndustryOrder:100").encode(),
            XmlFault.NO_INVOICE,
        ),
        (b"<a>" * (MAX_XML_DEPTH + 1) + b"</a>" * (MAX_XML_DEPTH + 1), XmlFault.TOO_LARGE),
        (b"<a>" + b"<b/>" * 3_000_000 + b"</a>", XmlFault.TOO_LARGE),
        (b" " * (MAX_XML_BYTES + 1), XmlFault.TOO_LARGE),
        (
            CII.replace(LINE_OF_CII, LINE_OF_CII * (MAX_EINVOICE_LINES + 1)).encode(),
            XmlFault.TOO_LARGE,
        ),
    ],
    ids=range(17),
)
def test_what_is_no_einvoice_states_nothing_and_says_why(content: bytes, fault: XmlFault) -> None:
    started = time.process_time()
    assert read_einvoice(content, "factur-x.xml") == EInvoice("factur-x.xml", fault=fault)
    assert time.process_time() - started < 10
