"""A plan: the ordered steps that would bring what was observed to what is desired.

The same plan is applied, shown in `mode: Plan`, printed by `inkwell plan` and told as drift, so
that what is shown is what is done. Plans are made by the pure `diff` of each backend.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Generic, TypeVar

from typing_extensions import override

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


_SIGN = {Verb.CREATE: "+", Verb.UPDATE: "~", Verb.DELETE: "-"}
_RISK_NOTE = {
    Risk.NONE: "",
    Risk.INTERRUPTS: " (interrupts work)",
    Risk.LOSES_DATA: " (loses data)",
}


@dataclass(frozen=True, slots=True)
class Step(Generic[A]):
    """One idempotent write.

    Attributes:
        verb: create, update or delete.
        target: the object in words, such as ``topic acme.invoices.uploaded``; the same object, the
            same words.
        action: the backend's own value that its `apply` understands; never shown to people, and may
            hold secrets.
        before: what is, in words, where that helps; never a secret.
        after: what will be, in words; never a secret.
        risk: what it may cost.
        order: steps with a lower number are done first; those with the same number at the same
            time.
    """

    verb: Verb
    target: str
    action: A = field(repr=False)
    before: str = ""
    after: str = ""
    risk: Risk = Risk.NONE
    order: int = 0

    @override
    def __str__(self) -> str:
        """Return the line that a person reads: ``~ topic x: 4 partitions -> 8 partitions``."""
        change = " -> ".join(part for part in (self.before, self.after) if part)
        colon = ": " if change else ""
        return f"{_SIGN[self.verb]} {self.target}{colon}{change}{_RISK_NOTE[self.risk]}"


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """A change that is asked for and must not be made; the spec must change, or a person must act.

    Attributes:
        message: one sentence that names the object and says what a person can do.
        reason: `REFUSED`, or `NAME_TAKEN` for an object without our mark.
    """

    message: str
    reason: Reason = Reason.REFUSED


@dataclass(frozen=True, slots=True)
class Plan(Generic[A]):
    """What a `diff` found.

    Attributes:
        steps: the writes, in the order in which they are shown and done.
        refusals: what must not be done; with a refusal, the steps of the same object are not in the
            plan.
        waits: what was written and has yet to take effect (a Deployment that is rolling out), in
            words; no step helps.
    """

    steps: tuple[Step[A], ...] = ()
    refusals: tuple[Refusal, ...] = ()
    waits: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to do, to refuse or to wait for."""
        return not (self.steps or self.refusals or self.waits)

    def render(self) -> tuple[str, ...]:
        """Return the plan as lines for a person; ``! `` marks a refusal."""
        return (
            *(str(step) for step in self.steps),
            *(f"! {refusal.message}" for refusal in self.refusals),
        )

    def in_order(self) -> tuple[tuple[Step[A], ...], ...]:
        """Group the steps by `Step.order`, lowest first; a group may be done at once."""
        numbers = sorted({step.order for step in self.steps})
        return tuple(
            tuple(step for step in self.steps if step.order == number) for number in numbers
        )


class PlanBuilder(Generic[A]):
    """Collects steps, refusals and waits while a `diff` looks at one object after the other."""

    def __init__(self) -> None:
        """Start with an empty plan."""
        self._steps: list[Step[A]] = []
        self._refusals: list[Refusal] = []
        self._waits: list[str] = []

    def add(self, step: Step[A]) -> None:
        """Plan a step."""
        self._steps.append(step)

    def extend(self, steps: Iterable[Step[A]]) -> None:
        """Plan several steps."""
        self._steps.extend(steps)

    def refuse(self, message: str, reason: Reason = Reason.REFUSED) -> None:
        """Say what must not be done, and what a person can do about it."""
        self._refusals.append(Refusal(message, reason))

    def wait(self, message: str) -> None:
        """Say what has yet to take effect."""
        self._waits.append(message)

    def build(self) -> Plan[A]:
        """Return the plan; steps stay in the order they were added within the same `Step.order`."""
        return Plan(
            steps=tuple(sorted(self._steps, key=lambda step: step.order)),
            refusals=tuple(sorted(set(self._refusals))),
            waits=tuple(sorted(set(self._waits))),
        )
