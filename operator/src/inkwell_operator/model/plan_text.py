"""Plans in words, for status, events, logs and goldens: the one place that renders them. Pure."""

from typing import Any, Final

from inkwell_operator.model.plan import FieldChange, Plan, Risk, Step, Verb

_SIGN: Final = {Verb.CREATE: "+", Verb.UPDATE: "~", Verb.DELETE: "-"}
_RISK: Final = {
    Risk.NONE: "",
    Risk.INTERRUPTS: " (interrupts work)",
    Risk.LOSES_DATA: " (loses data)",
}


def render_step(step: Step[Any]) -> str:
    """Return a step as one line: ``~ topic x: partitions 4 -> 8 (interrupts work)``."""
    changes = ", ".join(map(render_field, step.fields))
    colon = ": " if changes else ""
    return f"{_SIGN[step.verb]} {step.target}{colon}{changes}{_RISK[step.risk]}"


def render_field(change: FieldChange) -> str:
    """Return one changed attribute: ``partitions 4 -> 8``, ``+SELECT on documents``, ``password``.

    One that appears has a plus, one that goes a minus, and one whose values are not shown none.
    """
    match change.before, change.after:
        case None, None:
            return change.field
        case None, after:
            return f"+{change.field} {after}".rstrip()
        case before, None:
            return f"-{change.field} {before}".rstrip()
        case before, after:
            return f"{change.field} {before} -> {after}"


def render_plan(plan: Plan[Any]) -> tuple[str, ...]:
    """Return a plan as lines; ``! `` marks a refusal, ``# `` what is noted alone."""
    return (
        *(render_step(step) for step in plan.steps),
        *(f"! {refusal.message}" for refusal in plan.refusals),
        *(f"# {note}" for note in plan.notes),
    )
