"""What can go wrong, by what to do about it.

`Transient` is tried again soon, `Blocked` slowly (somebody else must act) and `Permanent` only when
the spec changes. Each class names the condition reason that a person sees. The clients of the
backends raise these (one table from the driver's codes to them); the reconcile loop alone decides
on retries.
"""

from typing import ClassVar

from inkwell_api.conditions import Reason


class InkwellError(Exception):
    """Anything that the operator expects to go wrong.

    The message is shown to people in a condition: it names the object and what to do, holds no
    secret and is the same each time the same thing goes wrong (no time, no request id).
    """

    reason: ClassVar[Reason] = Reason.INTERNAL_ERROR

    def __init__(self, message: str) -> None:
        """Keep the sentence for the condition."""
        super().__init__(message)
        self.message = message


class Transient(InkwellError):
    """Worth another try soon."""

    reason = Reason.UNREACHABLE

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        """Keep how many seconds to wait at least, where the backend said so."""
        super().__init__(message)
        self.retry_after = retry_after


class Unreachable(Transient):
    """The backend does not answer."""

    reason = Reason.UNREACHABLE


class Throttled(Transient):
    """The backend asked for fewer requests."""

    reason = Reason.THROTTLED


class TimedOut(Transient):
    """The backend did not answer in time."""

    reason = Reason.TIMED_OUT


class WriteConflict(Transient):
    """Somebody else changed the same object."""

    reason = Reason.WRITE_CONFLICT


class NotYetApplied(Transient):
    """The backend accepted a change and does not show it yet."""

    reason = Reason.NOT_YET_APPLIED


class NotLeading(Transient):
    """Another replica may act by now: this one writes nothing any more."""

    reason = Reason.WRITE_CONFLICT


class Blocked(Transient):
    """Somebody else must act first; tried again slowly."""

    reason = Reason.DEPENDENCY_NOT_READY


class DependencyNotReady(Blocked):
    """Something that must exist first does not exist yet."""

    reason = Reason.DEPENDENCY_NOT_READY


class ClassNotFound(Blocked):
    """The TenantClass does not exist."""

    reason = Reason.CLASS_NOT_FOUND


class TenantNotReady(Blocked):
    """The namespace belongs to no Tenant that is ready for pipelines."""

    reason = Reason.TENANT_NOT_READY


class SecretMissing(Blocked):
    """A Secret, or a key in one, does not exist."""

    reason = Reason.SECRET_MISSING


class AccessDenied(Blocked):
    """The backend refused the operator's login or rights."""

    reason = Reason.ACCESS_DENIED


class Permanent(InkwellError):
    """Nothing will come of trying again: the spec must change."""

    reason = Reason.INVALID_SPEC


class InvalidSpec(Permanent):
    """The spec contradicts itself or what it refers to."""

    reason = Reason.INVALID_SPEC


class Refused(Permanent):
    """What was asked for would do harm, and was not done."""

    reason = Reason.REFUSED


class NameTaken(Permanent):
    """An object of that name exists and does not carry our mark; it was left alone."""

    reason = Reason.NAME_TAKEN
