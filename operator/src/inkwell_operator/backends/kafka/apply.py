"""Writes into Kafka, its ledger and its registry; one of each kind for all that wait at a time.

Used by `KafkaBackend`. "Already there" and "already gone" are success, but for a topic: one that is
there since the look may be somebody else's. What is made is marked in the ledger first: an object
without a mark is taken for somebody else's.
"""

from collections.abc import Mapping
from typing import Any

from inkwell_operator.backends.kafka import actions, bindings, errors
from inkwell_operator.backends.kafka.actions import Action
from inkwell_operator.backends.kafka.batch import Batch
from inkwell_operator.backends.kafka.client import Client
from inkwell_operator.backends.kafka.cluster import REQUEST_SECONDS
from inkwell_operator.backends.kafka.desire import looks_as_made
from inkwell_operator.backends.kafka.ledger import Ledger
from inkwell_operator.backends.kafka.registry import Registry
from inkwell_operator.backends.kafka.state import Acl, Entry, OwnedKind, OwnedName, Topic
from inkwell_operator.backends.kafka.wire import WireClient
from inkwell_operator.model.errors import NotYetApplied, WriteConflict
from inkwell_operator.model.ownership import Mark

Outcomes = dict[Any, Exception | None]


class Applier:
    """Carries out actions."""

    def __init__(
        self, client: Client, wire: WireClient, ledger: Ledger, registry: Registry
    ) -> None:
        """Write by these."""
        self._client = client
        self._ledger = ledger
        self._registry = registry
        self._set_quota = Batch(wire.set_quotas, lambda action: action.principal).add
        self._create_topic = Batch(self._create_topics, lambda topic: topic.name).add
        self._delete_topic = Batch(self._delete_topics, str).add
        self._grow_topic = Batch(self._grow_topics, lambda action: action.name).add
        self._set_topic = Batch(self._set_topics, lambda action: action.name).add
        self._put_login = Batch(self._put_logins, lambda action: action.principal).add
        self._drop = Batch(self._drop_credentials, lambda action: action.principal).add
        self._add_acl = Batch(self._add_acls, _itself).add
        self._remove_acl = Batch(self._remove_acls, _itself).add
        self._delete_group = Batch(self._delete_groups, str).add

    async def apply(self, action: Action) -> None:  # noqa: C901, PLR0912 - one case an action
        """Make one write, and what it needs in the ledger before and after it."""
        match action:
            case actions.CreateTopic():
                await self._make_topic(action)
            case actions.GrowTopic():
                await self._grow_topic(action)
            case actions.SetTopic():
                await self._set_topic(action)
            case actions.DeleteTopic(name=name):
                await self._delete_topic(name)
            case actions.PutLogin(principal=principal, mark=mark):
                await self._mark(OwnedKind.LOGIN, principal, mark)
                await self._put_login(action)
            case actions.DropCredential():
                await self._drop(action)
            case actions.AddAcl(acl=acl):
                await self._add_acl(acl)
            case actions.RemoveAcl(acl=acl):
                await self._remove_acl(acl)
            case actions.SetQuota():
                await self._set_quota(action)
            case actions.PutSchema(subject=subject, schema=schema, mark=mark):
                await self._mark(OwnedKind.SCHEMA, subject, mark)
                await self._registry.put(subject, schema)
            case actions.DropSchema(subject=subject):
                await self._registry.drop(subject)
            case actions.DeleteGroup(group=group):
                await self._delete_group(group)
            case actions.WriteMarks(entries=entries):
                await self._ledger.write(entries)

    async def _make_topic(self, action: actions.CreateTopic) -> None:
        name = OwnedName(OwnedKind.TOPIC, action.topic.name)
        await self._ledger.write(((name, Entry(action.mark, is_announced=True)),))
        try:
            await self._create_topic(action.topic)
        except errors.TopicExists:
            await self._demand_own(action.topic.name)
        await self._ledger.write(((name, Entry(action.mark)),))

    async def _demand_own(self, topic: str) -> None:
        """Raise where a topic that is there was not made by a try before this one.

        It stays announced and no more, by which the next look tells that it is somebody else's.

        Raises:
            WriteConflict: somebody else made it since the look that found none.
            NotYetApplied: not every broker knows it yet.
        """
        found = (await self._client.topic_settings({topic})).get(topic)
        if found is None:
            raise NotYetApplied(f"topic {topic} is made in Kafka and not seen yet")
        if not looks_as_made(found.own):
            raise WriteConflict(f"topic {topic} in Kafka was made by somebody else meanwhile")

    async def _mark(self, kind: OwnedKind, name: str, mark: Mark | None) -> None:
        if mark is not None:
            await self._ledger.write(((OwnedName(kind, name), Entry(mark)),))

    async def _create_topics(self, topics: Mapping[str, Topic]) -> Outcomes:
        new = [bindings.new_topic(topic) for topic in topics.values()]
        return await self._client.outcomes(
            lambda admin: admin.create_topics(new, request_timeout=REQUEST_SECONDS)
        )

    async def _delete_topics(self, topics: Mapping[str, str]) -> Outcomes:
        return await self._client.outcomes(
            lambda admin: admin.delete_topics(list(topics), request_timeout=REQUEST_SECONDS),
            {errors.UNKNOWN_TOPIC},
        )

    async def _grow_topics(self, grown: Mapping[str, actions.GrowTopic]) -> Outcomes:
        new = [bindings.grown_topic(action) for action in grown.values()]
        # Too few is what Kafka says to as many as there are; the second look tells the two apart.
        return await self._client.outcomes(
            lambda admin: admin.create_partitions(new, request_timeout=REQUEST_SECONDS),
            {errors.INVALID_PARTITIONS},
        )

    async def _set_topics(self, changed: Mapping[str, actions.SetTopic]) -> Outcomes:
        resources = [bindings.changed_settings(action) for action in changed.values()]
        outcomes = await self._client.outcomes(
            lambda admin: admin.incremental_alter_configs(
                resources, request_timeout=REQUEST_SECONDS
            )
        )
        return {resource.name: outcome for resource, outcome in outcomes.items()}

    async def _put_logins(self, logins: Mapping[str, actions.PutLogin]) -> Outcomes:
        changes = [bindings.credential(action) for action in logins.values()]
        return await self._alter_credentials(changes)

    async def _drop_credentials(self, drops: Mapping[str, actions.DropCredential]) -> Outcomes:
        changes = [bindings.dropped_credential(action) for action in drops.values()]
        return await self._alter_credentials(changes)

    async def _alter_credentials(self, changes: list[Any]) -> Outcomes:
        return await self._client.outcomes(
            lambda admin: admin.alter_user_scram_credentials(
                changes, request_timeout=REQUEST_SECONDS
            ),
            {errors.RESOURCE_NOT_FOUND},
        )

    async def _add_acls(self, acls: Mapping[Acl, Acl]) -> Outcomes:
        wanted = {acl: bindings.new_acl(acl) for acl in acls}
        outcomes = await self._client.outcomes(
            lambda admin: admin.create_acls(list(wanted.values()), request_timeout=REQUEST_SECONDS)
        )
        return {acl: outcomes[binding] for acl, binding in wanted.items() if binding in outcomes}

    async def _remove_acls(self, acls: Mapping[Acl, Acl]) -> Outcomes:
        wanted = {acl: bindings.exactly(acl) for acl in acls}
        outcomes = await self._client.outcomes(
            lambda admin: admin.delete_acls(list(wanted.values()), request_timeout=REQUEST_SECONDS)
        )
        return {acl: outcomes[filter_] for acl, filter_ in wanted.items() if filter_ in outcomes}

    async def _delete_groups(self, groups: Mapping[str, str]) -> Outcomes:
        return await self._client.outcomes(
            lambda admin: admin.delete_consumer_groups(
                list(groups), request_timeout=REQUEST_SECONDS
            ),
            {errors.UNKNOWN_GROUP},
        )


def _itself(acl: Acl) -> Acl:
    return acl
