"""A probe of a real Kafka sees each right by which a login gets at what is not its tenant's."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from inkwell_operator.backends.kafka import KafkaBackend, actions
from inkwell_operator.backends.kafka.probe import probe
from inkwell_operator.backends.kafka.state import THE_CLUSTER, Acl
from inkwell_operator.model.isolation import PIPELINE, Canary, Verdict
from inkwell_operator.model.plan import Step, Verb
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedTenant
from support import backend_services as services
from support import wait

pytestmark = pytest.mark.integration
DESCRIBES = "describes "


@pytest.fixture
async def canary(opened: KafkaBackend, resolved: ResolvedClass) -> AsyncIterator[Canary]:
    """A tenant with a pipeline of the canary's name, of this test alone."""
    other = services.tenant(resolved)
    async with services.made((opened,), other, services.pipeline(other, PIPELINE)):
        yield Canary(other.name)


async def test_each_right_is_let_in_by_name(
    opened: KafkaBackend, tenant: ValidatedTenant, resolved: ResolvedClass, canary: Canary
) -> None:
    topic, settings = f"topic {canary.topic}", f"settings of topic {canary.topic}"
    group = f"group {canary.group}"
    transaction = f"transactional id {canary.transactional_id}"
    entries, brokers = "access control entries of the cluster", "settings of the brokers"
    cases = [
        (("READ", "TOPIC", canary.topic), {topic}),
        (("DESCRIBE_CONFIGS", "TOPIC", canary.topic), {settings}),
        (("ALTER_CONFIGS", "TOPIC", canary.topic), {settings}),
        (("READ", "GROUP", canary.group), {group}),
        (("WRITE", "TRANSACTIONAL_ID", canary.transactional_id), {transaction}),
        (("ALTER", *THE_CLUSTER), {entries}),
        (("DESCRIBE", *THE_CLUSTER), {entries}),
        (("ALTER_CONFIGS", *THE_CLUSTER), {brokers}),
        (("ALL", *THE_CLUSTER), {entries, brokers}),
    ]

    async def seen() -> set[str]:
        found = await asyncio.to_thread(probe, resolved.kafka, tenant.gateway, canary)
        # The first transactional id of a new Kafka has no coordinator for some seconds.
        unknown = {f"{one.what}: unknown" for one in found if one.verdict is Verdict.UNKNOWN}
        let_in = [one.what for one in found if one.verdict is Verdict.LET_IN]
        words = {what.removeprefix(DESCRIBES).removesuffix(" in Kafka") for what in let_in}
        return words | unknown

    assert await seen() == set()
    for right, expected in cases:
        acl = Acl(tenant.gateway.principal, *right)
        await opened.apply(Step(Verb.CREATE, str(acl), actions.AddAcl(tenant.name, acl)))

        async def is_as_expected(expected: set[str] = expected) -> bool:
            return await seen() == expected

        try:
            await wait.until(f"{acl} is let in", is_as_expected)
        finally:
            await opened.apply(Step(Verb.DELETE, str(acl), actions.RemoveAcl(tenant.name, acl)))

        async def is_refused() -> bool:
            return await seen() == set()

        await wait.until(f"{acl} is gone", is_refused)
