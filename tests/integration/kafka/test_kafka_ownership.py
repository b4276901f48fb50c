"""What is not ours in a real Kafka is left alone, and what is ours is known again."""

import asyncio
from dataclasses import replace

import pytest
from confluent_kafka.admin import ScramMechanism

from inkwell_api import names
from inkwell_api.conditions import Reason
from inkwell_api.names import EventKind
from inkwell_operator.backends.kafka import KafkaBackend, actions
from inkwell_operator.backends.kafka.desire import Desired
from inkwell_operator.backends.kafka.order import Order
from inkwell_operator.backends.kafka.state import SHA512, Observed, OwnedKind, OwnedName
from inkwell_operator.backends.run import converge, preview
from inkwell_operator.model.errors import WriteConflict
from inkwell_operator.model.ownership import Mark
from inkwell_operator.model.plan import Step, Verb
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedPipeline, ValidatedTenant
from support import backend_services as services
from support.backend_services import converged
from support.kafka_administrator import KafkaAdministrator

pytestmark = pytest.mark.integration


async def write(backend: KafkaBackend, action: actions.Action) -> None:
    await backend.apply(Step(Verb.UPDATE, "by somebody", action))


async def forget(backend: KafkaBackend, *desired: Desired) -> None:
    """Take the marks off, as if version 0.1 had made it."""
    for one in desired:
        named = [
            *(OwnedName(OwnedKind.TOPIC, name) for name in one.topics),
            *(OwnedName(OwnedKind.LOGIN, name) for name in one.logins),
            *(OwnedName(OwnedKind.SCHEMA, name) for name in one.schemas),
        ]
        await write(backend, actions.WriteMarks(one.tenant, tuple((name, None) for name in named)))


async def test_a_foreign_topic_is_refused_and_kept_and_taken_over_only_when_asked(
    opened: KafkaBackend, tenant: ValidatedTenant, administrator: KafkaAdministrator
) -> None:
    pipeline = services.pipeline(tenant)
    uploaded = names.topic(pipeline.tenant, pipeline.pipeline, EventKind.UPLOADED)
    await administrator.make_topic(
        uploaded, 2, cleanup_policy="compact", retention_ms="999999999999"
    )
    desired = opened.desire(pipeline)
    outcome = await converged(opened, desired)
    assert [refusal.reason for refusal in outcome.refusals] == [Reason.NAME_TAKEN]
    assert "2 partitions, cleanup.policy compact" in outcome.refusals[0].message
    kept = await administrator.settings_of(uploaded)
    assert (kept["cleanup.policy"], kept["retention.ms"]) == ("compact", "999999999999")
    assert not [acl for acl in (await opened.observe(desired)).acls if acl.name == uploaded]
    adopting = replace(pipeline, claim=replace(pipeline.claim, adopts=True))
    shown = (await preview(opened, opened.desire(adopting))).planned
    settings_line = next(line for line in shown if line.startswith("~ settings"))
    assert "cleanup.policy compact -> delete" in settings_line
    assert settings_line.endswith("(loses data)")
    async with services.made((opened,), adopting):
        assert (await administrator.settings_of(uploaded))["cleanup.policy"] == "delete"
        assert opened.diff(desired, await opened.observe(desired)).is_empty
    assert uploaded not in await asyncio.to_thread(administrator.topics)


async def test_a_topic_that_somebody_makes_between_look_and_write_stays_theirs(
    opened: KafkaBackend, tenant: ValidatedTenant, administrator: KafkaAdministrator
) -> None:
    pipeline = services.pipeline(tenant)
    uploaded = names.topic(pipeline.tenant, pipeline.pipeline, EventKind.UPLOADED)
    desired = opened.desire(pipeline)
    plan = opened.diff(desired, await opened.observe(desired))
    await administrator.make_topic(uploaded, 3, cleanup_policy="compact")
    try:
        steps = map(opened.apply, (step for step in plan.steps if step.order is Order.FIRST))
        failed = [one for one in await asyncio.gather(*steps, return_exceptions=True) if one]
        assert [type(one) for one in failed] == [WriteConflict]
        async with services.made((opened,), pipeline):
            outcome = await converged(opened, desired)
            assert [refusal.reason for refusal in outcome.refusals] == [Reason.NAME_TAKEN]
            observed = await opened.observe(desired)
            assert not [acl for acl in observed.acls if acl.name == uploaded]
            assert OwnedName(OwnedKind.TOPIC, uploaded) not in observed.ledger
        assert (await administrator.settings_of(uploaded))["cleanup.policy"] == "compact"
    finally:
        await administrator.delete_topic(uploaded)


async def test_a_foreign_login_and_topic_under_the_prefix_outlive_the_tenant(
    opened: KafkaBackend, resolved: ResolvedClass, administrator: KafkaAdministrator
) -> None:
    tenant = services.tenant(resolved)
    reader, raw = f"{tenant.name}.billing.reader", f"{tenant.name}.billing.raw"
    await administrator.set_login(reader, ScramMechanism.SCRAM_SHA_512)
    await administrator.make_topic(raw, 1)
    try:
        for retain in (True, False):
            await converged(opened, opened.desire(tenant))
            await converged(opened, opened.desire(services.absent(tenant, retain=retain)))
            observed = await opened.observe(opened.desire(services.absent(tenant)))
            assert reader in observed.logins
            assert raw in observed.topics
            assert tenant.gateway.principal not in observed.logins
            assert not observed.ledger
    finally:
        await write(opened, actions.DropCredential(tenant.name, reader, SHA512))
        await administrator.delete_topic(raw)


async def test_two_installations_never_touch_each_others(
    opened: KafkaBackend, pipeline: ValidatedPipeline, resolved: ResolvedClass
) -> None:
    other = KafkaBackend(resolved.kafka)
    try:
        mark = Mark(pipeline.tenant, "another-installation", "another-uid")
        theirs = replace(
            services.with_new_passwords(pipeline),
            claim=replace(pipeline.claim, mark=mark, adopts=True),
        )
        outcome = await converged(other, other.desire(theirs))
        assert {refusal.reason for refusal in outcome.refusals} == {Reason.NAME_TAKEN}
        assert outcome.applied == ()
        await converged(other, other.desire(services.absent(theirs)))
        desired = opened.desire(pipeline)
        assert opened.diff(desired, await opened.observe(desired)).is_empty
    finally:
        await other.aclose()


async def test_an_upgrade_from_the_first_version_refuses_nothing_and_changes_nothing(
    opened: KafkaBackend, tenant: ValidatedTenant, pipeline: ValidatedPipeline
) -> None:
    subjects = opened.desire(tenant), opened.desire(pipeline)
    await forget(opened, *subjects)
    for desired in subjects:
        outcome = await converge(opened, desired)
        assert outcome.refusals == ()
        assert [line.split(":")[0] for line in outcome.applied] == [
            f"~ marks of {desired.prefix.removesuffix('.')}"
        ]
        assert opened.diff(desired, await opened.observe(desired)).is_empty


async def test_what_the_first_version_made_is_deleted_after_an_upgrade(
    opened: KafkaBackend, tenant: ValidatedTenant, pipeline: ValidatedPipeline
) -> None:
    await forget(opened, opened.desire(tenant), opened.desire(pipeline))
    gone = opened.desire(services.absent(tenant))
    await converged(opened, gone)
    left = await opened.observe(gone)
    assert left == Observed(acls=left.acls)
    assert not [acl for acl in left.acls if tenant.name in str(acl)]
