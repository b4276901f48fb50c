"""What a deletion takes away: logins, rights and quotas always, data where they are to go. Pure.

Used by `diff`. Only what bears this very Tenant's mark goes. Marks go last, in a step of their own:
whatever a crash leaves behind is still known to be ours.
"""

from collections.abc import Iterable

from inkwell_api.names import PIPELINE_STAGES
from inkwell_operator.backends.kafka.actions import (
    Action,
    DeleteGroup,
    DeleteTopic,
    DropSchema,
)
from inkwell_operator.backends.kafka.desire import Desired
from inkwell_operator.backends.kafka.judgement import Judgement
from inkwell_operator.backends.kafka.marks import plan_marks, plan_unmarks
from inkwell_operator.backends.kafka.order import Order
from inkwell_operator.backends.kafka.rights import drop_logins, plan_quota, remove_acls
from inkwell_operator.backends.kafka.state import (
    GROUP,
    TOPIC,
    TRANSACTIONAL_ID,
    Observed,
    OwnedKind,
    OwnedName,
)
from inkwell_operator.model.plan import PlanBuilder, Risk, Step, Verb


def plan_removal(
    plan: PlanBuilder[Action], desired: Desired, observed: Observed, judged: Judgement
) -> None:
    """Plan what has to go of a subject that should be absent."""
    claimed = sorted(
        owned
        for owned in {*observed.ledger, *judged.first_version}
        if _is_claimed(desired, owned) and judged.may_remove(owned)
    )
    # Noted before the signs go by which it is known what version 0.1 made.
    plan_marks(plan, desired, judged, judged.first_version & set(claimed))
    logins = frozenset(owned.name for owned in claimed if owned.kind is OwnedKind.LOGIN)
    topics = {owned.name for owned in claimed if owned.kind is OwnedKind.TOPIC}
    resources = frozenset(
        {
            *((TOPIC, name) for name in topics),
            *((kind, name) for kind in (GROUP, TRANSACTIONAL_ID) for name in logins),
        }
    )
    drop_logins(plan, desired, observed, judged)
    remove_acls(plan, desired, observed, judged, resources=resources)
    for principal in sorted(logins & observed.quotas.keys()):
        have = observed.quotas[principal]
        stale = frozenset(have)
        plan_quota(plan, desired.tenant, principal, want={}, have=have, stale=stale)
    if desired.is_data_gone:
        _remove_data(plan, desired, observed, claimed)
    gone = (owned for owned in claimed if _is_gone(desired, observed, owned))
    plan_unmarks(plan, desired, gone)


def _is_claimed(desired: Desired, owned: OwnedName) -> bool:
    if owned.kind is OwnedKind.LOGIN:
        return desired.claims_principal(owned.name)
    return owned.name.startswith(desired.prefix)


def _remove_data(
    plan: PlanBuilder[Action], desired: Desired, observed: Observed, claimed: Iterable[OwnedName]
) -> None:
    tenant, risk = desired.tenant, Risk.LOSES_DATA
    for owned in claimed:
        if owned.kind is OwnedKind.TOPIC and owned.name in observed.topics:
            topic = DeleteTopic(tenant, owned.name)
            plan.add(Step(Verb.DELETE, str(owned), topic, (), risk, Order.DESTROY))
        if owned.kind is OwnedKind.SCHEMA and owned.name in observed.schemas:
            schema = DropSchema(tenant, owned.name)
            plan.add(Step(Verb.DELETE, str(owned), schema, (), risk, Order.DESTROY))
    pipelines = {_pipeline_of(owned.name) for owned in claimed}
    for group in sorted(observed.groups):
        if _is_stage(group) and _pipeline_of(group) in pipelines:
            drop = DeleteGroup(tenant, group)
            plan.add(Step(Verb.DELETE, f"group {group}", drop, (), risk, Order.FORGET))


def _is_gone(desired: Desired, observed: Observed, owned: OwnedName) -> bool:
    """Whether an object will not be there any more: all go, or all but the data that are kept."""
    if desired.is_data_gone or owned.kind is OwnedKind.LOGIN:
        return True
    kept = observed.topics if owned.kind is OwnedKind.TOPIC else observed.schemas
    return owned.name not in kept


def _pipeline_of(name: str) -> str:
    return ".".join(name.split(".")[:2])


def _is_stage(group: str) -> bool:
    return group.rpartition(".")[2] in {stage.value for stage in PIPELINE_STAGES}
