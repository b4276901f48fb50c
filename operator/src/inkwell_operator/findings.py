"""What the last pass over each Tenant found, for the passes over its pipelines.

It is kept in memory: a status can be edited by whoever has the right to, and is never an input.
After a start nothing is known of a Tenant until its first pass; its pipelines wait for that.
"""

from dataclasses import dataclass, field

from inkwell_api.conditions import Condition, ConditionStatus, ConditionType, Reason
from inkwell_operator.model.errors import TenantNotReady


@dataclass(frozen=True, slots=True)
class TenantFindings:
    """What a pass over a Tenant found.

    Attributes:
        uid: of the Tenant.
        gateway_url: where its API is reached; empty while that is not known.
        conditions: by type.
    """

    uid: str
    gateway_url: str
    conditions: dict[ConditionType, Condition] = field(default_factory=dict)

    def demand(self, tenant: str, kind: ConditionType) -> None:
        """Go on only where a condition of the Tenant is True, or tells of openings by others alone.

        Raises:
            TenantNotReady: it is not; the message is the condition's.
        """
        condition = self.conditions.get(kind)
        if condition is not None and condition.reason is Reason.LET_IN:
            return
        if condition is None or condition.status is not ConditionStatus.TRUE:
            message = condition.message if condition else "not looked at yet"
            raise TenantNotReady(f"Tenant {tenant}: {kind.value} is not True: {message}")


class Findings:
    """The findings of all Tenants."""

    def __init__(self) -> None:
        """Start knowing nothing."""
        self._found: dict[str, TenantFindings] = {}

    def of_tenant(self, tenant: str, uid: str) -> TenantFindings | None:
        """Return what the last pass found, or None when there was none since the start."""
        found = self._found.get(tenant)
        return found if found is not None and found.uid == uid else None

    def record(self, tenant: str, found: TenantFindings) -> bool:
        """Remember what a pass found; say whether the one before found something else."""
        has_changed = self._found.get(tenant) != found
        self._found[tenant] = found
        return has_changed

    def forget(self, tenant: str) -> None:
        """Drop a Tenant that is gone."""
        self._found.pop(tenant, None)
