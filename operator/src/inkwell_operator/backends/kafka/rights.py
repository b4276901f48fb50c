"""Who may log in and what he may do: logins, access control entries and quotas. Pure.

Used by `diff`. Entries are looked at twice: as what a login of ours may do, wherever that is, and
as what anybody may do with a topic, group or transactional id of ours.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from inkwell_api import names
from inkwell_operator.backends.kafka.actions import (
    Action,
    AddAcl,
    DropCredential,
    PutLogin,
    RemoveAcl,
    SetQuota,
)
from inkwell_operator.backends.kafka.desire import Desired
from inkwell_operator.backends.kafka.judgement import Judgement, claimed_elsewhere
from inkwell_operator.backends.kafka.marks import plan_unmarks
from inkwell_operator.backends.kafka.order import Order
from inkwell_operator.backends.kafka.state import (
    CLUSTER,
    EVERYBODY,
    MANAGED_QUOTAS,
    SHA256,
    SHA512,
    TOPIC,
    Acl,
    Login,
    Observed,
    OwnedKind,
    OwnedName,
)
from inkwell_operator.model.passwords import scram_iterations
from inkwell_operator.model.plan import FieldChange, PlanBuilder, Risk, Step, Verb
from inkwell_operator.model.validate import Credential

_OPENS_ALL: Final = frozenset({"ALL", "ALTER", "ALTER_CONFIGS", "CLUSTER_ACTION"})
"""On the cluster: to give rights and passwords, to set the brokers, and to read as one of them."""
_OPENS_NOTHING: Final = frozenset({"IDEMPOTENT_WRITE"})
"""On the cluster: what producers needed before Kafka 3."""


def plan_rights(
    plan: PlanBuilder[Action],
    desired: Desired,
    observed: Observed,
    judged: Judgement,
    withheld: frozenset[str],
) -> None:
    """Plan the logins of a subject that is to be there, with their rights and quotas.

    Args:
        plan: to add to.
        desired: the subject's.
        observed: what there is.
        judged: whose it is.
        withheld: topics that are not ours (yet): nobody is let in, and nobody put out, but for our
            logins where somebody else was the first to make a topic.
    """
    lost = {owned for owned in judged.anticipated if owned.name in withheld}
    desired = replace(desired, acls=_but_on(desired.acls, {owned.name for owned in lost}))
    refused = {
        principal
        for principal, credential in sorted(desired.logins.items())
        if not _plan_login(plan, desired, credential, observed.logins.get(principal), judged)
    }
    plan_unmarks(plan, desired, {*drop_logins(plan, desired, observed, judged), *lost})
    allowed = _but_on(desired.acls, withheld)
    wanted = frozenset(acl for acl in allowed if acl.principal not in refused)
    plan.extend(
        Step(Verb.CREATE, f"acl {acl}", AddAcl(desired.tenant, acl), order=Order.FIRST)
        for acl in sorted(wanted - observed.acls)
    )
    resources = frozenset(
        (kind, name)
        for kind, name in desired.resources
        if name not in (withheld if kind == TOPIC else refused)
    )
    ours = frozenset(desired.logins) - refused
    remove_acls(plan, desired, observed, judged, resources=resources, ours=ours)
    _tell_open_doors(plan, observed, resources, desired)
    for principal, quota in sorted(desired.quotas.items()):
        if principal not in refused:
            have = observed.quotas.get(principal, {})
            stale = frozenset(have.keys() & MANAGED_QUOTAS - quota.keys())
            plan_quota(plan, desired.tenant, principal, want=quota, have=have, stale=stale)


def _but_on(acls: frozenset[Acl], topics: AbstractSet[str]) -> frozenset[Acl]:
    return frozenset(acl for acl in acls if acl.resource != TOPIC or acl.name not in topics)


def _plan_login(
    plan: PlanBuilder[Action],
    desired: Desired,
    credential: Credential,
    have: Login | None,
    judged: Judgement,
) -> bool:
    """Plan one login, and say whether it may be given rights: it is ours, or is about to be."""
    principal = credential.principal
    owned = OwnedName(OwnedKind.LOGIN, principal)
    put = PutLogin(desired.tenant, principal, credential.password)
    if have is None:
        if not judged.is_free(owned):
            plan.add_refusal(claimed_elsewhere(owned))
            return False
        make = PutLogin(desired.tenant, principal, credential.password, judged.claim.mark)
        plan.add(Step(Verb.CREATE, str(owned), make, order=Order.FIRST))
        return True
    if not judged.of(owned).is_ours:
        plan.add_refusal(judged.refusal(owned))
        return False
    if have.iterations != scram_iterations(credential.password):
        fields = (FieldChange("password"),)
        plan.add(Step(Verb.UPDATE, str(owned), put, fields, Risk.INTERRUPTS, Order.FIRST))
    _drop_foreign_credential(plan, desired.tenant, owned, have)
    return True


def _drop_foreign_credential(
    plan: PlanBuilder[Action], tenant: str, owned: OwnedName, login: Login
) -> None:
    """Plan the end of a credential that somebody set beside ours: it opens the same doors."""
    if login.has_sha256:
        drop = DropCredential(tenant, owned.name, SHA256)
        fields = (FieldChange(SHA256, "", None),)
        target = f"credential of {owned}"
        plan.add(Step(Verb.DELETE, target, drop, fields, Risk.INTERRUPTS, Order.FIRST))


def drop_logins(
    plan: PlanBuilder[Action], desired: Desired, observed: Observed, judged: Judgement
) -> list[OwnedName]:
    """Plan the end of the subject's logins that are ours and not wanted; return which."""
    dropped = []
    for principal, login in sorted(observed.logins.items()):
        owned = OwnedName(OwnedKind.LOGIN, principal)
        if principal in desired.logins or not desired.claims_principal(principal):
            continue
        if judged.may_remove(owned):
            if login.iterations is not None:
                drop = DropCredential(desired.tenant, principal, SHA512)
                plan.add(Step(Verb.DELETE, str(owned), drop, (), Risk.INTERRUPTS, Order.FIRST))
            _drop_foreign_credential(plan, desired.tenant, owned, login)
            dropped.append(owned)
    return dropped


def remove_acls(
    plan: PlanBuilder[Action],
    desired: Desired,
    observed: Observed,
    judged: Judgement,
    *,
    resources: frozenset[tuple[str, str]],
    ours: frozenset[str] = frozenset(),
) -> None:
    """Plan the end of entries that nobody planned.

    Args:
        plan: to add to.
        desired: the subject's.
        observed: what there is.
        judged: whose it is.
        resources: type and name of what nobody but the subject's logins may reach.
        ours: principals that are the subject's, beside those that the ledger says.
    """
    for acl in sorted(observed.acls - desired.acls):
        owned = OwnedName(OwnedKind.LOGIN, acl.principal)
        is_of_ours = desired.claims_acl(acl) and (acl.principal in ours or judged.may_remove(owned))
        if is_of_ours or _is_on_ours(acl, desired, resources):
            remove = RemoveAcl(desired.tenant, acl)
            target = f"acl {acl}"
            plan.add(Step(Verb.DELETE, target, remove, (), Risk.INTERRUPTS, Order.FIRST))


def _is_on_ours(acl: Acl, desired: Desired, resources: frozenset[tuple[str, str]]) -> bool:
    """Whether an entry is about nothing but resources of our tenant, and about one of these."""
    prefix = names.topic_prefix(desired.tenant)
    return acl.is_within(prefix) and any(acl.covers(kind, name) for kind, name in resources)


def _tell_open_doors(
    plan: PlanBuilder[Action],
    observed: Observed,
    resources: frozenset[tuple[str, str]],
    desired: Desired,
) -> None:
    """Tell of entries that let everybody in here and elsewhere: they are not ours to remove."""
    prefix = names.topic_prefix(desired.tenant)
    for acl in sorted(observed.acls):
        if acl.principal != EVERYBODY or acl.permission != "ALLOW" or acl.is_within(prefix):
            continue
        entry = f"Kafka's access control entry '{acl}'"
        is_wide = acl.resource == CLUSTER and acl.operation in _OPENS_ALL
        if is_wide or any(acl.covers(kind, name) for kind, name in resources):
            plan.refuse(
                f"{entry} opens what belongs to {prefix}* to every "
                "login: remove it, or name in it who needs it"
            )
        elif acl.resource == CLUSTER and acl.operation not in _OPENS_NOTHING:
            plan.note(f"{entry} gives every tenant's logins a right on the cluster itself")


def plan_quota(
    plan: PlanBuilder[Action],
    tenant: str,
    principal: str,
    *,
    want: Mapping[str, float],
    have: Mapping[str, float],
    stale: frozenset[str],
) -> None:
    """Plan the quota values of one principal that differ, and the end of those named in `stale`."""
    values = {key: value for key, value in want.items() if have.get(key) != value}
    if not values and not stale:
        return
    verb = Verb.DELETE if not want else Verb.UPDATE if have.keys() & want.keys() else Verb.CREATE
    fields = tuple(
        FieldChange(key, _rate(have.get(key)), _rate(want.get(key)))
        for key in sorted(values.keys() | stale)
    )
    action = SetQuota(tenant, principal, values, stale)
    plan.add(Step(verb, f"quota of {principal}", action, fields, order=Order.FIRST))


def _rate(value: float | None) -> str | None:
    return None if value is None else f"{value:.0f}"
