"""What one pass found out: a condition a backend, and their summary.

The reconcilers put down how each backend went; `conditions` and `verdict` follow from that alone.
Same findings, same bytes: nothing here knows the time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from inkwell_api.conditions import (
    BACKEND_CONDITIONS,
    Condition,
    ConditionStatus,
    ConditionType,
    Reason,
)
from inkwell_operator.backends.run import Outcome
from inkwell_operator.model.errors import (
    Blocked,
    InkwellError,
    Permanent,
    Throttled,
    TimedOut,
    Transient,
    Unreachable,
)
from inkwell_operator.queue import Result, Verdict

DATA_CONDITIONS: Final = (
    ConditionType.KAFKA_READY,
    ConditionType.CASSANDRA_READY,
    ConditionType.POSTGRES_READY,
    ConditionType.KEYCLOAK_READY,
)
"""The backends besides Kubernetes, which know nothing of each other."""
_NOT_OURS: Final = frozenset({Reason.NAME_TAKEN, Reason.RETAINED_DATA})
_SOMEBODY_MUST_ACT: Final = _NOT_OURS | {Reason.LET_IN}
_LOOK_AGAIN_SECONDS: Final = 60.0
"""What others have to remove or hand over raises no event here: it is looked for."""
_MESSAGE_LENGTH: Final = 1024
_NOBODY_KNOWS: Final = (Unreachable, TimedOut, Throttled)
_DEFECT: Final = "a defect in the operator; its log says more"


def as_specified(kind: ConditionType) -> Condition:
    """Return the condition of a backend in which nothing is left to do."""
    return Condition(kind, ConditionStatus.TRUE, Reason.AS_SPECIFIED, "as specified")


@dataclass(slots=True)
class Report:
    """The findings of one pass over one object.

    Attributes:
        outcomes: by condition, what came of the backends that tell it.
        failures: by condition, what went wrong.
        notes: by condition, what holds it back although nothing went wrong.
        remarks: by condition, what a person should know although all is as specified.
        isolated: what the probes with the object's logins came to.
        is_unproven: whether they are still to be made, whatever `isolated` says until then.
        has_more: whether work is left that holds nothing back; a next pass goes on with it.
        is_suspended: whether workers are stopped on purpose.
        is_deleting: whether the object is on its way out.
    """

    outcomes: dict[ConditionType, Outcome] = field(default_factory=dict)
    failures: dict[ConditionType, Exception] = field(default_factory=dict)
    notes: dict[ConditionType, Condition] = field(default_factory=dict)
    remarks: dict[ConditionType, tuple[str, ...]] = field(default_factory=dict)
    isolated: Condition | None = None
    is_unproven: bool = False
    has_more: bool = False
    is_suspended: bool = False
    is_deleting: bool = False

    def add_outcome(self, kind: ConditionType, outcome: Outcome) -> None:
        """Put down what came of a backend; two that tell the same condition add up."""
        before = self.outcomes.get(kind, Outcome())
        self.outcomes[kind] = Outcome(
            applied=before.applied + outcome.applied,
            planned=before.planned + outcome.planned,
            refusals=before.refusals + outcome.refusals,
            waits=before.waits + outcome.waits,
            notes=before.notes + outcome.notes,
        )
        if outcome.error is not None:
            self.add_error(kind, outcome.error)

    def let_go(self) -> None:
        """Put down that nothing more is asked of any backend."""
        for kind in BACKEND_CONDITIONS:
            self.outcomes[kind] = Outcome()

    def add_error(self, kind: ConditionType, error: Exception) -> None:
        """Put down what went wrong; the first fault of a condition is shown."""
        self.failures.setdefault(kind, error)

    def add_error_everywhere(self, error: Exception) -> None:
        """Put down a fault that keeps every backend from being looked at."""
        for kind in BACKEND_CONDITIONS:
            self.add_error(kind, error)

    def defer(self, kind: ConditionType, reason: Reason, message: str) -> None:
        """Put down why a backend was not touched in this pass."""
        self.notes[kind] = Condition(kind, ConditionStatus.FALSE, reason, message)

    def defer_rest(self, first: ConditionType) -> None:
        """Put down that everything else waits for `first`."""
        for kind in BACKEND_CONDITIONS:
            if kind is not first:
                self.defer(kind, Reason.DEPENDENCY_NOT_READY, f"waits for {first.value}")

    def unsettled(self) -> frozenset[ConditionType]:
        """Return the data backends in which the object's logins are not known to be there.

        A change that was refused, such as fewer partitions, takes no login away; a container that
        is not ours does.
        """
        return frozenset(kind for kind in DATA_CONDITIONS if not self._has_logins(kind))

    def _has_logins(self, kind: ConditionType) -> bool:
        outcome = self.outcomes.get(kind)
        if outcome is None or kind in self.failures:
            return False
        return not any(refusal.reason in _NOT_OURS for refusal in outcome.refusals)

    def is_settled(self, *kinds: ConditionType) -> bool:
        """Whether these backends were looked at and nothing went wrong or was refused.

        That somebody else opened the namespace keeps nothing of ours from being made and mended.
        """
        return all(
            kind in self.outcomes
            and kind not in self.failures
            and all(one.reason is Reason.LET_IN for one in self.outcomes[kind].refusals)
            for kind in kinds
        )

    def is_done(self, *kinds: ConditionType) -> bool:
        """Whether these backends are as desired and in effect."""
        return self.is_settled(*kinds) and not any(self.outcomes[kind].waits for kind in kinds)

    def plan(self) -> tuple[str, ...]:
        """Return what mode Plan would have done, in the order of a pass."""
        return tuple(
            line
            for kind in BACKEND_CONDITIONS
            if kind in self.outcomes
            for line in self.outcomes[kind].planned
        )

    def applied(self) -> Mapping[ConditionType, tuple[str, ...]]:
        """Return by condition what was changed."""
        return {kind: outcome.applied for kind, outcome in self.outcomes.items() if outcome.applied}

    def conditions(self) -> tuple[Condition, ...]:
        """Return every condition; `Ready` first."""
        conditions = tuple(self._condition(kind) for kind in BACKEND_CONDITIONS)
        isolated = () if self.isolated is None else (self.isolated,)
        return (self._summary(conditions), *conditions, *isolated)

    def verdict(self) -> Result:
        """Return what the queue needs to know: the most urgent of all findings."""
        errors = list(self.failures.values())
        urgent = [error for error in errors if not isinstance(error, (Blocked, Permanent))]
        if urgent:
            waits = [error.retry_after or 0.0 for error in urgent if isinstance(error, Transient)]
            return Result(Verdict.FAILED, max(waits, default=0.0))
        if any(isinstance(error, Blocked) for error in errors):
            return Result(Verdict.BLOCKED)
        refused = {one.reason for found in self.outcomes.values() for one in found.refusals}
        if refused & _SOMEBODY_MUST_ACT:
            return Result(Verdict.BLOCKED, _LOOK_AGAIN_SECONDS)
        # Where logins are not there, no pass of the next seconds would try them either.
        untried = self.is_unproven and not self.unsettled()
        is_waited_for = any(outcome.waits for outcome in self.outcomes.values())
        waiting = self.notes or untried or is_waited_for or self.has_more
        return Result(Verdict.WAITING if waiting else Verdict.DONE)

    def _condition(self, kind: ConditionType) -> Condition:
        if kind in self.failures:
            return _of_failure(kind, self.failures[kind])
        outcome = self.outcomes.get(kind)
        if kind in self.notes and (outcome is None or not outcome.refusals):
            return self.notes[kind]
        if outcome is None:
            return Condition(kind, ConditionStatus.UNKNOWN, Reason.PENDING, "not looked at yet")
        condition = _of_outcome(kind, outcome)
        if condition.status is ConditionStatus.TRUE and self.remarks.get(kind):
            message = "; ".join((condition.message, *self.remarks[kind]))
            condition = replace(condition, message=_cut(message))
        stopped = self.is_suspended and kind is ConditionType.WORKERS_READY
        if stopped and condition.status is ConditionStatus.TRUE:
            return replace(condition, reason=Reason.SUSPENDED, message="suspended: no worker runs")
        return condition

    def _summary(self, conditions: tuple[Condition, ...]) -> Condition:
        ready = ConditionType.READY
        not_true = [c for c in conditions if c.status is not ConditionStatus.TRUE]
        if self.is_deleting:
            message = "; ".join(("being deleted", *_grouped(not_true)))
            return Condition(ready, ConditionStatus.FALSE, Reason.DELETING, _cut(message))
        if not not_true:
            if self.is_suspended:
                message = "suspended: no worker runs; data and logins are kept"
                return Condition(ready, ConditionStatus.TRUE, Reason.SUSPENDED, message)
            return Condition(ready, ConditionStatus.TRUE, Reason.AS_SPECIFIED, "as specified")
        is_false = any(c.status is ConditionStatus.FALSE for c in not_true)
        status = ConditionStatus.FALSE if is_false else ConditionStatus.UNKNOWN
        first = min(not_true, key=lambda c: _WORST_FIRST.index(c.reason))
        if all(c.message == first.message for c in not_true):
            return Condition(ready, status, first.reason, _cut(first.message))
        return Condition(ready, status, first.reason, _cut("; ".join(_grouped(not_true))))


_WORST_FIRST: Final = (
    Reason.INTERNAL_ERROR,
    Reason.INVALID_SPEC,
    Reason.LET_IN,
    Reason.NAME_TAKEN,
    Reason.RETAINED_DATA,
    Reason.REFUSED,
    Reason.CLASS_NOT_FOUND,
    Reason.SECRET_MISSING,
    Reason.ACCESS_DENIED,
    Reason.TENANT_NOT_READY,
    Reason.UNREACHABLE,
    Reason.TIMED_OUT,
    Reason.THROTTLED,
    Reason.WRITE_CONFLICT,
    Reason.NOT_YET_APPLIED,
    Reason.PLANNED,
    Reason.PROGRESSING,
    Reason.DEPENDENCY_NOT_READY,
    Reason.SUSPENDED,
    Reason.DELETING,
    Reason.PENDING,
    Reason.AS_SPECIFIED,
)


def _of_failure(kind: ConditionType, error: Exception) -> Condition:
    if not isinstance(error, InkwellError):
        return Condition(kind, ConditionStatus.UNKNOWN, Reason.INTERNAL_ERROR, _DEFECT)
    unknown = isinstance(error, _NOBODY_KNOWS)
    status = ConditionStatus.UNKNOWN if unknown else ConditionStatus.FALSE
    return Condition(kind, status, error.reason, _cut(error.message))


def _of_outcome(kind: ConditionType, outcome: Outcome) -> Condition:
    if outcome.refusals:
        message = "; ".join(refusal.message for refusal in outcome.refusals)
        # What holds up the rest comes first: an opening by somebody else does not.
        reasons = sorted(
            (refusal.reason for refusal in outcome.refusals), key=lambda one: one is Reason.LET_IN
        )
        return Condition(kind, ConditionStatus.FALSE, reasons[0], _cut(message))
    if outcome.planned:
        count = len(outcome.planned)
        what = "1 change is" if count == 1 else f"{count} changes are"
        message = f"{what} planned and not made; see status.plan"
        return Condition(kind, ConditionStatus.FALSE, Reason.PLANNED, message)
    if outcome.waits:
        message = _cut("; ".join(outcome.waits))
        return Condition(kind, ConditionStatus.FALSE, Reason.PROGRESSING, message)
    if outcome.notes:
        message = _cut("; ".join(("as specified", *outcome.notes)))
        return Condition(kind, ConditionStatus.TRUE, Reason.AS_SPECIFIED, message)
    return as_specified(kind)


def _grouped(conditions: Iterable[Condition]) -> list[str]:
    """Return each message once, with the conditions that have it: one fault is read once."""
    by_message: dict[str, list[str]] = {}
    for condition in conditions:
        by_message.setdefault(condition.message, []).append(condition.type.value)
    return [f"{', '.join(types)}: {message}" for message, types in by_message.items()]


def _cut(message: str) -> str:
    return message if len(message) <= _MESSAGE_LENGTH else message[: _MESSAGE_LENGTH - 1] + "…"
