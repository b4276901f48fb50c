"""Keeps a canary in the data backends of every class, for the probes of `isolation`.

It is made before the first probe of a class, looked at again after a long while, and removed with
the class. Classes that share servers share the canary too.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from inkwell_api.conditions import Condition, ConditionStatus, Reason
from inkwell_api.tenant_class import TenantClassSpec
from inkwell_operator.backends.run import BeforeWriting, Outcome, attempt
from inkwell_operator.model.errors import AccessDenied, InkwellError, NotYetApplied
from inkwell_operator.model.isolation import (
    absent_canary,
    canary_machine,
    canary_subjects,
    isolated,
)
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import Subject

_RETRY_SECONDS: Final = 60.0
_SOON_SECONDS: Final = 5.0
"""The wait where all of it was made and is not seen yet."""
_NOT_THERE: Final = frozenset({Reason.NAME_TAKEN, Reason.RETAINED_DATA})
"""Refusals after which there is no canary of ours."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How the canary is written in a pass.

    Attributes:
        before_writing: awaited before each write; raises where the pass must not write any more.
        deadline_seconds: longest time for one backend.
    """

    before_writing: BeforeWriting
    deadline_seconds: float

    async def attempt_all(self, backends: Sequence[Any], subject: Subject) -> list[Outcome]:
        """Run all backends for a subject, at the same time."""
        return await asyncio.gather(
            *(
                attempt(
                    backend,
                    subject,
                    before_writing=self.before_writing,
                    deadline_seconds=self.deadline_seconds,
                )
                for backend in backends
            )
        )


@dataclass(frozen=True, slots=True)
class _Kept:
    """A class's canary: for which spec it was made, what is wrong, and until when that holds."""

    spec: TenantClassSpec
    trouble: Condition | None
    until: float


class Canaries:
    """The canaries of all classes."""

    def __init__(
        self, installation: str, keep_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Mark them as this installation's, and look at each again after `keep_seconds`."""
        self._installation = installation
        self._keep_seconds = keep_seconds
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._making: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def trouble(self, class_name: str) -> Condition | None:
        """Return why nothing is proven while there is no canary of a class; None where it is there.

        It is `Pending` where all of it was made and is not seen yet.
        """
        kept = self._kept.get(class_name)
        return None if kept is None else kept.trouble

    async def keep(self, resolved: ResolvedClass, backends: Any, writing: Writing) -> bool:
        """Make the class's canary where it is not known to be there; say whether it is.

        Raises:
            PassOutdated: the pass must not write any more.
        """
        async with self._making[resolved.name]:
            kept = self._kept.get(resolved.name)
            if kept is None or kept.spec != resolved.spec or self._clock() >= kept.until:
                trouble = await self._make(resolved, backends, writing)
                pause = self._keep_seconds
                if trouble is not None:
                    pause = _SOON_SECONDS if trouble.reason is Reason.PENDING else _RETRY_SECONDS
                kept = _Kept(resolved.spec, trouble, self._clock() + pause)
                self._kept[resolved.name] = kept
            return kept.trouble is None

    async def token(self, resolved: ResolvedClass, backends: Any, writing: Writing) -> str:
        """Return a token of the canary's machine; empty where Keycloak gives none now.

        A secret that Keycloak does not take is written anew, once: the operator's own login was
        changed, from which it follows, or another class of the realm wrote another.

        Raises:
            PassOutdated: the pass must not write any more.
        """
        machine = canary_machine(resolved, self._installation)
        try:
            try:
                return str(await backends.keycloak.token_of(machine))
            except AccessDenied:
                self._kept.pop(resolved.name, None)
                if not await self.keep(resolved, backends, writing):
                    return ""
                return str(await backends.keycloak.token_of(machine))
        except InkwellError:
            return ""

    async def remove(self, resolved: ResolvedClass, backends: Any, writing: Writing) -> list[str]:
        """Remove the canary of a class that goes; say what could not be removed, and why.

        Where another class on the same servers still needs it, it is made again before that one's
        next probe.

        Raises:
            PassOutdated: the pass must not write any more.
        """
        async with self._making[resolved.name]:
            able = [one for one in backends.all() if one.condition not in resolved.failures]
            absent = absent_canary(resolved, self._installation)
            outcomes = await writing.attempt_all(able, absent)
            # Also what another class took for made in the meantime.
            self._kept.clear()
        left = [f"{kind.value}: {_cause(error)}" for kind, error in resolved.failures.items()]
        for backend, outcome in zip(able, outcomes, strict=True):
            if outcome.error is not None:
                left.append(f"{backend.condition.value}: {_cause(outcome.error)}")
            left.extend(refusal.message for refusal in outcome.refusals)
        return left

    async def _make(
        self, resolved: ResolvedClass, backends: Any, writing: Writing
    ) -> Condition | None:
        for subject in canary_subjects(resolved, self._installation):
            for outcome in await writing.attempt_all(backends.all(), subject):
                if isinstance(outcome.error, NotYetApplied):
                    return _missing(outcome.error.message, Reason.PENDING)
                if outcome.error is not None:
                    return _missing(_cause(outcome.error))
                for refusal in outcome.refusals:
                    # Another class on the same server may have made it otherwise: it is one still.
                    if refusal.reason in _NOT_THERE:
                        return _missing(refusal.message)
        return None


def _missing(cause: str, reason: Reason = Reason.DEPENDENCY_NOT_READY) -> Condition:
    message = f"the canary could not be made: {cause}"
    return isolated(ConditionStatus.UNKNOWN, reason, message)


def _cause(error: Exception) -> str:
    if isinstance(error, InkwellError):
        return error.message
    return "a defect; the log says more"
