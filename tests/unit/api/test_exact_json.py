"""Numbers keep their digits through JSON, and what was stored before is still read."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_api import exact_json
from inkwell_api.document import Evidence, ExtractedField, Extraction, Match, Origin
from inkwell_api.extraction_codec import decode_extraction, encode_extraction
from inkwell_api.storable import storable_text

decimals = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30
).map(exact_json.plain)


@given(decimals)
def test_a_decimal_comes_back_with_the_digits_it_had(number: Decimal) -> None:
    written = exact_json.dumps([number])
    [read] = exact_json.loads(written)
    assert written == f"[{number}]"
    assert Decimal(read) == number
    assert str(read) == str(number)


@pytest.mark.parametrize(
    "text", ["119.00", "8.10", "12345678901234567890.12", "0.0", "-0.5", "100", "1.000"]
)
def test_json_has_the_digits_of_the_page(text: str) -> None:
    assert exact_json.dumps({"total": Decimal(text)}) == f'{{"total":{text}}}'
    assert exact_json.dumps(exact_json.loads(f'{{"total":{text}}}')) == f'{{"total":{text}}}'


@pytest.mark.parametrize(
    ("number", "written"),
    [("1E+2", "100"), ("-0.00", "0.00"), ("1e-3", "0.001"), ("12E3", "12000")],
)
def test_a_number_has_one_way_to_be_written(number: str, written: str) -> None:
    assert str(exact_json.plain(Decimal(number))) == written
    assert exact_json.dumps(exact_json.loads(f"[{number.replace('E', 'e')}]")) == f"[{written}]"


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e999", "1e-999", "1e99999999"]
)
def test_what_is_no_number_or_endless_is_refused(number: str) -> None:
    assert exact_json.plain(Decimal(number)) is None
    with pytest.raises(ValueError, match=r"digits|no number"):
        exact_json.loads(f"[{number}]")


def test_no_infinite_number_is_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        exact_json.dumps([float("inf")])


def extraction(total: Any) -> Extraction:
    """Return an extraction of one number."""
    evidence = Evidence(Match.EXACT, page=1, text="x", confidence=0.5)
    return Extraction(
        {"total": total}, {"/total": ExtractedField(total, Origin.RULE, evidence)}, "Rules"
    )


def test_an_extraction_keeps_the_digits_of_its_numbers() -> None:
    found = extraction(Decimal("12345678901234567890.10"))
    text = encode_extraction(found)
    assert text.count("12345678901234567890.10") == 2
    assert decode_extraction(text) == found
    assert encode_extraction(decode_extraction(text)) == text


def test_an_extraction_that_was_stored_with_binary_numbers_is_still_read() -> None:
    old = json.dumps(
        {
            "engine": "Rules",
            "fields": {
                "/total": {
                    "evidence": {
                        "box": {"bottom": 0.4, "left": 0.1, "right": 0.3, "top": 0.2},
                        "confidence": 0.97,
                        "match": "EXACT",
                        "page": 1,
                        "text": "48,82",
                    },
                    "origin": "RULE",
                    "value": 48.82,
                }
            },
            "findings": [],
            "model": "",
            "result": {"net": 358, "total": 48.82, "weight": 1e16},
        },
        separators=(",", ":"),
    )
    read = decode_extraction(old)
    assert read.result == {"net": 358, "total": Decimal("48.82"), "weight": Decimal(10**16)}
    evidence = read.fields["/total"].evidence
    assert isinstance(evidence.confidence, float)
    assert evidence.box is not None
    assert isinstance(evidence.box.left, float)
    assert '"total":48.82,"weight":10000000000000000' in encode_extraction(read)


def test_what_no_database_stores_is_replaced() -> None:
    assert storable_text("Caf\ud83d\x00 \N{GRINNING FACE}") == "Caf\ufffd\ufffd \N{GRINNING FACE}"
