import pytest

from inkwell_api.document import Severity
from support.extracted import extract, extract_pages, findings
from support.typeset import pages

FIRST = ("Invoice number: INV-1", "Invoice date: 12 May 2025", "Total 1,200.00")
SECOND = ("Invoice number: INV-2", "Invoice date: 28 May 2025", "Total 480.00")
SAME = ("Invoice number: INV-1", "Carried over from page 1", "Total 1,200.00")
MORE = ("more-than-one-document", "")


def test_two_invoices_one_a_page_are_two_documents() -> None:
    extraction = extract_pages(pages(FIRST, SECOND))
    assert MORE in findings(extraction)
    [severity] = {f.severity for f in extraction.findings if f.name == MORE[0]}
    assert severity is Severity.ERROR


def test_two_invoices_on_one_page_are_two_documents() -> None:
    assert MORE in findings(extract(*FIRST, "", *SECOND))


def test_two_receipts_without_numbers_are_two_documents_where_each_says_that_it_is_whole() -> None:
    receipts = pages(("Tea 4.00", "Page 1 of 1"), ("Tea 8.00", "Page 1 of 1"))
    assert MORE in findings(extract_pages(receipts))


@pytest.mark.parametrize(
    "second",
    [
        SAME,
        ("Terms and conditions",),
        ("Original invoice number: INV-0", "Total 480.00"),
        ("This replaces what we wrote in invoice number INV-0", "Total 480.00"),
    ],
)
def test_one_invoice_of_two_pages_is_one_document(second: tuple[str, ...]) -> None:
    assert MORE not in findings(extract_pages(pages(FIRST, second)))
