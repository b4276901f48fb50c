"""Rules in their child process: hostile ones and hostile results included."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from inkwell_api.document import Severity
from inkwell_api.pipeline import RuleSeverity, ValidationRule
from inkwell_archive.checks import CHILD_BYTES, MAX_RESULT_BYTES, ChildChecks

RESULT = {"total": 12, "lines": [{"amount": 5.0}, {"amount": 7.0}], "name": "Acme"}


def rule(expression: str, severity: RuleSeverity = RuleSeverity.ERROR) -> ValidationRule:
    return ValidationRule(name="a-rule", expression=expression, message="no", severity=severity)


@contextmanager
def checks(*expressions: str) -> Iterator[ChildChecks]:
    child = ChildChecks([rule(expression) for expression in expressions])
    try:
        yield child
    finally:
        child.close()


def test_rules_that_hold_find_nothing() -> None:
    with checks(
        "result.total > 0.0", "result.lines.all(l, l.amount > 0)", "!has(result.tax)"
    ) as child:
        assert child.check(RESULT) == ()
        assert child.check(RESULT) == ()


def test_each_broken_rule_is_a_finding_with_its_message() -> None:
    with checks("result.total > 20", "true", "result.name == 'Other'") as child:
        assert [(f.message, f.severity) for f in child.check(RESULT)] == [
            ("no", Severity.ERROR),
            ("no", Severity.ERROR),
        ]


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("result.absent > 0", "absent"),
        ("1 / (result.total - 12) > 0", "could not be evaluated"),
        ("result.name.matches('(')", "could not be evaluated"),
        ("result.total", "no CEL expression"),
        ("result.total >", "no CEL expression"),
        ("unknown(result)", "no CEL expression"),
    ],
)
def test_a_rule_that_cannot_be_evaluated_is_a_finding(expression: str, why: str) -> None:
    with checks(expression, "result.total > 20") as child:
        first, second = child.check(RESULT)
        assert why in first.message
        assert second.message == "no"


def test_a_costly_rule_is_stopped_and_the_others_are_still_judged() -> None:
    result = {"list": list(range(5000))}
    costly = "result.list.all(a, result.list.all(b, result.list.all(c, a + b + c >= 0)))"
    with checks(costly, "size(result.list) == 5000", "size(result.list) == 1") as child:
        first, second = child.check(result)
        assert first.message.startswith("no (")
        assert second.message == "no"


def test_a_child_that_dies_is_replaced() -> None:
    with checks("result.total > 20") as child:
        assert len(child.check(RESULT)) == 1
        assert child._child is not None
        child._child[0].kill()
        child._child[0].join()
        assert len(child.check(RESULT)) == 1


def test_a_result_beyond_the_limit_is_not_evaluated() -> None:
    with checks("true") as child:
        (finding,) = child.check({"text": "x" * MAX_RESULT_BYTES})
        assert finding.name == "result-size"


def test_what_a_finding_says_never_quotes_the_document() -> None:
    with checks("result.name.matches(result.name)", "int(result.name) > 0") as child:
        found = child.check({"name": "(secret"})
        assert len(found) == 2
        assert "secret" not in repr(found)


def test_a_rule_that_grows_without_end_is_a_finding_within_its_memory() -> None:
    """The example of a rule that took 1,002 MB where the whole pod has 512."""
    result = {"a": ["x"] * 9_000, "s": "y" * 9_000}
    grown = "size(result.a.map(x, result.s + result.s + result.s + result.s)) > 0"
    with checks(grown, "result.s != ''") as child:
        [finding] = child.check(result)
        assert finding.message.startswith("no (")
        assert child._child is not None
        limits = Path(f"/proc/{child._child[0].pid}/limits").read_text(encoding="ascii")
    [data] = [line.split() for line in limits.splitlines() if line.startswith("Max data size")]
    assert int(data[3]) == int(data[4]) == CHILD_BYTES
