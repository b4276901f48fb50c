"""A plan: the ordered steps that would bring what was observed to what is desired. Data alone.

The same plan is applied, shown in `mode: Plan` and reported as drift, so that what is shown is what
is done. Plans are made by the pure `diff` of each backend; `plan_text` is the one place that turns
them into words.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, Generic, TypeVar

from inkwell_api.conditions import Reason

A = TypeVar("A")


class Verb(StrEnum):
    """What a step does to its object."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Risk(IntEnum):
    """What a step may cost, for a person who reads the plan."""

    NONE = 0
    INTERRUPTS = 1
    """Running work may pause or restart."""
    LOSES_DATA = 2
    """Data that nothing can bring back goes."""


@dataclass(frozen=True, slots=True, order=True)
class FieldChange:
    """One attribute of an object before and after a step.

    Attributes:
        field: name of the attribute, as the system itself calls it (``partitions``,
            ``spec.ingress``, ``SELECT on documents``).
        before: its value, or None where it is not set or not shown.
        after: its value afterwards, or None where it is removed or not shown. The empty text says
            that being there is all there is to it, as with a grant.

    A secret has neither value: that it changes is all that a plan may say.
    """

    field: str
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Step(Generic[A]):
    """One idempotent write.

    Attributes:
        verb: create, update or delete.
        target: the object in words, such as ``topic acme.invoices.uploaded``; the same object, the
            same words.
        action: the backend's own value that its `apply` understands; never shown to people, and may
            hold secrets.
        fields: what changes, attribute by attribute; never a secret's value.
        risk: what it may cost.
        order: steps with a lower number are done first; those with the same number at the same
            time.
    """

    verb: Verb
    target: str
    action: A = field(repr=False)
    fields: tuple[FieldChange, ...] = ()
    risk: Risk = Risk.NONE
    order: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """A change that is asked for and must not be made; the spec must change, or a person must act.

    Attributes:
        message: one sentence that names the object and says what a person can do.
        reason: `REFUSED`, `NAME_TAKEN` for an object without our mark, `RETAINED_DATA`, or `LET_IN`
            for what somebody else opened.
    """

    message: str
    reason: Reason = Reason.REFUSED


@dataclass(frozen=True, slots=True)
class Plan(Generic[A]):
    """What a `diff` found.

    Attributes:
        steps: the writes, in the order in which they are shown and done.
        refusals: what must not be done; with a refusal, neither the steps of the same object nor
            those of anything within it are in the plan.
        waits: what was written and has yet to take effect (a Deployment that is rolling out), in
            words; no step helps.
        notes: what a person should know of and Inkwell neither changes nor waits for, in words: a
            role that may read every keyspace, a column that is nobody's.
    """

    steps: tuple[Step[A], ...] = ()
    refusals: tuple[Refusal, ...] = ()
    waits: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to do, to refuse or to wait for."""
        return not (self.steps or self.refusals or self.waits)

    def in_order(self) -> tuple[tuple[Step[A], ...], ...]:
        """Group the steps by `Step.order`, lowest first; a group may be done at once."""
        numbers = sorted({step.order for step in self.steps})
        return tuple(
            tuple(step for step in self.steps if step.order == number) for number in numbers
        )

    def to_json(self) -> str:
        """Return the plan as canonical JSON: equal plans give equal text, and no secret is in it.

        The refusals are part of it; what it waits for and what it notes is not: that is no change.
        """
        return _canonical(
            {
                "steps": [step_to_dict(step) for step in self.steps],
                "refusals": [
                    {"message": refusal.message, "reason": refusal.reason.value}
                    for refusal in self.refusals
                ],
            }
        )

    @property
    def digest(self) -> str:
        """The SHA-256 of `to_json`, in hexadecimal: the same plan, the same digest."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


def step_to_dict(step: Step[Any]) -> dict[str, Any]:
    """Return a step as plain data, without its action."""
    return {
        "verb": step.verb.value,
        "object": step.target,
        "fields": [
            {"field": change.field, "before": change.before, "after": change.after}
            for change in step.fields
        ],
        "risk": step.risk.name,
        "order": step.order,
    }


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class PlanBuilder(Generic[A]):
    """Collects what a `diff` finds while it looks at one object after the other."""

    def __init__(self) -> None:
        """Start with an empty plan."""
        self._steps: list[Step[A]] = []
        self._refusals: list[Refusal] = []
        self._waits: list[str] = []
        self._notes: list[str] = []

    def add(self, step: Step[A]) -> None:
        """Plan a step."""
        self._steps.append(step)

    def extend(self, steps: Iterable[Step[A]]) -> None:
        """Plan several steps."""
        self._steps.extend(steps)

    def refuse(self, message: str, reason: Reason = Reason.REFUSED) -> None:
        """Say what must not be done, and what a person can do about it."""
        self._refusals.append(Refusal(message, reason))

    def add_refusal(self, refusal: Refusal) -> None:
        """Say what must not be done, as `ownership.refusal` words it."""
        self._refusals.append(refusal)

    def wait(self, message: str) -> None:
        """Say what has yet to take effect."""
        self._waits.append(message)

    def note(self, message: str) -> None:
        """Say what a person should know of, although nothing is done about it."""
        self._notes.append(message)

    def build(self) -> Plan[A]:
        """Return the plan; steps stay in the order they were added within the same `Step.order`."""
        return Plan(
            steps=tuple(sorted(self._steps, key=lambda step: step.order)),
            refusals=tuple(sorted(set(self._refusals))),
            waits=tuple(sorted(set(self._waits))),
            notes=tuple(sorted(set(self._notes))),
        )
