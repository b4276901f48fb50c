from typing import Any

import pytest

from inkwell_api.document import (
    Evidence,
    ExtractedField,
    Extraction,
    Finding,
    Match,
    Origin,
    Severity,
)
from inkwell_api.pipeline import RuleSeverity, ValidationSpec
from inkwell_archive import findings
from inkwell_archive.grounding import Groundings

GROUNDED = ExtractedField("x", Origin.RULE, Evidence(Match.EXACT, page=1, confidence=1.0))
SCHEMA = Finding("schema", Severity.ERROR, "a required value is absent", "/total")


class Holding:
    def check(self, result: dict[str, Any]) -> tuple[Finding, ...]:
        assert result
        return ()


def test_every_value_needs_evidence() -> None:
    extraction = Extraction(
        result={"a/b": 1, "items": [{"x": True}, None], "known": "x"},
        fields={"/known": GROUNDED, "/a~1b": ExtractedField(1, Origin.MODEL)},
        engine="Hybrid",
    )
    warned = ValidationSpec(ungrounded=RuleSeverity.WARNING)
    found = list(findings.unproven(extraction, Groundings({}, warned)))
    assert [(f.pointer, f.severity) for f in found] == [
        ("/a~1b", Severity.WARNING),
        ("/items/0/x", Severity.WARNING),
    ]


def test_a_value_that_may_be_another_one_is_a_finding() -> None:
    doubtful = ExtractedField(
        "2024-03-04", Origin.RULE, Evidence(Match.AMBIGUOUS, page=1, confidence=1.0)
    )
    extraction = Extraction({"issue_date": "2024-03-04"}, {"/issue_date": doubtful}, "Rules")
    found = findings.findings(extraction, Groundings({}, ValidationSpec()), Holding())
    assert [(f.name, f.pointer) for f in found] == [("ambiguous", "/issue_date")]
    assert findings.has_errors(found)


@pytest.mark.parametrize("severity", list(RuleSeverity))
def test_what_extraction_found_is_kept_once(severity: RuleSeverity) -> None:
    extraction = Extraction({"known": "x"}, {"/known": GROUNDED}, "Rules", "", (SCHEMA, SCHEMA))
    found = findings.findings(
        extraction, Groundings({}, ValidationSpec(ungrounded=severity)), Holding()
    )
    assert found == (SCHEMA,)
    assert findings.has_errors(found)


def test_a_grounded_result_without_findings_is_clean() -> None:
    extraction = Extraction({"known": "x"}, {"/known": GROUNDED}, "Rules")
    assert not findings.findings(extraction, Groundings({}, ValidationSpec()), Holding())
