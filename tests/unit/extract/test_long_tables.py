"""A table that is longer than the model's context, or than its answer, comes back whole."""

import json
from typing import Any, Final

import pytest

from inkwell_api.document import Extraction, Page, Severity
from inkwell_extract.model import parts
from inkwell_extract.model.parts import MOST_PARTS
from support.extracted import extract_pages, findings
from support.reading_model import HEADING, ReadingModel, bill, typeset_bill, widgets
from support.typeset import pages

ITEM: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "amount": {"type": "number"}},
}
PROPERTIES: Final[dict[str, Any]] = {
    "invoice_number": {"type": "string"},
    "parts": {"type": "array", "items": ITEM},
    "total": {"type": "number"},
}


ROWS: Final = 90
"""More than the model's context takes in at once, and than its answers take."""


def extract(model: ReadingModel, document: tuple[Page, ...], **more: Any) -> Extraction:
    """Return what the engine LLM makes of pages and of what a model reads on them."""
    spec: dict[str, Any] = {"engine": "LLM", "model": {"name": model.name}}
    return extract_pages(document, properties=PROPERTIES | more, asked=model, **spec)


def shown_in(part: str) -> list[str]:
    """Return the rows of items that a question shows."""
    return [line for line in part.split("\n") if line.startswith("Widget")]


def first_row(part: str) -> str:
    """Return the first row that a question shows below the heading."""
    lines = [line for line in part.split("\n")[1:] if not line.startswith(("[page", "Descr"))]
    return lines[0]


def errors(extraction: Extraction) -> set[tuple[str, str]]:
    """Return name and pointer of what sends a document to a person."""
    return {(f.name, f.pointer) for f in extraction.findings if f.severity is Severity.ERROR}


def test_a_table_of_twelve_pages_comes_back_whole_in_order_and_none_twice() -> None:
    model = ReadingModel(context_tokens=4096)
    extraction = extract(model, bill(400))
    assert extraction.result["parts"] == widgets(400)
    assert extraction.result["invoice_number"] == "INV-17"
    assert extraction.result["total"] == sum(each["amount"] for each in widgets(400))
    assert errors(extraction) == set()
    assert 1 < len(model.parts) <= MOST_PARTS


def test_each_part_begins_with_the_rows_that_name_the_columns() -> None:
    model = ReadingModel()
    extract(model, bill(ROWS))
    assert len(model.parts) > 2
    assert all("Description   Amount" in part.split("\n")[1:6] for part in model.parts)


def test_a_document_that_fits_is_asked_in_one_question() -> None:
    model = ReadingModel()
    assert extract(model, bill(12)).result["parts"] == widgets(12)
    assert (len(model.whole), len(model.parts)) == (1, 0)


def test_an_answer_that_breaks_off_twice_is_asked_in_parts() -> None:
    model = ReadingModel(context_tokens=3000)
    extraction = extract(model, bill(ROWS + 20))
    assert extraction.result["parts"] == widgets(ROWS + 20)
    assert errors(extraction) == set()
    assert len(model.whole) == 3
    assert model.parts


def test_a_long_answer_that_cannot_have_room_is_asked_in_parts_at_once() -> None:
    model = ReadingModel(context_tokens=2000)
    cells = {f"cell{n}": {"type": "string"} for n in range(10)}
    more = {"parts": {"type": "array", "items": {"properties": ITEM["properties"] | cells}}}
    extraction = extract(model, bill(30), **more)
    assert extraction.result["parts"] == widgets(30)
    assert "Widget" not in model.whole[0]


def test_a_long_document_in_which_no_table_is_found_is_asked_in_parts_of_all_rows() -> None:
    model = ReadingModel()
    unnamed = bill(120, heading="Wossname                          Thingy", has_total=False)
    extraction = extract(model, unnamed)
    assert extraction.result["parts"] == widgets(120)
    # Which rows say nothing of the other values is not known: the middle was not seen for them.
    assert errors(extraction) == {("context-cut", "")}


def test_a_long_text_without_a_table_is_asked_in_one_question() -> None:
    model = ReadingModel()
    extraction = extract(model, pages(["We deliver free to the door, as ever."] * 100))
    assert (len(model.whole), model.parts) == (1, [])
    assert errors(extraction) == {("context-cut", "")}


def test_a_list_that_the_pages_table_proves_is_not_asked_in_parts() -> None:
    model = ReadingModel()
    properties = {"description": {"type": "string"}, "amount": {"type": "number"}}
    lists = {"line_items": {"type": "array", "items": {"properties": properties}}}
    extraction = extract(model, bill(ROWS), parts={"type": "string"}, **lists)
    assert len(extraction.result["line_items"]) == ROWS
    assert (len(model.whole), model.parts) == (1, [])


def test_a_part_that_fails_leaves_the_rest_and_says_which_pages_are_missing() -> None:
    model = ReadingModel(fails_at=(1,))
    extraction = extract(model, bill(ROWS))
    given = extraction.result["parts"]
    assert given == [each for each in widgets(ROWS) if each in given]
    assert ROWS / 2 < len(given) < ROWS
    assert {("model-timeout", ""), ("rows-missing", "/parts")} <= errors(extraction)
    assert any("pages 1 to 2" in f.message for f in extraction.findings if f.name == "rows-missing")


def test_a_model_that_fails_twice_is_asked_no_more_parts() -> None:
    model = ReadingModel(fails_at=tuple(range(MOST_PARTS)))
    extraction = extract(model, bill(ROWS))
    assert len(model.parts) == 2
    assert "parts" not in extraction.result
    assert extraction.result["invoice_number"] == "INV-17"
    assert {("context-cut", ""), ("rows-missing", "/parts")} <= errors(extraction)


def test_no_more_parts_are_asked_than_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST_PARTS", 2)
    model = ReadingModel()
    extraction = extract(model, bill(ROWS))
    assert len(model.parts) == 2
    given = extraction.result["parts"]
    assert given == widgets(len(given))
    assert {("context-cut", ""), ("rows-missing", "/parts")} <= errors(extraction)


def test_a_part_that_breaks_off_is_asked_again_for_fewer_rows() -> None:
    model = ReadingModel(says={0: '{"parts": [{"name": "Wid'})
    extraction = extract(model, bill(ROWS))
    assert extraction.result["parts"] == widgets(ROWS)
    assert errors(extraction) == set()
    assert len(shown_in(model.parts[1])) <= len(shown_in(model.parts[0])) // 2


def test_a_model_that_always_breaks_off_is_asked_no_more_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parts, "MOST_PARTS", 6)
    torn = '{"parts": [{"name": "Widget 0001", "amount": 1.5}, {"name": "Wid'
    model = ReadingModel(says=dict.fromkeys(range(99), torn))
    extraction = extract(model, bill(ROWS))
    assert len(model.parts) == 6
    assert widgets(1)[0] in extraction.result["parts"]
    assert {("answer-cut", ""), ("rows-missing", "/parts")} <= errors(extraction)


def test_an_item_that_both_sides_of_a_border_answer_counts_once() -> None:
    model = ReadingModel()
    extract(model, bill(ROWS))
    first, second = (len(shown_in(part)) for part in model.parts[:2])
    again = {"parts": widgets(first + second)[first - 1 :]}
    said = ReadingModel(says={1: json.dumps(again)})
    assert extract(said, bill(ROWS)).result["parts"] == widgets(ROWS)


def test_two_rows_that_are_alike_are_two_items_on_both_sides_of_a_border() -> None:
    items = [{"name": "Widget same", "amount": 2.5}] * ROWS
    model = ReadingModel()
    assert extract(model, typeset_bill(items)).result["parts"] == items


def test_no_border_stands_within_an_item_of_two_rows() -> None:
    rows = [f"Widget {n:03}                        {n}.50\nfine and blue" for n in range(1, 61)]
    lines = ["Invoice number: INV-17", HEADING, *"\n".join(rows).split("\n")]
    model = ReadingModel()
    extract(model, pages(*(lines[n : n + 40] for n in range(0, len(lines), 40))))
    assert len(model.parts) > 2
    assert all("blue" not in first_row(part) for part in model.parts)


HOSTILE: Final = {
    "nothing": "",
    "prose": "The rows are as follows.",
    "a list": json.dumps([{"name": "Widget 0001", "amount": 1.5}]),
    "a million items": json.dumps({"parts": [{"amount": 1}] * 1_000_000}),
    "as many items as are read": json.dumps({"parts": [{"amount": 1}] * 50_000}),
    "a text for a list": json.dumps({"parts": "Widget 0001"}),
    "an object for a list": json.dumps({"parts": {"name": "Widget 0001"}}),
    "two lists": '{"parts": [], "parts": [{"name": "Widget 0001", "amount": 1.5}]}',
    "a depth without an end": "[" * 100_000,
    "single values": json.dumps({"total": 9119, "invoice_number": "INV-18"}),
}
"""What a model says to a part, by what is wrong with it."""


@pytest.mark.parametrize("kind", HOSTILE)
def test_whatever_is_answered_to_a_part_the_others_are_kept_and_it_is_told(kind: str) -> None:
    model = ReadingModel(says={1: HOSTILE[kind]})
    extraction = extract(model, bill(ROWS))
    given = extraction.result["parts"]
    assert [each for each in given if each in widgets(ROWS)] == given
    assert given[0] == widgets(1)[0]
    assert given[-1] == widgets(ROWS)[-1]
    assert extraction.result["invoice_number"] == "INV-17"
    assert len(given) == ROWS or ("rows-missing", "/parts") in errors(extraction)


def test_items_that_stand_nowhere_are_no_less_suspect_in_a_part() -> None:
    model = ReadingModel(says={1: json.dumps({"parts": [{"name": "Evil", "amount": 9119}]})})
    extraction = extract(model, bill(ROWS))
    assert ("rows-missing", "/parts") in findings(extraction)
    [place] = [p for p, f in extraction.fields.items() if f.value == "Evil"]
    assert extraction.fields[place].evidence.page is None
