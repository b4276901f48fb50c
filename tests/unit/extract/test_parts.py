"""Words that OCR glued: they are parted for labels and values, and stay whole for patterns."""

import pytest

from inkwell_api.document import Box, Extraction, Page, PageSource, Word
from inkwell_api.pipeline import Engine, ExtractionSpec
from inkwell_extract.engine import Extractor
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.parts import parted
from support.typeset import typeset


def texts(text: str) -> list[str]:
    word = Word(text, Box(0.1, 0.1, 0.5, 0.12), 1.0, 0)
    return [part.text for part in parted(word)]


def extract(*lines: str, patterns: tuple[str, ...] = ()) -> Extraction:
    schema = {
        "type": "object",
        "properties": {
            "issue_date": {"type": "string", "format": "date"},
            "total": {"type": "number"},
            "order": {"type": "string"},
        },
    }
    rules = [{"field": "order", "patterns": list(patterns)}] if patterns else []
    spec = ExtractionSpec.model_validate(
        {"engine": Engine.RULES.value, "schema": schema, "rules": rules}
    )
    return Extractor(spec).extract([typeset(*lines)])


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Date:5/3/2018", ["Date:", "5/3/2018"]),
        ("Total：12.00", ["Total：", "12.00"]),  # noqa: RUF001 -- as it is read in pictures
        ("Date04/03/2018", ["Date", "04/03/2018"]),
        ("03/02/201815:28", ["03/02/2018", "15:28"]),
        ("07/02/1815:28", ["07/02/18", "15:28"]),
        ("01-Nov-2017_11:20:04AM", ["01-Nov-2017", "_", "11:20:04AM"]),
        ("16/04/2018(Mon)", ["16/04/2018", "(Mon)"]),
        ("DATE:28/02/201612:30", ["DATE:", "28/02/2016", "12:30"]),
        ("#19-18/03/2018", ["#19-", "18/03/2018"]),
        ("TOTALRM12.00", ["TOTAL", "RM12.00"]),
        ("Total12.00", ["Total", "12.00"]),
    ],
)
def test_what_was_glued_is_parted(text: str, parts: list[str]) -> None:
    assert texts(text) == parts


@pytest.mark.parametrize(
    "text",
    ["RE-18/03/2018", "2018-03-04", "RM12.00", "EUR12.00", "https://a.example/b", "12:30", "Date:"],
)
def test_numbers_amounts_and_addresses_stay_whole(text: str) -> None:
    assert texts(text) == [text]


def test_each_part_has_its_share_of_the_box() -> None:
    first, second = parted(Word("Ab:1234", Box(0.1, 0.1, 0.8, 0.12), 1.0, 0))
    assert first.box.right == second.box.left
    assert second.box.right == pytest.approx(0.8)


def test_a_date_glued_to_its_label_and_a_time_is_read() -> None:
    extraction = extract("CORNER SHOP", "Date:03/02/201815:28", "TOTALRM12.00")
    assert extraction.result["issue_date"] == "2018-02-03"
    assert str(extraction.result["total"]) == "12.00"


def test_a_tenant_s_pattern_sees_the_text_as_it_is_printed() -> None:
    extraction = extract("Order:A-17 of", "Total 12.00", patterns=(r"Order:(\S+)",))
    assert extraction.result["order"] == "A-17"
    assert extraction.fields["/order"].raw == "A-17"


def test_rows_of_a_script_that_goes_to_the_left_are_read_so() -> None:
    words = tuple(
        Word(text, Box(left, 0.1, left + 0.1, 0.12), 1.0, 0)
        for text, left in (("12.00", 0.1), ("לתשלום", 0.25), ("סהכ", 0.4))
    )
    [row] = Layout([Page(1, 595, 842, PageSource.OCR, 0, words)]).rows
    assert row.text == "סהכ לתשלום 12.00"
    assert all(0 < row.gap_before(index) < 10 for index in (1, 2))
