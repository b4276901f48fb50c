"""What would turn the observed Kafka into the desired one. Pure.

Each object is judged first (`judgement`): nothing is planned of one that is not ours, nor on it.
Topics and schemas are here, logins with their rights and quotas in `rights`, and what a deletion
takes away in `removal`.
"""

import json
from typing import Any, Final

from inkwell_api import names
from inkwell_operator.backends.kafka.actions import (
    Action,
    CreateTopic,
    DeleteTopic,
    DropSchema,
    GrowTopic,
    PutSchema,
    SetTopic,
)
from inkwell_operator.backends.kafka.desire import Desired
from inkwell_operator.backends.kafka.judgement import (
    Judgement,
    claimed_elsewhere,
    judgement_for,
)
from inkwell_operator.backends.kafka.marks import plan_marks
from inkwell_operator.backends.kafka.order import Order
from inkwell_operator.backends.kafka.removal import plan_removal
from inkwell_operator.backends.kafka.rights import plan_rights
from inkwell_operator.backends.kafka.state import Observed, OwnedKind, OwnedName, Schema, Topic
from inkwell_operator.model.ownership import Ownership
from inkwell_operator.model.plan import FieldChange, Plan, PlanBuilder, Risk, Step, Verb

RESET_SETTINGS: Final = frozenset(
    {"max.message.bytes", "retention.bytes", "unclean.leader.election.enable"}
)
"""Settings that are never ours and that refuse events or lose records: reset where they are set.

Every other setting that somebody made on a topic is left alone, such as the throttles under which
Kafka's own tools move replicas.
"""
_KEPT_FOR_EVER: Final = -1


def diff(desired: Desired, observed: Observed) -> Plan[Action]:
    """Say what would turn `observed` into `desired`; partitions only ever grow."""
    plan: PlanBuilder[Action] = PlanBuilder()
    judged = judgement_for(desired, observed)
    if desired.is_absent:
        plan_removal(plan, desired, observed, judged)
        return plan.build()
    plan_marks(plan, desired, judged, _existing(desired, observed))
    withheld = {
        name
        for name, topic in sorted(desired.topics.items())
        if not _plan_topic(plan, desired.tenant, topic, observed.topics.get(name), judged)
    }
    plan_rights(plan, desired, observed, judged, frozenset(withheld))
    refused = {names.subject(name) for name in withheld if not _is_erased(judged, name)}
    for subject, schema in sorted(desired.schemas.items()):
        if subject not in refused:
            owned = OwnedName(OwnedKind.SCHEMA, subject)
            pair = schema, observed.schemas.get(subject)
            _plan_schema(plan, desired.tenant, owned, pair, judged)
    return plan.build()


def _existing(desired: Desired, observed: Observed) -> set[OwnedName]:
    """Return the objects that are wanted and there."""
    by_kind = {
        OwnedKind.TOPIC: desired.topics.keys() & observed.topics.keys(),
        OwnedKind.LOGIN: desired.logins.keys() & observed.logins.keys(),
        OwnedKind.SCHEMA: desired.schemas.keys() & observed.schemas.keys(),
    }
    return {OwnedName(kind, name) for kind, found in by_kind.items() for name in found}


def _plan_topic(
    plan: PlanBuilder[Action], tenant: str, want: Topic, have: Topic | None, judged: Judgement
) -> bool:
    """Plan one topic, and say whether it may be used: it is ours, or is about to be."""
    owned = OwnedName(OwnedKind.TOPIC, want.name)
    if have is None:
        return _plan_new_topic(plan, tenant, want, judged)
    match judged.of(owned):
        case Ownership.FOREIGN | Ownership.RETAINED:
            plan.add_refusal(judged.refusal(owned, have))
            return False
        case Ownership.ERASE:
            erase = DeleteTopic(tenant, want.name)
            plan.add(Step(Verb.DELETE, str(owned), erase, (), Risk.LOSES_DATA, Order.DESTROY))
            return False
        case _:
            _plan_shape(plan, tenant, want, have)
            _plan_settings(plan, tenant, want, have)
            return True


def _plan_new_topic(plan: PlanBuilder[Action], tenant: str, want: Topic, judged: Judgement) -> bool:
    owned = OwnedName(OwnedKind.TOPIC, want.name)
    if not judged.is_free(owned):
        plan.add_refusal(claimed_elsewhere(owned))
        return False
    fields = [FieldChange("partitions", None, str(want.partitions))]
    entry = judged.ledger.get(owned)
    if entry is not None and not entry.is_announced and judged.of(owned).is_ours:
        fields.append(FieldChange("made again; the records in it were lost"))
    make = CreateTopic(tenant, want, judged.claim.mark)
    plan.add(Step(Verb.CREATE, str(owned), make, tuple(fields), order=Order.FIRST))
    return True


def _plan_shape(plan: PlanBuilder[Action], tenant: str, want: Topic, have: Topic) -> None:
    """Plan more partitions; what Kafka cannot do, or not by itself, is refused, and that alone."""
    target = f"topic {want.name}"
    if have.replication != want.replication:
        plan.refuse(
            f"{target} has {_count(have.replication, 'replica')} and the class wants"
            f" {want.replication}: move its replicas with Kafka's own tools"
        )
    if have.partitions > want.partitions:
        plan.refuse(
            f"{target} has {_count(have.partitions, 'partition')} and cannot shrink to"
            f" {want.partitions}: set spec.topics.partitions to {have.partitions} or more"
        )
    elif have.partitions < want.partitions:
        grow = GrowTopic(tenant, want.name, want.partitions)
        grown = FieldChange("partitions", str(have.partitions), str(want.partitions))
        plan.add(Step(Verb.UPDATE, target, grow, (grown,), Risk.INTERRUPTS, Order.FIRST))


def _plan_settings(plan: PlanBuilder[Action], tenant: str, want: Topic, have: Topic) -> None:
    existing = dict(have.settings)
    missing = want.settings - have.settings
    stale = RESET_SETTINGS & existing.keys()
    if not missing and not stale:
        return
    fields = (
        *(FieldChange(key, existing.get(key), value) for key, value in sorted(missing)),
        *(FieldChange(key, existing[key], None) for key in sorted(stale)),
    )
    alter = SetTopic(tenant, want.name, missing, stale)
    risk = Risk.LOSES_DATA if _loses_records(want, have) else Risk.NONE
    target = f"settings of topic {want.name}"
    plan.add(Step(Verb.UPDATE, target, alter, fields, risk, Order.FIRST))


def _loses_records(want: Topic, have: Topic) -> bool:
    """Whether records go that would be kept: for less long, or no longer the last of each key."""
    wanted, existing = dict(want.settings), have.in_effect
    policy = existing("cleanup.policy") or ""
    if "compact" in policy and "compact" not in wanted["cleanup.policy"]:
        return True
    before, after = existing("retention.ms"), int(wanted["retention.ms"])
    if before is None or after == _KEPT_FOR_EVER:
        return False
    return int(before) == _KEPT_FOR_EVER or after < int(before)


def _plan_schema(
    plan: PlanBuilder[Action],
    tenant: str,
    owned: OwnedName,
    schemas: tuple[Schema, Schema | None],
    judged: Judgement,
) -> None:
    (want, have), subject = schemas, owned.name
    target = str(owned)
    if have is None:
        if judged.is_free(owned):
            put = PutSchema(tenant, subject, want, judged.claim.mark)
            plan.add(Step(Verb.CREATE, target, put, order=Order.FIRST))
        else:
            plan.add_refusal(claimed_elsewhere(owned))
        return
    match judged.of(owned):
        case Ownership.FOREIGN | Ownership.RETAINED:
            plan.add_refusal(judged.refusal(owned))
        case Ownership.ERASE:
            drop = DropSchema(tenant, subject)
            plan.add(Step(Verb.DELETE, target, drop, (), Risk.LOSES_DATA, Order.DESTROY))
        case _:
            if fields := _schema_changes(want, have):
                put = PutSchema(tenant, subject, want)
                plan.add(Step(Verb.UPDATE, target, put, fields, order=Order.FIRST))


def _schema_changes(want: Schema, have: Schema) -> tuple[FieldChange, ...]:
    if not _is_same(want.text, have.text):
        return (FieldChange("schema, by a new version"),)
    if want.compatibility != have.compatibility:
        return (FieldChange("compatibility", have.compatibility or None, want.compatibility),)
    return ()


def _is_erased(judged: Judgement, topic: str) -> bool:
    return judged.of(OwnedName(OwnedKind.TOPIC, topic)) is Ownership.ERASE


def _is_same(one: str, other: str) -> bool:
    parsed: list[Any] = [json.loads(text) for text in (one, other)]
    return bool(parsed[0] == parsed[1])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
