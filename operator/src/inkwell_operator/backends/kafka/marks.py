"""The steps that write marks into the ledger and take them out. Pure; used by `diff`."""

from collections.abc import Iterable

from inkwell_operator.backends.kafka.actions import Action, WriteMarks
from inkwell_operator.backends.kafka.desire import Desired
from inkwell_operator.backends.kafka.judgement import Judgement
from inkwell_operator.backends.kafka.order import Order
from inkwell_operator.backends.kafka.state import OwnedName
from inkwell_operator.model.plan import FieldChange, PlanBuilder, Step, Verb


def plan_marks(
    plan: PlanBuilder[Action], desired: Desired, judged: Judgement, existing: Iterable[OwnedName]
) -> None:
    """Plan the marks of objects of ours that have none yet, or another form of it."""
    entries = judged.entries(existing)
    if entries:
        fields = tuple(FieldChange(str(owned)) for owned, _ in entries)
        write = WriteMarks(desired.tenant, entries)
        plan.add(Step(Verb.UPDATE, _target(desired), write, fields, order=Order.MARK))


def plan_unmarks(plan: PlanBuilder[Action], desired: Desired, gone: Iterable[OwnedName]) -> None:
    """Plan the end of the marks of what is gone by then."""
    entries = tuple((owned, None) for owned in sorted(gone))
    if entries:
        remove = WriteMarks(desired.tenant, entries)
        plan.add(Step(Verb.DELETE, _target(desired), remove, order=Order.UNMARK))


def _target(desired: Desired) -> str:
    return f"marks of {desired.prefix.removesuffix('.')}"
