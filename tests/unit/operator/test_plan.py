"""A plan is data: the same plan, the same JSON and digest, and no secret in either."""

import json

from inkwell_operator.model.plan import FieldChange, Plan, Refusal, Risk, Step, Verb
from inkwell_operator.model.plan_text import render_plan

GROW = Step(
    Verb.UPDATE, "topic a", "s3cret", (FieldChange("partitions", "4", "8"),), Risk.INTERRUPTS, 2
)
PLAN = Plan((GROW,), (Refusal("topic b cannot shrink"),), ("Deployment c",))


def test_a_plan_is_canonical_json() -> None:
    assert json.loads(PLAN.to_json()) == {
        "steps": [
            {
                "verb": "update",
                "object": "topic a",
                "fields": [{"field": "partitions", "before": "4", "after": "8"}],
                "risk": "INTERRUPTS",
                "order": 2,
            }
        ],
        "refusals": [{"message": "topic b cannot shrink", "reason": "Refused"}],
    }
    assert "s3cret" not in PLAN.to_json()


def test_the_digest_follows_the_changes_and_not_what_is_waited_for() -> None:
    assert PLAN.digest == Plan(PLAN.steps, PLAN.refusals).digest
    assert PLAN.digest != Plan(PLAN.steps).digest


def test_a_plan_in_words() -> None:
    fields = (
        FieldChange("SELECT on documents", None, ""),
        FieldChange("UPDATE on results", "", None),
        FieldChange("limit", None, "40"),
        FieldChange("password"),
    )
    steps = (GROW, Step(Verb.UPDATE, "login x", None, fields), Step(Verb.DELETE, "topic d", None))
    assert render_plan(Plan(steps, PLAN.refusals)) == (
        "~ topic a: partitions 4 -> 8 (interrupts work)",
        "~ login x: +SELECT on documents, -UPDATE on results, +limit 40, password",
        "- topic d",
        "! topic b cannot shrink",
    )
