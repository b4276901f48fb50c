"""A rule sees one type of number, and sums as a person does them on paper."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
import yaml

from inkwell_api.pipeline import ValidationRule
from inkwell_archive.checks import ChildChecks
from support import make

SUMS = [("100", "8.1", "108.1"), ("358", "48.82", "406.82"), ("100.00", "20.50", "120.50")]
SUMS += [("0.1", "0.2", "0.3"), ("1.10", "2.20", "3.30"), ("4.35", "100", "104.35")]
SUMS += [
    ("1", "2", "3"),
    ("999999999999.99", "0.01", "1000000000000"),
    ("-12.00", "-2.28", "-14.28"),
]
BROKEN = [("100", "8.1", "108.2"), ("0.1", "0.2", "0.30001"), ("358", "48.82", "406.83")]


def amounts(net: str, tax: str, total: str) -> dict[str, Any]:
    """Return a result with sums, as the extract stage gives them: int where no point is shown."""
    texts = {"net": net, "tax": tax, "total": total}
    return {name: Decimal(text) if "." in text else int(text) for name, text in texts.items()}


def rules_of(example: str) -> list[ValidationRule]:
    """Return the rules that an example's pipeline ships with."""
    path = make.ROOT / "manifests" / "examples" / example
    for body in yaml.safe_load_all(path.read_text("utf-8")):
        if body["kind"] == "DocumentPipeline":
            return [ValidationRule.model_validate(r) for r in body["spec"]["validation"]["rules"]]
    raise AssertionError(example)


@contextmanager
def checks(*expressions: str) -> Iterator[ChildChecks]:
    """Give rules of these expressions."""
    child = ChildChecks(
        [
            ValidationRule(name=f"r{number}", expression=expression, message="no")
            for number, expression in enumerate(expressions)
        ]
    )
    try:
        yield child
    finally:
        child.close()


@pytest.fixture(scope="module", params=["acme.yaml", "globex.yaml"])
def shipped(request: pytest.FixtureRequest) -> Iterator[ChildChecks]:
    child = ChildChecks(rules_of(request.param))
    yield child
    child.close()


@pytest.mark.parametrize("sums", SUMS)
def test_the_shipped_rules_hold_where_the_sums_agree(
    shipped: ChildChecks, sums: tuple[str, str, str]
) -> None:
    names = {finding.name for finding in shipped.check(amounts(*sums))}
    assert names == ({"total-positive"} if sums[2].startswith("-") else set())


def test_the_shipped_rules_find_sums_that_do_not_agree(shipped: ChildChecks) -> None:
    [finding] = shipped.check(amounts("100", "8.1", "108.2"))
    assert finding.name == "sums-agree"
    assert finding.message == "net and tax do not add up to the total"


@pytest.fixture(scope="module")
def exact() -> Iterator[ChildChecks]:
    with checks(
        "result.net + result.tax == result.total",
        "result.total - result.tax == result.net",
        "result.total == result.net + result.tax && result.total - result.net - result.tax == 0.0",
        "result.total - result.net == result.tax && result.total - result.net - result.tax == 0",
    ) as child:
        yield child


@pytest.mark.parametrize("sums", SUMS)
def test_sums_are_exact(exact: ChildChecks, sums: tuple[str, str, str]) -> None:
    assert exact.check(amounts(*sums)) == ()


@pytest.mark.parametrize("sums", BROKEN)
def test_a_difference_however_small_is_one(exact: ChildChecks, sums: tuple[str, str, str]) -> None:
    assert [finding.message for finding in exact.check(amounts(*sums))] == ["no"] * 4


HOLDING = [
    "result.total > 0.0",
    "result.total > 0",
    "0 < result.total && 0.0 <= result.total",
    "result.total == 108.1 && result.total == 108.10 && result.total != 108",
    "result.net == 100 && result.net == 100.0 && result.net in [100.0] && result.net in [100]",
    "result.net >= 100 && result.net <= 100.0",
    "result.tax * 10 == 81 && result.tax * 10.0 == 81.0 && result.tax * 0.19 == 1.539",
    "result.total / 2 == 54.05 && result.tax / 3 == 2.7",
    "result.net + 1 == 101 && 1 + result.net == 101.0 && result.tax - 1 == 7.1",
    "-result.tax == -8.1 && -result.tax + result.tax == 0",
    "result.count == 3 && size(result.lines) == result.count && result.count + 1 > 3",
    "result.lines.all(l, l.amount > 0) && result.lines.map(l, l.amount * 2) == [2.2, 4.4, 210]",
    "result.lines[0].amount + result.lines[1].amount == 3.3",
    "double(result.net) == 100.0 && int(result.net) == 100 && type(result.net) == double",
    "result.name + '!' == 'Acme!' && [1] + [2] == [1, 2] && size(result.lines + [1]) == 4",
    "timestamp(result.due) - timestamp(result.issued) == duration('720h')",
    "timestamp(result.issued) + duration('24h') < timestamp(result.due)",
    "timestamp(result.due) - duration('720h') == timestamp(result.issued)",
    "duration('1h') + duration('1h') == duration('2h') && 7 % 2 == 1 && 7 / 2 == 3",
    "b'a' + b'b' == b'ab' && 1u + 2u == 3u && 3 - 4 == -1",
]
RESULT = amounts("100", "8.1", "108.1") | {
    "count": 3,
    "lines": [{"amount": Decimal("1.1")}, {"amount": Decimal("2.20")}, {"amount": 105}],
    "name": "Acme",
    "issued": "2026-01-01T00:00:00Z",
    "due": "2026-01-31T00:00:00Z",
}


@pytest.fixture(scope="module")
def holding() -> Iterator[ChildChecks]:
    with checks(*HOLDING) as child:
        yield child


def test_numbers_are_of_one_type_and_all_else_is_as_it_was(holding: ChildChecks) -> None:
    found = {finding.name: finding.message for finding in holding.check(RESULT)}
    assert {HOLDING[int(name[1:])]: message for name, message in found.items()} == {}


def test_a_number_that_rules_cannot_tell_from_another_is_not_judged() -> None:
    with checks("result.total > 0", "true") as child:
        digits = {"total": Decimal("12345678901234567890.12")}
        messages = [finding.message for finding in child.check(digits)]
        assert (
            messages == ["no (a number of the result has more digits than rules can compare)"] * 2
        )
        assert child.check({"total": Decimal("123456789012.34")}) == ()


def test_a_sum_with_more_digits_than_can_be_compared_is_not_judged() -> None:
    with checks("result.a + result.b > 0") as child:
        [finding] = child.check({"a": Decimal("9007199254740993e3"), "b": Decimal("0.001")})
        assert "could not be evaluated" in finding.message
