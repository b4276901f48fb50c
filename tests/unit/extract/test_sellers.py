"""Who sent a document: a label of another value or of the customer is nobody's name."""

from inkwell_api.document import Extraction
from inkwell_api.field_status import FieldStatus
from inkwell_api.pipeline import Engine, ExtractionSpec
from inkwell_extract.engine import Extractor
from support.typeset import typeset


def extract(*lines: str) -> Extraction:
    schema = {"type": "object", "properties": {"seller": {"type": "string"}}}
    spec = ExtractionSpec.model_validate({"engine": Engine.RULES.value, "schema": schema})
    return Extractor(spec).extract([typeset(*lines)])


def test_a_label_below_the_seller_s_is_no_name() -> None:
    extraction = extract(
        "Rechnung Nr. 471102 vom 05.03.2018",
        "Verkäufer",
        "Nummer:                  549910",
        "Name:                    Holz GmbH",
    )
    assert extraction.result["seller"] == "Holz GmbH"


def test_a_customer_s_label_beside_the_seller_s_is_no_name() -> None:
    extraction = extract(
        "Lieferant                Käufer",
        "GLN 4333741000005        GLN 4304171000002",
        "MUSTERHOLZ GMBH          KUNDENHAUS GMBH",
    )
    assert extraction.result["seller"] == "MUSTERHOLZ GMBH"


def test_a_firm_below_a_seller_s_label_is_surer_than_one_without() -> None:
    with_label = extract("Invoice 17", "Supplier:", "No. 17", "Oak Ltd", "Elm Ltd")
    without = extract("Invoice 17", "Oak Ltd", "Elm Ltd")
    assert with_label.result["seller"] == without.result["seller"] == "Oak Ltd"
    sure, unsure = (each.fields["/seller"].confidence for each in (with_label, without))
    assert sure is not None
    assert unsure is not None
    assert sure > unsure


def test_a_shop_without_a_legal_form_is_sure_by_its_trade() -> None:
    seller = extract("HARBOUR BAKERY", "12 High Street", "Total 12.00").fields["/seller"]
    assert (seller.value, seller.status) == ("HARBOUR BAKERY", FieldStatus.OK)


def test_a_name_above_its_number_of_registration_is_sure() -> None:
    seller = extract("SUNFISH", "(484297-M)", "Jalan Ipoh 4", "Total 12.00").fields["/seller"]
    assert (seller.value, seller.status) == ("SUNFISH", FieldStatus.OK)


def test_a_name_that_only_stands_at_the_top_is_for_a_person() -> None:
    seller = extract("Sarang", "Blue Corner", "Total 12.00").fields["/seller"]
    assert seller.status is FieldStatus.UNCERTAIN


def test_a_shop_and_its_owner_are_for_a_person() -> None:
    extraction = extract(
        "SANDY STATIONERY SHOP", "No. 31 Indah Road", "Owned by:", "SANDY SUPPLY SDN BHD (1135-K)"
    )
    assert extraction.fields["/seller"].status is FieldStatus.UNCERTAIN


def test_notes_and_items_are_no_names() -> None:
    extraction = extract("paid by friend", "Service period from", "Oak Ltd", "Apples 1 kg 2.00")
    assert extraction.result["seller"] == "Oak Ltd"


def test_the_first_of_two_firms_is_not_sure_by_its_place_alone() -> None:
    seller = extract("Oak Ltd", "Elm Ltd", "Total 12.00").fields["/seller"]
    assert seller.status is FieldStatus.UNCERTAIN
