"""A model's answer is taken in without what nobody can store, and with every digit."""

import json
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


@pytest.mark.parametrize("content", ["[1]", "", "{" * 100_000, '{"a": 1', '"x"'])
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
