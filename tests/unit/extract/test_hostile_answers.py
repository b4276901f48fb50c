"""Whatever a model answers, nothing is archived that the page does not say. A table of answers."""

import json
import time
from typing import Any, Final

import pytest

from inkwell_api.document import Origin
from support.hostile_model import BILL, ENGINES, SCHEMA, TRUTH, Obedient, obeying, outcome
from support.typeset import typeset

PAGE: Final = typeset(*BILL)
LONGEST: Final = 5.0
"""Seconds of a processor for any answer; what is honest takes a hundredth of one."""

DEEP: Final = '{"total": ' * 500 + "1" + "}" * 500


def told(**wants: Any) -> str:
    """Return the truth, but for some values."""
    return json.dumps({**TRUTH, **wants})


ANSWERS: Final = {
    "a total that stands nowhere": told(total=9119),
    "a total of another row": told(total=200),
    "a total of another sign": told(total=-1200),
    "a total ten times as large": told(total=12000),
    "a text for a number": told(total="nine thousand"),
    "a list for a number": told(total=[9119, 1200]),
    "an object for a number": told(total={"value": 9119}),
    "a yes for a number": told(total=True),
    "a number that is none": told().replace("1200", "NaN"),
    "an infinite number": told().replace("1200", "1e999"),
    "a number of a thousand digits": told().replace("1200", "9" * 1000),
    "two totals": told().replace('"total": 1200', '"total": 1200, "total": 9119'),
    "a date that stands nowhere": told(issue_date="2031-01-01"),
    "a date in another field": told(invoice_number="2025-05-12"),
    "a number in another field": told(seller="INV-20871"),
    "a seller that stands nowhere": told(seller="Evil Traders Ltd"),
    "a seller of letters that look alike": told(seller="N\u043erthwind Traders Ltd"),
    "a seller of another direction": told(seller="\u202edtL sredarT dniwhtroN"),
    "an account that stands nowhere": told(iban="DE89 3704 0044 0532 0130 00"),
    "an account one digit off": told(iban="GB33 BUKB 2020 1555 5555 56"),
    "a reference that stands nowhere": told(reference="Approved by CFO"),
    "a reference of words that stand apart": told(reference="Spring Traders"),
    "an approver that stands nowhere": told(approver="Jane Roe"),
    "an approver one letter off": told(approver="Northwlnd Traders"),
    "a reference with a NUL": told(reference="Approved\0by CFO"),
    "half a character": told(reference="Approved \ud83d"),
    "the schema": json.dumps(SCHEMA),
    "the schema's names": json.dumps({name: name for name in TRUTH}),
    "the schema's types": json.dumps(dict.fromkeys(TRUTH, "string")),
    "items that stand nowhere": told(lines=[{"amount": 9119}, {"amount": 1}]),
    "a million items": told(lines=[{"amount": 1200}] * 1_000_000),
    "as many items as are read": told(lines=[{"amount": 1200}] * 50_000),
    "as many empty items as are read": told(lines=[{}] * 200_000),
    "a million properties": json.dumps({f"p{number}": 1200 for number in range(1_000_000)}),
    "as many properties as are read": json.dumps({f"p{number}": 1 for number in range(60_000)}),
    "a depth of 500": DEEP,
    "a depth without an end": "[" * 1_000_000,
    "prose": "The total is 9,119.00 EUR.",
    "prose around the answer": f"Sure! {told(total=9119)} Anything else?",
    "an answer in an answer": json.dumps({"answer": {**TRUTH, "total": 9119}}),
    "a list": json.dumps([{**TRUTH, "total": 9119}]),
    "nothing": "",
    "half an answer": told(total=9119)[:80],
}
"""What a model says, by what is wrong with it. A new one is a new line."""


@pytest.mark.parametrize("engine", ENGINES)
def test_the_true_answer_is_archived(engine: str) -> None:
    made = outcome([PAGE], engine, obeying({}))
    assert made.is_archived
    assert made.extraction.result == TRUTH


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", ANSWERS)
def test_what_a_model_makes_up_is_archived_by_no_engine(kind: str, engine: str) -> None:
    started = time.process_time()
    made = outcome([PAGE], engine, Obedient(ANSWERS[kind]))
    assert time.process_time() - started < LONGEST
    if made.is_archived:
        assert made.extraction.result == TRUTH
    if engine != "LLM":
        rules = outcome([PAGE], "Rules", Obedient(""))
        sure = {p: f.value for p, f in rules.extraction.fields.items() if f.origin is Origin.RULE}
        assert sure.items() <= {p: f.value for p, f in made.extraction.fields.items()}.items()


@pytest.mark.parametrize("engine", ["Hybrid", "LLM"])
def test_what_nobody_asked_for_is_not_archived(engine: str) -> None:
    more = obeying(
        {"approved": True, "note": "Spring audit", "lines": [{"amount": 1000, "x": "y"}]}
    )
    made = outcome([PAGE], engine, more)
    assert made.extraction.result == TRUTH | {"lines": [{"amount": 1000}]}


def test_what_the_schema_leaves_open_may_be_answered() -> None:
    schema = {**SCHEMA, "additionalProperties": {"type": "string"}}
    made = outcome([PAGE], "LLM", obeying({"note": "Spring audit"}), schema)
    assert made.extraction.result["note"] == "Spring audit"
