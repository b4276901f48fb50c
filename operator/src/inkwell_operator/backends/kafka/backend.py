"""Kafka: topics, schemas, logins, rights and quotas of tenants and pipelines."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from inkwell_api.conditions import ConditionType
from inkwell_operator.backends.grouped_reads import GroupedReads
from inkwell_operator.backends.kafka import diff as actions
from inkwell_operator.backends.kafka.client import Client
from inkwell_operator.backends.kafka.desire import Desired, desire
from inkwell_operator.backends.kafka.diff import Action, diff
from inkwell_operator.backends.kafka.registry import Registry
from inkwell_operator.backends.kafka.state import Acl, Observed, Schema, Topic
from inkwell_operator.backends.kafka.wire import WireClient
from inkwell_operator.model.plan import Plan, Step
from inkwell_operator.model.validate import KafkaTarget, Subject

_SETTLE_SECONDS: Final = 3.0
"""How long a broker may take to show what its controller has accepted."""
_LOOK_AGAIN_SECONDS: Final = 0.03


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a tenant to read: what is named, or with `is_open` all that has its prefix."""

    tenant: str
    topics: frozenset[str]
    subjects: frozenset[str]
    principals: frozenset[str]
    is_open: bool


class KafkaBackend:
    """The backend of one Kafka cluster and its schema registry."""

    condition = ConditionType.KAFKA_READY

    def __init__(self, target: KafkaTarget) -> None:
        """Connect when first used."""
        self._client = Client(target)
        self._wire = WireClient(target)
        self._registry = Registry(target)
        self._reads = GroupedReads(self._read)
        self._unseen: defaultdict[str, set[str]] = defaultdict(set)
        self._written_at: dict[str, float] = {}

    async def aclose(self) -> None:
        """Close every connection."""
        await asyncio.gather(self._wire.aclose(), self._registry.aclose())

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
            if not targets & self._unseen[tenant] or late > _SETTLE_SECONDS:
                self._unseen.pop(tenant, None)
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
            await self._write(step.action)
            self._unseen[tenant].add(step.target)
        finally:
            self._written_at[tenant] = time.monotonic()
            self._reads.invalidate(tenant)

    async def read_lag(self, groups: Mapping[str, Collection[str]]) -> dict[str, dict[str, int]]:
        """Return for each group and topic how many records wait; few requests for any number."""
        return await self._wire.lag(groups)

    async def _write(self, action: Action) -> None:  # noqa: C901 - one case an action
        match action:
            case actions.CreateTopic(topic=topic):
                await self._client.create_topic(topic)
            case actions.GrowTopic():
                await self._client.grow_topic(action)
            case actions.SetTopic():
                await self._client.set_topic(action)
            case actions.DeleteTopic(name=name):
                await self._client.delete_topic(name)
            case actions.PutLogin():
                await self._client.put_login(action)
            case actions.DropLogin(principal=principal):
                await self._client.drop_login(principal)
            case actions.AddAcl(acl=acl):
                await self._client.add_acl(acl)
            case actions.RemoveAcl(acl=acl):
                await self._client.remove_acl(acl)
            case actions.SetQuota():
                await self._wire.set_quota(action)
            case actions.PutSchema(subject=subject, schema=schema):
                await self._registry.put(subject, schema)
            case actions.DropSchema(subject=subject):
                await self._registry.drop(subject)
            case actions.DeleteGroup(group=group):
                await self._client.delete_group(group)

    async def _look(self, desired: Desired) -> Observed:
        part = _Part(
            tenant=desired.tenant,
            topics=frozenset(desired.topics),
            subjects=frozenset(desired.schemas),
            principals=frozenset({*desired.logins, *(acl.principal for acl in desired.acls)}),
            is_open=desired.is_absent,
        )
        snapshot = await self._reads.snapshot_for(desired.tenant, part)
        observed = snapshot.get(desired.tenant, Observed())
        if desired.is_data_gone:
            groups = {g for g in await self._client.groups() if g.startswith(desired.prefix)}
            observed = replace(observed, groups=frozenset(groups))
        return observed

    async def _read(self, parts: frozenset[_Part] | None) -> Mapping[str, Observed]:
        """Read all that the parts name, or everything that has the shape of ours."""
        is_open = parts is None or any(part.is_open for part in parts)
        wanted = parts or frozenset()
        topics = frozenset[str]().union(*(part.topics for part in wanted))
        subjects = frozenset[str]().union(*(part.subjects for part in wanted))
        principals = frozenset[str]().union(*(part.principals for part in wanted))
        sizes, logins, acls, quotas, listed = await asyncio.gather(
            self._client.topics(None if is_open else topics),
            self._client.logins(),
            self._client.acls(None if is_open else principals),
            self._wire.quotas(None if is_open else principals),
            self._listed_subjects(is_needed=is_open),
        )
        if parts is None:
            topics, subjects = frozenset(filter(_has_our_shape, sizes)), listed
        else:
            prefixes = tuple(f"{part.tenant}." for part in wanted if part.is_open)
            subjects |= {name for name in listed if name.startswith(prefixes)}
        settings, schemas = await asyncio.gather(
            self._client.topic_settings(topics & sizes.keys()),
            self._registry.schemas(sorted(subjects), may_keep=parts is None),
        )
        found = {
            name: Topic(name, partitions, replicas, settings.get(name, frozenset()))
            for name, (partitions, replicas) in sizes.items()
        }
        return _by_tenant(Observed(found, logins, acls, quotas, schemas))

    async def _listed_subjects(self, *, is_needed: bool) -> frozenset[str]:
        if not is_needed:
            return frozenset()
        return frozenset(filter(_has_our_shape, await self._registry.subjects()))


def _has_our_shape(name: str) -> bool:
    return len(name.split(".")) == len(("tenant", "pipeline", "kind"))


def _by_tenant(everything: Observed) -> Mapping[str, Observed]:
    topics: defaultdict[str, dict[str, Topic]] = defaultdict(dict)
    logins: defaultdict[str, dict[str, int]] = defaultdict(dict)
    acls: defaultdict[str, set[Acl]] = defaultdict(set)
    quotas: defaultdict[str, dict[str, Mapping[str, float]]] = defaultdict(dict)
    schemas: defaultdict[str, dict[str, Schema]] = defaultdict(dict)
    for topic in everything.topics.values():
        topics[_tenant(topic.name)][topic.name] = topic
    for principal, iterations in everything.logins.items():
        logins[_tenant(principal)][principal] = iterations
    for acl in everything.acls:
        acls[_tenant(acl.principal)].add(acl)
    for principal, quota in everything.quotas.items():
        quotas[_tenant(principal)][principal] = quota
    for subject, schema in everything.schemas.items():
        schemas[_tenant(subject)][subject] = schema
    return {
        tenant: Observed(
            topics[tenant], logins[tenant], frozenset(acls[tenant]), quotas[tenant], schemas[tenant]
        )
        for tenant in {*topics, *logins, *acls, *quotas, *schemas}
    }


def _tenant(name: str) -> str:
    return name.partition(".")[0]
