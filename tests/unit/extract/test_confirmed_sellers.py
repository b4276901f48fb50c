import pytest

from inkwell_api.document import Extraction, Match, Page
from inkwell_api.pipeline import ExtractionSpec
from inkwell_extract.engine import Extractor
from inkwell_extract.resolve.acceptance import Acceptance
from inkwell_extract.values.confirmed import (
    MAX_NAMES,
    NOBODY,
    ConfirmedSeller,
    ConfirmedSellers,
    counted,
)
from support.typeset import typeset

SPEC = ExtractionSpec.model_validate({"schema": {"properties": {"seller": {"type": "string"}}}})
READ = 0.9
"""Confidence of words that OCR read."""


def knowing(*names: str, times: int = 3) -> ConfirmedSellers:
    return ConfirmedSellers.of(ConfirmedSeller(name, times) for name in names)


def extracted(page: Page, sellers: ConfirmedSellers = NOBODY) -> Extraction:
    return Extractor(SPEC, acceptance=Acceptance(), sellers=sellers).extract([page])


def seller_of(page: Page, sellers: ConfirmedSellers = NOBODY) -> tuple[object, str]:
    """Return who a page's seller is, and how sure that is."""
    found = extracted(page, sellers)
    return found.result.get("seller"), found.fields["/seller"].status.value


RECEIPT = ("Corner House", "12 Mill Road", "Tea 3.10", "Total 3.10")


def test_a_name_that_people_confirmed_is_sure_where_it_stands_on_the_page() -> None:
    page = typeset(*RECEIPT)
    assert seller_of(page) == ("Corner House", "uncertain")
    assert seller_of(page, knowing("CORNER-HOUSE")) == ("Corner House", "ok")


def test_why_a_seller_is_sure_is_told() -> None:
    why = extracted(typeset(*RECEIPT), knowing("Corner House")).fields["/seller"].why
    assert why.reasons[0].feature == "confirmed"
    assert why.reasons[0].says == "people confirmed this name as a seller's"


def test_what_is_confirmed_often_says_more() -> None:
    page = typeset(*RECEIPT)
    once = extracted(page, knowing("Corner House", times=1)).fields["/seller"].confidence
    often = extracted(page, knowing("Corner House", times=9)).fields["/seller"].confidence
    assert once is not None
    assert often is not None
    assert once < often


@pytest.mark.parametrize(
    ("confirmed", "new"),
    [
        ("ABC Trading Sdn Bhd", "ABD Trading Sdn Bhd"),
        ("Corner House Bistro", "Corner Mouse Bistro"),
        ("Restaurant Mill 5", "Restaurant Mill 6"),
        ("Gardenia Bakeries", "Gardenia Bakeries North"),
        ("Mr. Bo", "Mr. B0"),
    ],
)
def test_a_new_seller_is_never_taken_for_one_that_is_nearly_called_so(
    confirmed: str, new: str
) -> None:
    page = typeset(new, "12 Mill Road", "Total 3.10", confidence=READ)
    assert extracted(page, knowing(confirmed)) == extracted(page)


def test_letters_that_ocr_takes_for_each_other_are_mended_and_the_evidence_says_so() -> None:
    page = typeset("GARDENLA 8AKERIES", "Total 3.10", confidence=READ)
    found = extracted(page, knowing("Gardenia Bakeries")).fields["/seller"]
    assert found.value == "Gardenia Bakeries"
    assert found.status.value == "ok"
    assert found.evidence.match is Match.FUZZY
    assert found.evidence.text == "GARDENLA 8AKERIES"


def test_more_letters_than_a_misread_name_has_are_another_name() -> None:
    page = typeset("GARDENLA 8AKERLES", "Total 3.10", confidence=READ)
    assert seller_of(page, knowing("Gardenia Bakeries"))[0] == "GARDENLA 8AKERLES"


def test_a_text_layer_misreads_nothing() -> None:
    page = typeset("GARDENLA BAKERIES", "Total 3.10")
    assert extracted(page, knowing("Gardenia Bakeries")) == extracted(page)


def test_a_name_of_one_document_does_not_mend_the_page() -> None:
    page = typeset("Gardenia Bakeries (KL)", "Total 3.10", confidence=READ)
    mistyped = knowing("Gardenia Bakeries (KI)", times=1)
    assert extracted(page, mistyped) == extracted(page)


def test_of_two_sellers_that_look_alike_neither_is_taken_for_the_other() -> None:
    both = knowing("Bakery Sol Nord", "Bakery Soi Nord")
    assert both.find("Bakery 5ol Nord", is_read_by_ocr=True) is None
    alone = knowing("Bakery Sol Nord")
    assert alone.find("Bakery 5ol Nord", is_read_by_ocr=True) is not None
    exact = both.find("BAKERY SOI NORD", is_read_by_ocr=True)
    assert exact is not None
    assert exact.seller.name == "Bakery Soi Nord"


def test_two_confirmed_sellers_on_one_page_are_for_a_person_to_tell_apart() -> None:
    page = typeset("Corner House", "Mill Bakery", "Total 3.10")
    _, status = seller_of(page, knowing("Corner House", "Mill Bakery"))
    assert status in {"uncertain", "ambiguous"}


def test_a_confirmed_seller_who_buys_is_not_the_seller() -> None:
    page = typeset("New Firm Ltd", "Invoice 7", "Bill to:", "Corner House", "Total 3.10")
    assert seller_of(page, knowing("Corner House"))[0] == "New Firm Ltd"


def test_a_confirmed_name_over_two_rows_or_below_the_top_is_found() -> None:
    above = [f"Notice {number} of ours" for number in range(8)]
    rows = typeset(*above, "Corner", "House", "Total 3.10")
    assert seller_of(rows, knowing("Corner House"))[0] == "Corner House"


def test_names_are_counted_as_most_people_wrote_them() -> None:
    names = ["ACME  Ltd", "Acme Ltd.", "Acme Ltd.", "Zoo", "x", "A" * 200]
    assert counted(names) == (ConfirmedSeller("Acme Ltd.", 3), ConfirmedSeller("Zoo", 1))
    assert counted(reversed(names)) == counted(names)


def test_no_more_names_are_kept_than_may_be_opened() -> None:
    names = [f"Shop {number}" for number in range(MAX_NAMES + 5)]
    assert len(counted(["Shop 2001", *names])) == MAX_NAMES
    assert counted([*names, "Shop 2001"])[0] == ConfirmedSeller("Shop 2001", 2)


@pytest.mark.parametrize(
    ("confirmed", "lines"),
    [
        (
            "Acme GmbH",
            (
                "Globex Handels GmbH - Hafenstr 2 - 20457 Hamburg",
                "Acme GmbH",
                "Musterweg 1",
                "12345 Berlin",
                "Gesamtbetrag 119,00 EUR",
                "Globex Handels GmbH   USt-IdNr. DE123456789",
            ),
        ),
        (
            "Acme GmbH",
            (
                "Acme GmbH",
                "Musterweg 1",
                "12345 Berlin",
                "Gesamtbetrag 119,00 EUR",
                "Globex Handels GmbH   Amtsgericht Hamburg HRB 1234",
            ),
        ),
        (
            "Gardenia Bakeries",
            (
                "Corner House Ltd",
                "12 Mill Road",
                "Gardenia Bakeries",
                "3 x 1.00 3.00",
                "Total 3.00",
            ),
        ),
    ],
    ids=["a customer", "a customer at the top", "a brand"],
)
def test_a_known_name_on_the_page_of_a_firm_that_nobody_confirmed_is_not_its_seller(
    confirmed: str, lines: tuple[str, ...]
) -> None:
    page = typeset(*lines)
    assert seller_of(page, knowing(confirmed, times=20)) == seller_of(page)


def test_a_known_name_among_the_goods_is_a_brand() -> None:
    page = typeset("Corner House", "Tea 3.10", "Gardenia Bakeries", "3 x 1.00 3.00", "Total 6.10")
    assert seller_of(page, knowing("Gardenia Bakeries", times=20)) == seller_of(page)
    both = knowing("Gardenia Bakeries", "Corner House")
    assert seller_of(page, both) == ("Corner House", "ok")


def test_a_known_firm_in_the_foot_is_sure() -> None:
    page = typeset("Invoice 7", "Tea 3.10", "Total 3.10", "Gardenia Bakeries Ltd")
    assert seller_of(page, knowing("Gardenia Bakeries Ltd")) == ("Gardenia Bakeries Ltd", "ok")


@pytest.mark.parametrize(
    "lines",
    [
        ("Corner House", "Tea 310", "Gardenia Bakeries", "3 x 100 300", "Total 610"),
        ("Corner House", "12 Mill Road", "Authorised dealer of", "Gardenia Bakeries", "Total 3.10"),
        ("Corner House", "12 Mill Road", "Gardenia Bakeries", "Tea 3.10", "Total 3.10"),
        ("Corner House", "12 Mill Road", "Item  Price", "Gardenia Bakeries", "Bread 3.10"),
    ],
    ids=["goods without decimals", "a dealer", "below the address", "the first of the goods"],
)
def test_a_known_name_apart_from_the_head_of_the_page_is_not_its_seller(
    lines: tuple[str, ...],
) -> None:
    page = typeset(*lines)
    assert seller_of(page, knowing("Gardenia Bakeries", times=20)) == seller_of(page)


def test_a_slogan_above_a_known_name_takes_nothing_from_it() -> None:
    page = typeset("Always at your side", "Corner House", "12 Mill Road", "Tea 3.10", "Total 3.10")
    assert seller_of(page, knowing("Corner House", times=20)) == ("Corner House", "ok")
