"""Who sent a document: a label of another value or of the customer is nobody's name."""

from inkwell_api.document import Extraction
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
