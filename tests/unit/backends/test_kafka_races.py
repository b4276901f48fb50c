"""What is made in Kafka, by us or by somebody else, between our look and our write."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka.admin import NewTopic

from inkwell_api.conditions import Reason
from inkwell_operator.backends.kafka import actions, errors
from inkwell_operator.backends.kafka.apply import Applier
from inkwell_operator.backends.kafka.client import TopicSettings
from inkwell_operator.backends.kafka.desire import desire
from inkwell_operator.backends.kafka.diff import diff
from inkwell_operator.backends.kafka.observe import Observer, Part
from inkwell_operator.backends.kafka.state import (
    THE_CLUSTER,
    Acl,
    Entry,
    Observed,
    OwnedName,
    Schema,
    Topic,
)
from inkwell_operator.model.errors import InkwellError, NotYetApplied, WriteConflict
from inkwell_operator.model.plan_text import render_plan
from support import make
from support.kafka_world import made, owned, with_topic

PIPELINE = desire(make.pipeline())
UPLOADED = "acme.invoices.uploaded"
SUBJECT = f"{UPLOADED}-value"
WANTED = PIPELINE.topics[UPLOADED]
MARK = PIPELINE.claim.mark
ANNOUNCED, MADE = Entry(MARK, is_announced=True), Entry(MARK)
FOREIGN = frozenset({("cleanup.policy", "compact")})
ALTERED = WANTED.settings | {("max.message.bytes", "1000")}
MAKE = actions.CreateTopic("acme", WANTED, MARK)
LEDGER = {owned("topic", UPLOADED): ANNOUNCED}


class Kafka:
    """Topics, and what the ledger says; it is client and ledger at once."""

    def __init__(self, settings: frozenset[tuple[str, str]] | None = None) -> None:
        self.topics = {} if settings is None else {UPLOADED: settings}
        self.ledger: dict[OwnedName, Entry | None] = {}
        self.is_behind = False

    def create_topics(self, new: list[NewTopic], **_: Any) -> dict[str, InkwellError | None]:
        code = errors.TOPIC_EXISTS
        found = {one.topic for one in new} & self.topics.keys()
        self.topics |= {one.topic: WANTED.settings for one in new if one.topic not in found}
        return {one.topic: errors.translate(code, "") if found else None for one in new}

    async def outcomes(
        self, ask: Callable[[Any], dict[str, Any]], done: Collection[int] = ()
    ) -> dict[str, Any]:
        return dict.fromkeys(ask(self)) if done else ask(self)

    async def topic_settings(self, wanted: Collection[str]) -> dict[str, TopicSettings]:
        found = {} if self.is_behind else self.topics
        return {name: TopicSettings(own=found[name]) for name in wanted if name in found}

    async def write(self, entries: tuple[tuple[OwnedName, Entry | None], ...]) -> None:
        self.ledger.update(entries)


def applier(kafka: Kafka) -> Applier:
    rooms: Any = kafka
    others: Any = SimpleNamespace(set_quotas=None)
    return Applier(rooms, others, rooms, others)


@pytest.mark.parametrize("settings", [None, WANTED.settings, ALTERED])
async def test_a_topic_that_an_earlier_try_may_have_made_is_ours(
    settings: frozenset[tuple[str, str]] | None,
) -> None:
    kafka = Kafka(settings)
    await applier(kafka).apply(MAKE)
    assert kafka.ledger == {owned("topic", UPLOADED): MADE}


@pytest.mark.parametrize("settings", [FOREIGN, frozenset()])
async def test_a_topic_that_somebody_else_made_meanwhile_is_not_taken_for_ours(
    settings: frozenset[tuple[str, str]],
) -> None:
    kafka = Kafka(settings)
    with pytest.raises(WriteConflict, match=f"{UPLOADED} in Kafka was made by somebody else"):
        await applier(kafka).apply(MAKE)
    assert kafka.ledger == LEDGER


async def test_a_topic_that_no_broker_shows_yet_is_waited_for() -> None:
    kafka = Kafka(FOREIGN)
    kafka.is_behind = True
    with pytest.raises(NotYetApplied):
        await applier(kafka).apply(MAKE)
    assert kafka.ledger == LEDGER


def overtaken() -> Observed:
    """Return the pipeline of which somebody else made a topic after it was announced."""
    existing = made(PIPELINE)
    ledger = {**existing.ledger, **LEDGER, owned("login", "acme.gateway"): MADE}
    foreign = Topic(UPLOADED, 7, 1, FOREIGN)
    return replace(with_topic(existing, foreign), ledger=ledger)


def test_a_topic_that_somebody_else_made_is_refused_and_our_logins_leave_it() -> None:
    plan = diff(PIPELINE, overtaken())
    assert [refusal.reason for refusal in plan.refusals] == [Reason.NAME_TAKEN]
    mine = sorted(str(acl) for acl in PIPELINE.acls if acl.name == UPLOADED)
    assert [step.target for step in plan.steps] == [
        *(f"acl {acl}" for acl in mine),
        "marks of acme.invoices",
    ]
    assert all(line.startswith("- ") for line in render_plan(plan)[: len(plan.steps)])
    assert plan.steps[-1].action == actions.WriteMarks("acme", ((owned("topic", UPLOADED), None),))


@pytest.mark.parametrize("retain", [True, False])
def test_a_deletion_leaves_the_topic_that_somebody_else_made(retain: bool) -> None:  # noqa: FBT001 - a case
    plan = diff(desire(make.absent(pipeline="invoices", retain=retain)), overtaken())
    assert not [step for step in plan.steps if step.target == f"topic {UPLOADED}"]


def test_a_topic_that_was_announced_and_made_as_ours_are_is_ours() -> None:
    ledger = {**made(PIPELINE).ledger, **LEDGER}
    plan = diff(PIPELINE, replace(made(PIPELINE), ledger=ledger))
    assert render_plan(plan) == (f"~ marks of acme.invoices: topic {UPLOADED}",)


class Reads:
    """A Kafka and a registry in which a schema is made while schemas are read."""

    def __init__(self) -> None:
        self.marked: dict[OwnedName, Entry] = {}
        self.asked: set[tuple[str, str]] = set()

    async def topics(self, _: Collection[str] | None) -> dict[str, Any]:
        return {}

    logins = quotas = topic_settings = topics

    async def acls(self, _: Any, resources: Collection[tuple[str, str]]) -> frozenset[Acl]:
        self.asked = set(resources)
        return frozenset()

    async def schemas(self, wanted: Collection[str], *, may_keep: bool) -> dict[str, Schema]:
        assert not may_keep
        await asyncio.sleep(0)
        self.marked[owned("schema", SUBJECT)] = MADE
        return {name: PIPELINE.schemas[name] for name in wanted}

    async def read(self, tenants: Collection[str]) -> Mapping[str, Mapping[OwnedName, Entry]]:
        return {tenant: dict(self.marked) for tenant in tenants}


def observer(reads: Reads) -> Observer:
    rooms: Any = reads
    return Observer(rooms, rooms, rooms, rooms)


async def test_a_schema_that_is_made_while_we_look_has_its_mark() -> None:
    part = Part("acme", subjects=frozenset({SUBJECT}))
    found = (await observer(Reads()).read(frozenset({part})))["acme"]
    assert found.schemas.keys() == {SUBJECT}
    assert owned("schema", SUBJECT) in found.ledger


async def test_rights_on_the_cluster_itself_are_looked_at_for_every_tenant() -> None:
    reads = Reads()
    await observer(reads).read(frozenset({Part("acme")}))
    assert reads.asked == {THE_CLUSTER}
