"""Reads of Kafka, its ledger and its registry, put together for each tenant.

Used by `KafkaBackend`. Writes nothing. Everything is read in one request of each kind for all
tenants together, or by name for one; the ledger last, so that an object that is seen has its mark.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from inkwell_api import names
from inkwell_operator.backends.kafka.client import Client
from inkwell_operator.backends.kafka.ledger import Ledger
from inkwell_operator.backends.kafka.registry import Registry
from inkwell_operator.backends.kafka.state import (
    THE_CLUSTER,
    Acl,
    Entry,
    Login,
    Observed,
    OwnedName,
    Schema,
    Topic,
)
from inkwell_operator.backends.kafka.wire import WireClient
from inkwell_operator.model.errors import TimedOut, Unreachable


@dataclass(frozen=True, slots=True)
class Part:
    """What of a tenant to read.

    Attributes:
        tenant: its name.
        topics: by name.
        subjects: of the registry, by name.
        principals: by name.
        resources: type and name each; entries of anybody on them.
        is_open: all that has the tenant's prefix, whatever it is named.
    """

    tenant: str
    topics: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    principals: frozenset[str] = frozenset()
    resources: frozenset[tuple[str, str]] = frozenset()
    is_open: bool = False


@dataclass(slots=True)
class _Found:
    """What was read, by tenant, while it is being sorted."""

    topics: dict[str, Topic] = field(default_factory=dict)
    logins: dict[str, Login] = field(default_factory=dict)
    acls: set[Acl] = field(default_factory=set)
    quotas: dict[str, Mapping[str, float]] = field(default_factory=dict)
    schemas: dict[str, Schema] = field(default_factory=dict)


class Observer:
    """Reads what `Part`s name."""

    def __init__(
        self, client: Client, wire: WireClient, ledger: Ledger, registry: Registry
    ) -> None:
        """Read by these."""
        self._client = client
        self._wire = wire
        self._ledger = ledger
        self._registry = registry

    async def read(self, parts: frozenset[Part] | None) -> Mapping[str, Observed]:
        """Read all that the parts name, or everything that has the shape of ours."""
        wanted = _joined(parts)
        everybody = None if wanted.is_open else wanted.principals
        calls = (
            asyncio.create_task(self._client.topics(None if wanted.is_open else wanted.topics)),
            asyncio.create_task(self._client.acls(everybody, {*wanted.resources, THE_CLUSTER})),
            asyncio.create_task(self._wire.logins(everybody)),
            asyncio.create_task(self._wire.quotas(everybody)),
            asyncio.create_task(self._listed_subjects(is_needed=wanted.is_open)),
        )
        await _ended(calls)
        shapes, acls, logins, quotas, listed = await asyncio.gather(*calls)
        topics, subjects = wanted.topics, wanted.subjects
        if parts is None:
            topics, subjects = frozenset(filter(_has_our_shape, shapes)), listed
        else:
            prefixes = tuple(names.topic_prefix(part.tenant) for part in parts if part.is_open)
            topics |= {name for name in shapes if name.startswith(prefixes)}
            subjects |= {name for name in listed if name.startswith(prefixes)}
        settings, schemas = await asyncio.gather(
            self._client.topic_settings(topics & shapes.keys()),
            self._registry.schemas(sorted(subjects), may_keep=parts is None),
        )
        # Begun when all else is read: what is made meanwhile is marked before it is there, so that
        # whatever was seen has its mark by now. Read beside the rest, the ledger could lack the
        # mark of a subject of ours, and that would be refused as somebody else's.
        ledger = await self._ledger.read(None if parts is None else {part.tenant for part in parts})
        found = {
            name: Topic(
                name, shape.partitions, shape.replication, settings[name].own,
                settings[name].inherited,
            )
            for name, shape in shapes.items()
            if name in settings
        }  # fmt: skip
        return _by_tenant(Observed(found, logins, acls, quotas, schemas), ledger)

    async def groups_of(self, tenant: str) -> frozenset[str]:
        """Return the consumer groups with the tenant's prefix."""
        prefix = names.topic_prefix(tenant)
        return frozenset(group for group in await self._client.groups() if group.startswith(prefix))

    async def _listed_subjects(self, *, is_needed: bool) -> frozenset[str]:
        if not is_needed:
            return frozenset()
        return frozenset(filter(_has_our_shape, await self._registry.subjects()))


async def _ended(calls: Collection[asyncio.Task[Any]]) -> None:
    """Wait until all have ended; raise, of their errors, the one that says most.

    The two drivers may give up at different moments, and only one of them be able to say why.
    """
    answers = await asyncio.gather(*calls, return_exceptions=True)
    failures = [answer for answer in answers if isinstance(answer, BaseException)]
    if failures:
        raise min(failures, key=_silence)


def _silence(error: BaseException) -> int:
    """Return how little an error says of what is wrong."""
    return 2 if isinstance(error, TimedOut) else 1 if isinstance(error, Unreachable) else 0


def _joined(parts: frozenset[Part] | None) -> Part:
    if parts is None:
        return Part("", is_open=True)
    return Part(
        tenant="",
        topics=frozenset[str]().union(*(part.topics for part in parts)),
        subjects=frozenset[str]().union(*(part.subjects for part in parts)),
        principals=frozenset[str]().union(*(part.principals for part in parts)),
        resources=frozenset[tuple[str, str]]().union(*(part.resources for part in parts)),
        is_open=any(part.is_open for part in parts),
    )


def _has_our_shape(name: str) -> bool:
    return len(name.split(".")) == len(("tenant", "pipeline", "kind"))


def _by_tenant(
    everything: Observed, ledger: Mapping[str, Mapping[OwnedName, Entry]]
) -> Mapping[str, Observed]:
    found: defaultdict[str, _Found] = defaultdict(_Found)
    for topic in everything.topics.values():
        found[_tenant(topic.name)].topics[topic.name] = topic
    for principal, login in everything.logins.items():
        found[_tenant(principal)].logins[principal] = login
    for principal, quota in everything.quotas.items():
        found[_tenant(principal)].quotas[principal] = quota
    for subject, schema in everything.schemas.items():
        found[_tenant(subject)].schemas[subject] = schema
    wide = set()
    for acl in everything.acls:
        found[_tenant(acl.principal)].acls.add(acl)
        if "." in acl.name:
            found[_tenant(acl.name)].acls.add(acl)
        else:
            wide.add(acl)
    return {
        tenant: Observed(
            one.topics,
            one.logins,
            frozenset(one.acls | wide),
            one.quotas,
            one.schemas,
            ledger.get(tenant, {}),
        )
        for tenant in {*found, *ledger}
        for one in (found[tenant],)
    }


def _tenant(name: str) -> str:
    return name.partition(".")[0]
