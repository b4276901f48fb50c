"""Kafka: topics, schemas, logins, rights and quotas of tenants and pipelines."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from inkwell_api.conditions import ConditionType
from inkwell_operator.backends.grouped_reads import GroupedReads
from inkwell_operator.backends.kafka.actions import Action
from inkwell_operator.backends.kafka.apply import Applier
from inkwell_operator.backends.kafka.client import Client
from inkwell_operator.backends.kafka.cluster import Cluster
from inkwell_operator.backends.kafka.desire import Desired, desire
from inkwell_operator.backends.kafka.diff import diff
from inkwell_operator.backends.kafka.lag import Lag, lag_of
from inkwell_operator.backends.kafka.ledger import Ledger
from inkwell_operator.backends.kafka.observe import Observer, Part
from inkwell_operator.backends.kafka.registry import Registry
from inkwell_operator.backends.kafka.state import Observed
from inkwell_operator.backends.kafka.wire import WireClient
from inkwell_operator.backends.server import Server
from inkwell_operator.model.plan import Plan, Step
from inkwell_operator.model.targets import KafkaTarget
from inkwell_operator.model.validate import Subject

_SETTLE_SECONDS: Final = 3.0
"""How long a broker may take to show what its controller has accepted."""
_LOOK_AGAIN_SECONDS: Final = 0.03


class KafkaBackend:
    """The backend of one Kafka cluster and its schema registry."""

    condition = ConditionType.KAFKA_READY

    def __init__(self, target: KafkaTarget, registry: Server | None = None) -> None:
        """Connect when first used; `registry` is what all clusters of one registry share."""
        self._cluster = Cluster(target)
        self._client = Client(self._cluster)
        self._wire = WireClient(self._cluster)
        self._ledger = Ledger(self._cluster, self._client)
        self._registry = Registry(target, registry)
        rooms = (self._client, self._wire, self._ledger, self._registry)
        self._observer = Observer(*rooms)
        self._applier = Applier(*rooms)
        self._reads = GroupedReads(self._observer.read)
        self._awaited: defaultdict[str, set[str]] = defaultdict(set)
        self._written_at: dict[str, float] = {}

    async def aclose(self) -> None:
        """Close every connection; a pass that still holds this backend opens none again."""
        self._cluster.refuse_calls()
        try:
            await asyncio.gather(
                self._wire.aclose(), self._ledger.aclose(), self._registry.aclose()
            )
        finally:
            self._client.close()
            self._cluster.close()

    def desire(self, subject: Subject) -> Desired:
        """Say what should be there for `subject`."""
        return desire(subject)

    async def observe(self, desired: Desired) -> Observed:
        """Read what there is; what was just written is waited for, as brokers follow a little late.

        Only steps that this backend made itself are waited for, so drift is seen at once.
        """
        tenant = desired.tenant
        while True:
            observed = await self._look(desired)
            targets = {step.target for step in diff(desired, observed).steps}
            late = time.monotonic() - self._written_at.get(tenant, float("-inf"))
            if not targets & self._awaited[tenant] or late > _SETTLE_SECONDS:
                self._awaited.pop(tenant, None)
                return observed
            self._reads.invalidate(tenant)
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    def diff(self, desired: Desired, observed: Observed) -> Plan[Action]:
        """Say what would turn `observed` into `desired`."""
        return diff(desired, observed)

    async def apply(self, step: Step[Action]) -> None:
        """Make one write; writes of the same kind that wait at the same time go out together."""
        tenant = step.action.tenant
        try:
            await self._applier.apply(step.action)
            self._awaited[tenant].add(step.target)
        finally:
            self._written_at[tenant] = time.monotonic()
            self._reads.invalidate(tenant)

    async def read_lag(self, groups: Mapping[str, Collection[str]]) -> Lag:
        """Return for each group and topic how many records wait, or None where that is not known.

        Few requests for any number of groups.
        """
        return lag_of(groups, await self._wire.offsets(groups))

    async def _look(self, desired: Desired) -> Observed:
        part = Part(
            tenant=desired.tenant,
            topics=frozenset(desired.topics),
            subjects=frozenset(desired.schemas),
            principals=frozenset({*desired.logins, *(acl.principal for acl in desired.acls)}),
            resources=desired.resources,
            is_open=desired.is_absent,
        )
        snapshot = await self._reads.snapshot_for(desired.tenant, part)
        observed = snapshot.get(desired.tenant, Observed())
        if desired.is_data_gone:
            observed = replace(observed, groups=await self._observer.groups_of(desired.tenant))
        return observed
