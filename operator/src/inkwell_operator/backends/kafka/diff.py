"""What would turn the observed Kafka into the desired one. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeAlias

from inkwell_operator.backends.kafka.desire import Desired
from inkwell_operator.backends.kafka.state import Acl, Observed, Schema, Topic
from inkwell_operator.model.passwords import scram_iterations
from inkwell_operator.model.plan import FieldChange, Plan, PlanBuilder, Risk, Step, Verb


class Order(IntEnum):
    """Steps of one number are done at the same time; what is made depends on nothing else."""

    FIRST = 0
    DESTROY = 1
    FORGET = 2


@dataclass(frozen=True, slots=True)
class CreateTopic:
    """Make a topic."""

    tenant: str
    topic: Topic


@dataclass(frozen=True, slots=True)
class GrowTopic:
    """Give a topic more partitions."""

    tenant: str
    name: str
    partitions: int


@dataclass(frozen=True, slots=True)
class SetTopic:
    """Set and reset settings of a topic."""

    tenant: str
    name: str
    settings: frozenset[tuple[str, str]]
    stale: frozenset[str]


@dataclass(frozen=True, slots=True)
class DeleteTopic:
    """Delete a topic with all records."""

    tenant: str
    name: str


@dataclass(frozen=True, slots=True)
class PutLogin:
    """Make a SCRAM login or change its password."""

    tenant: str
    principal: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DropLogin:
    """Delete a SCRAM login."""

    tenant: str
    principal: str


@dataclass(frozen=True, slots=True)
class AddAcl:
    """Add an access control entry."""

    tenant: str
    acl: Acl


@dataclass(frozen=True, slots=True)
class RemoveAcl:
    """Remove an access control entry."""

    tenant: str
    acl: Acl


@dataclass(frozen=True, slots=True)
class SetQuota:
    """Set and remove quota values of a principal."""

    tenant: str
    principal: str
    values: Mapping[str, float]
    stale: frozenset[str]


@dataclass(frozen=True, slots=True)
class PutSchema:
    """Register a schema under a subject and say what may follow it."""

    tenant: str
    subject: str
    schema: Schema


@dataclass(frozen=True, slots=True)
class DropSchema:
    """Delete a subject with all versions."""

    tenant: str
    subject: str


@dataclass(frozen=True, slots=True)
class DeleteGroup:
    """Delete a consumer group with its offsets."""

    tenant: str
    group: str


Action: TypeAlias = (
    CreateTopic
    | GrowTopic
    | SetTopic
    | DeleteTopic
    | PutLogin
    | DropLogin
    | AddAcl
    | RemoveAcl
    | SetQuota
    | PutSchema
    | DropSchema
    | DeleteGroup
)


def diff(desired: Desired, observed: Observed) -> Plan[Action]:
    """Say what would turn `observed` into `desired`; partitions only ever grow."""
    plan: PlanBuilder[Action] = PlanBuilder()
    for name, topic in sorted(desired.topics.items()):
        _diff_topic(plan, desired.tenant, topic, observed.topics.get(name))
    _diff_logins(plan, desired, observed)
    _diff_acls(plan, desired, observed)
    _diff_quotas(plan, desired, observed)
    for subject, schema in sorted(desired.schemas.items()):
        _diff_schema(plan, desired.tenant, subject, schema, observed.schemas.get(subject))
    if desired.is_data_gone:
        _remove_data(plan, desired, observed)
    return plan.build()


def _diff_topic(plan: PlanBuilder[Action], tenant: str, want: Topic, have: Topic | None) -> None:
    target = f"topic {want.name}"
    if have is None:
        made = FieldChange("partitions", None, str(want.partitions))
        plan.add(Step(Verb.CREATE, target, CreateTopic(tenant, want), (made,)))
        return
    if have.partitions > want.partitions:
        plan.refuse(
            f"{target} has {have.partitions} partitions and cannot shrink to {want.partitions}:"
            f" set spec.topics.partitions to {have.partitions} or more"
        )
        return
    if have.replication != want.replication:
        plan.refuse(
            f"{target} has {have.replication} replicas and the class wants {want.replication}:"
            " move its replicas with Kafka's own tools"
        )
        return
    if have.partitions < want.partitions:
        grow = GrowTopic(tenant, want.name, want.partitions)
        grown = FieldChange("partitions", str(have.partitions), str(want.partitions))
        plan.add(Step(Verb.UPDATE, target, grow, (grown,), Risk.INTERRUPTS))
    missing = want.settings - have.settings
    stale = frozenset(dict(have.settings)) - frozenset(dict(want.settings))
    if missing or stale:
        existing = dict(have.settings)
        fields = (
            *(FieldChange(key, existing.get(key), value) for key, value in sorted(missing)),
            *(FieldChange(key, existing[key], None) for key in sorted(stale)),
        )
        alter = SetTopic(tenant, want.name, missing, stale)
        plan.add(Step(Verb.UPDATE, f"settings of {target}", alter, fields))


def _diff_logins(plan: PlanBuilder[Action], desired: Desired, observed: Observed) -> None:
    for principal, credential in sorted(desired.logins.items()):
        put = PutLogin(desired.tenant, principal, credential.password)
        target = f"login {principal}"
        match observed.logins.get(principal):
            case None:
                plan.add(Step(Verb.CREATE, target, put))
            case have if have != scram_iterations(credential.password):
                fields = (FieldChange("password"),)
                plan.add(Step(Verb.UPDATE, target, put, fields, Risk.INTERRUPTS))
    for principal in sorted(observed.logins.keys() - desired.logins.keys()):
        if desired.claims_principal(principal):
            drop = DropLogin(desired.tenant, principal)
            plan.add(Step(Verb.DELETE, f"login {principal}", drop, risk=Risk.INTERRUPTS))


def _diff_acls(plan: PlanBuilder[Action], desired: Desired, observed: Observed) -> None:
    tenant = desired.tenant
    plan.extend(
        Step(Verb.CREATE, f"acl {acl}", AddAcl(tenant, acl))
        for acl in sorted(desired.acls - observed.acls)
    )
    plan.extend(
        Step(Verb.DELETE, f"acl {acl}", RemoveAcl(tenant, acl), risk=Risk.INTERRUPTS)
        for acl in sorted(observed.acls - desired.acls)
        if desired.claims_acl(acl)
    )


def _diff_quotas(plan: PlanBuilder[Action], desired: Desired, observed: Observed) -> None:
    claimed = {name for name in observed.quotas if desired.claims_principal(name)}
    for principal in sorted(desired.quotas.keys() | claimed):
        want, have = desired.quotas.get(principal, {}), observed.quotas.get(principal, {})
        values = {key: value for key, value in want.items() if have.get(key) != value}
        stale = frozenset(have.keys() - want.keys())
        if values or stale:
            verb = Verb.DELETE if not want else Verb.UPDATE if have else Verb.CREATE
            action = SetQuota(desired.tenant, principal, values, stale)
            fields = tuple(
                FieldChange(key, _rate(have.get(key)), _rate(want.get(key)))
                for key in sorted(values.keys() | stale)
            )
            plan.add(Step(verb, f"quota of {principal}", action, fields))


def _diff_schema(
    plan: PlanBuilder[Action], tenant: str, subject: str, want: Schema, have: Schema | None
) -> None:
    put = PutSchema(tenant, subject, want)
    if have is None:
        plan.add(Step(Verb.CREATE, f"schema {subject}", put))
    elif not _is_same(want.text, have.text):
        fields = (FieldChange("schema, by a new version"),)
        plan.add(Step(Verb.UPDATE, f"schema {subject}", put, fields))
    elif want.compatibility != have.compatibility:
        fields = (FieldChange("compatibility", have.compatibility or None, want.compatibility),)
        plan.add(Step(Verb.UPDATE, f"schema {subject}", put, fields))


def _remove_data(plan: PlanBuilder[Action], desired: Desired, observed: Observed) -> None:
    tenant = desired.tenant
    doomed: list[tuple[str, Action, Order]] = [
        *((f"topic {t}", DeleteTopic(tenant, t), Order.DESTROY) for t in sorted(observed.topics)),
        *((f"schema {s}", DropSchema(tenant, s), Order.DESTROY) for s in sorted(observed.schemas)),
        *((f"group {g}", DeleteGroup(tenant, g), Order.FORGET) for g in sorted(observed.groups)),
    ]
    for target, action, order in doomed:
        if target.partition(" ")[2].startswith(desired.prefix):
            plan.add(Step(Verb.DELETE, target, action, risk=Risk.LOSES_DATA, order=order))


def _is_same(one: str, other: str) -> bool:
    parsed: list[Any] = [json.loads(text) for text in (one, other)]
    return bool(parsed[0] == parsed[1])


def _rate(value: float | None) -> str | None:
    return None if value is None else f"{value:.0f}"
