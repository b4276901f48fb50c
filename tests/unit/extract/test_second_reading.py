"""Two engines read one page: what both read is surer, what they read differently is in doubt."""

from dataclasses import replace

from inkwell_api.document import Extraction, Page, Reader, Reading
from inkwell_api.field_status import FieldStatus
from inkwell_api.pipeline import Engine, ExtractionSpec
from inkwell_extract.engine import Extractor
from support.typeset import typeset

SHOP = ("HARBOUR BAKERY", "12 High Street")


def read_twice(first: tuple[str, ...], second: tuple[str, ...]) -> Page:
    again = Reading(Reader.TESSERACT, typeset(*second, confidence=0.9).words)
    return replace(typeset(*first), reader=Reader.PADDLE_OCR, second_reading=again)


def extract(page: Page) -> Extraction:
    properties = {
        "seller": {"type": "string"},
        "issue_date": {"type": "string", "format": "date"},
        "total": {"type": "number"},
    }
    spec = ExtractionSpec.model_validate(
        {"engine": Engine.RULES.value, "schema": {"type": "object", "properties": properties}}
    )
    return Extractor(spec).extract([page])


def test_a_total_that_both_read_is_sure() -> None:
    lines = (*SHOP, "Date: 25/03/2018", "Total      50.60")
    total = extract(read_twice(lines, lines)).fields["/total"]
    assert total.status is FieldStatus.OK


def test_a_figure_that_the_second_reads_differently_is_no_longer_sure() -> None:
    first = (*SHOP, "Date: 25/03/2018", "Total      50.60")
    second = (*SHOP, "Date: 25/03/2018", "Total      50.68")
    total = extract(read_twice(first, second)).fields["/total"]
    assert str(total.value) == "50.60"
    assert total.status in {FieldStatus.UNCERTAIN, FieldStatus.AMBIGUOUS}
    assert [str(other.value) for other in total.alternatives] == ["50.68"]


def test_a_day_that_the_second_reads_differently_is_no_longer_sure() -> None:
    first = (*SHOP, "04-05-2013 16:07", "Total      50.60")
    second = (*SHOP, "04-05-2018 16:07", "Total      50.60")
    day = extract(read_twice(first, second)).fields["/issue_date"]
    assert day.status is not FieldStatus.OK


def test_what_money_proves_stays_sure_whatever_the_second_reads() -> None:
    first = (*SHOP, "Total      63.80", "Cash      100.00", "Change     36.20")
    second = (*SHOP, "Total      63.60", "Cash      100.00", "Change     36.20")
    total = extract(read_twice(first, second)).fields["/total"]
    assert (str(total.value), total.status) == ("63.80", FieldStatus.OK)


def test_a_time_that_the_second_reads_differently_does_not_make_the_day_doubtful() -> None:
    first = (*SHOP, "20-06-2018 13:11:45", "Total      50.60")
    second = (*SHOP, "20-06-2018 13:11:46", "Total      50.60")
    day = extract(read_twice(first, second)).fields["/issue_date"]
    assert day.status is FieldStatus.OK


def test_evidence_stays_on_the_words_of_the_page() -> None:
    first = (*SHOP, "Total      SO.60")
    second = (*SHOP, "Total      50.60")
    page = read_twice(first, second)
    total = extract(page).fields["/total"]
    assert str(total.value) == "50.60"
    assert total.status is not FieldStatus.OK
    assert total.evidence.text == "SO.60"


def test_a_letter_that_the_second_reads_differently_makes_no_other_seller() -> None:
    first = ("HARBOUR BAKERY SDN BHD", "Total      50.60")
    second = ("HARBOUR BAKFRY SDN BHD", "Total      50.60")
    seller = extract(read_twice(first, second)).fields["/seller"]
    assert (seller.value, seller.status) == ("HARBOUR BAKERY SDN BHD", FieldStatus.OK)
