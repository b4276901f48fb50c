"""A model's answer is taken in without what nobody can store, and with every digit."""

import json
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_api.document import ExtractedField, Extraction, Origin
from inkwell_api.extraction_codec import encode_extraction
from inkwell_extract.model.answers import MOST_DIGITS, read_answer
from inkwell_extract.model.ask import leaves


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ('```json\n{"a": 1}\n```', {"a": 1}),
        ('{"a": null, "b": "", "c": [null], "d": {"e": " "}, "f": " x "}', {"f": "x"}),
        (
            '{"a": 1e2, "b": 12345678901234567890.10}',
            {"a": 100, "b": Decimal("12345678901234567890.10")},
        ),
    ],
)
def test_answers_are_taken_in_without_what_is_empty(content: str, value: Any) -> None:
    reading = read_answer(content)
    assert reading is not None
    assert reading.result == value
    assert not reading.has_dropped_numbers


@pytest.mark.parametrize(
    "content", ["[1]", "", "{" * 100_000, "[" * 100_000, '"x"', "1", "{]", '{"a": 11']
)
def test_what_is_no_object_is_no_answer(content: str) -> None:
    assert read_answer(content) is None


def test_numbers_keep_the_digits_that_the_model_wrote() -> None:
    reading = read_answer('{"a": 119.00, "b": 8.10, "c": 1e3, "d": -0.0}')
    assert reading is not None
    assert [str(number) for number in reading.result.values()] == ["119.00", "8.10", "1000", "0.0"]


@pytest.mark.parametrize(
    "number",
    [
        *("1e999", "-1e999", "NaN", "Infinity", "-Infinity", "1e-999", "1e99999999999999999999"),
        *("9" * (MOST_DIGITS + 1), "0." + "9" * MOST_DIGITS, "9" * 5000),
    ],
)
def test_a_number_that_cannot_be_stored_is_left_out_and_told(number: str) -> None:
    reading = read_answer(f'{{"a": {number}, "b": [{{"c": {number}}}, 2], "d": "x"}}')
    assert reading is not None
    assert reading.has_dropped_numbers
    assert reading.result == {"b": [2], "d": "x"}


@pytest.mark.parametrize("written", ["\\ud83d", "\\u0000", "\\udc00\\ud800", "\\ud83d\\u0000"])
def test_characters_that_cannot_be_stored_are_replaced(written: str) -> None:
    reading = read_answer(f'{{"Caf{written}": "Caf{written}", "list": ["{written}x"]}}')
    assert reading is not None
    fields = {f"/{n}": ExtractedField(value, Origin.MODEL) for n, value in reading.result.items()}
    text = encode_extraction(Extraction(reading.result, fields, "LLM"))
    assert "\\u0000" not in text
    assert text.encode().decode() == text
    assert json.loads(text)["result"]["list"][0].endswith("\ufffdx")


def test_a_whole_pair_of_surrogates_is_a_character() -> None:
    reading = read_answer('{"a": "\\ud83d\\ude00"}')
    assert reading is not None
    assert reading.result == {"a": "\N{GRINNING FACE}"}


TORN = '{"a": 119.00, "b": "x, \\"{y", "c": [{"d": 1, "e": 22}, {"d": 3, "e": 4'


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (TORN, {"a": 119, "b": 'x, "{y', "c": [{"d": 1, "e": 22}, {"d": 3}]}),
        (TORN[:-2], {"a": 119, "b": 'x, "{y', "c": [{"d": 1, "e": 22}, {"d": 3}]}),
        (TORN[: TORN.index(", {")], {"a": 119, "b": 'x, "{y', "c": [{"d": 1, "e": 22}]}),
        ('{"total": 11,', {"total": 11}),
        ('{"total": 11, "seller": "Acme L', {"total": 11}),
        ('{"total": 11, "seller": "Acme\\', {"total": 11}),
        ('{"total": 11, "seller": tru', {"total": 11}),
        ('```json\n{"total": 11, "se', {"total": 11}),
    ],
)
def test_an_answer_that_breaks_off_has_what_was_complete(content: str, value: Any) -> None:
    reading = read_answer(content)
    assert reading is not None
    assert reading.is_torn
    assert reading.result == value


@given(st.recursive(st.integers() | st.text(), st.lists), st.data())
def test_no_value_of_a_torn_answer_is_other_than_in_the_whole_one(
    items: Any, data: st.DataObject
) -> None:
    whole = json.dumps({"n": 12345, "items": items, "last": 67890})
    torn = read_answer(whole[: data.draw(st.integers(1, len(whole)))])
    assert (torn.result if torn else {}).get("n", 12345) == 12345
    assert (torn.result if torn else {}).get("last", 67890) == 67890


@pytest.mark.parametrize("part", ["[", "1,", '{"a":', '"\\"'])
def test_a_long_torn_answer_takes_no_time(part: str) -> None:
    started = time.process_time()
    read_answer('{"a": [' + part * 200_000)
    assert time.process_time() - started < 5


def test_a_property_with_two_values_is_left_out_and_told() -> None:
    reading = read_answer('{"a": 1, "a": 1, "b": 2, "b": 3, "c": [{"d": "x", "d": "y"}], "e": 4}')
    assert reading is not None
    assert reading.has_doubled_properties
    assert reading.result == {"a": 1, "e": 4}


@pytest.mark.parametrize("mark", ["\u202e", "\u200b", "\ufeff", "\u2066", "\U000e0041", "\u00ad"])
def test_characters_without_a_shape_are_taken_out(mark: str) -> None:
    reading = read_answer(json.dumps({"a": f"INV{mark}-17"}))
    assert reading is not None
    assert reading.result == {"a": "INV-17"}


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_no_answer_whatever_raises(content: str) -> None:
    reading = read_answer(content)
    assert reading is None or isinstance(reading.result, dict)


def test_leaves_have_their_paths() -> None:
    assert list(leaves({"a": [1, {"b": 2}], "c": "x"})) == [
        (("a", 0), 1),
        (("a", 1, "b"), 2),
        (("c",), "x"),
    ]
