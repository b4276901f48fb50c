"""A world for proofs of isolation: a clock that a test sets, and systems that answer as it says."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from inkwell_api.conditions import ConditionStatus, Reason
from inkwell_operator.canaries import Writing
from inkwell_operator.model.isolation import Probe, Verdict, isolated
from inkwell_operator.model.validate import ValidatedTenant
from support import make

PROVEN = isolated(ConditionStatus.TRUE, Reason.AS_SPECIFIED, "its logins were refused")
OPEN = isolated(ConditionStatus.FALSE, Reason.LET_IN, "acme.invoices.ocr reads a table")
NO_BACKENDS: Any = SimpleNamespace(all=lambda: ())


async def allowed() -> None:
    """Let every write pass."""


WRITING = Writing(allowed, 5.0)


class Answers:
    """What every system says to a probe."""

    verdict = Verdict.REFUSED

    def blocking(self, *_: object) -> tuple[Probe, ...]:
        """Answer for a driver that blocks."""
        return (Probe("reads a topic", self.verdict),)

    async def awaited(self, *_: object) -> tuple[Probe, ...]:
        """Answer for one that does not."""
        return (Probe("reads a table", self.verdict),)


class Clock:
    """A time that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def of_uid(uid: str) -> ValidatedTenant:
    tenant = make.tenant()
    mark = replace(tenant.claim.mark, uid=uid)
    return replace(tenant, claim=replace(tenant.claim, mark=mark))
