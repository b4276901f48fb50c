"""The protocol of a backend: a system that the operator provisions in.

A backend is made once for the endpoints of a TenantClass and serves every tenant of that class,
concurrently. A sixth backend is one more folder with the same file names.
"""

from typing import Protocol, TypeVar

from inkwell_api.conditions import ConditionType
from inkwell_operator.model.plan import Plan, Step
from inkwell_operator.model.validate import Subject

D = TypeVar("D")
O = TypeVar("O")  # noqa: E741 - O is the observed state throughout the design
A = TypeVar("A")


class Backend(Protocol[D, O, A]):
    """Desire, observe, diff, apply: nothing else is asked of a backend.

    Type variables: `D` the desired state, `O` the observed state, `A` the union of actions that
    `apply` understands.
    """

    @property
    def condition(self) -> ConditionType:
        """The condition that tells how this backend is."""
        ...

    def desire(self, subject: Subject) -> D:
        """Say what should be there for `subject`; for an `Absent` one, what should be gone.

        Pure: no I/O, no clock, no random. A tenant's and a pipeline's desired states never claim
            the same object.
        """
        ...

    async def observe(self, desired: D) -> O:
        """Read what is there of what `desired` is about, and what of ours it does not want.

        Writes nothing. Raises only `InkwellError`s; what does not exist is a value, never an error.
        """
        ...

    def diff(self, desired: D, observed: O) -> Plan[A]:
        """Say what would turn `observed` into `desired`. Pure; `diff` of equal states is empty.

        An object of the wanted name without our mark is a `Refusal` with reason NAME_TAKEN.
        """
        ...

    async def apply(self, step: Step[A]) -> None:
        """Make one write. Safe to repeat: "already there" and "already gone" are success."""
        ...


class ClosableBackend(Backend[D, O, A], Protocol[D, O, A]):
    """A backend that holds connections."""

    async def aclose(self) -> None:
        """Close every connection; the backend is not used afterwards."""
        ...
