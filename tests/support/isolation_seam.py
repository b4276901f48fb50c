"""Stands in for the probes where a test is about something else."""

from typing import Any

from inkwell_api.conditions import Condition, ConditionType
from inkwell_operator.proofs import Proofs
from inkwell_operator.reconcilers.report import as_specified


class Proven:
    """Every login was tried and refused.

    Attributes:
        proofs: none is begun.
        serves: whether the last pass said that the workers are up.
    """

    serves = False

    def __init__(self) -> None:
        self.proofs = Proofs()

    def is_due(self, subject: Any, *, serves: bool) -> bool:
        del subject, serves
        return False

    def is_open(self, subject: Any, *, serves: bool) -> bool:
        del subject, serves
        return False

    def told(self, subject: Any, before: Condition | None, *, serves: bool) -> Condition:
        del subject, before
        self.serves = serves
        return as_specified(ConditionType.ISOLATED)

    def kept(self, before: Condition | None) -> None:
        del before

    def forget(self, uid: str) -> None:
        del uid
