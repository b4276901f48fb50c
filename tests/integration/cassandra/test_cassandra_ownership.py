"""Whose things are in a real Cassandra, and that nobody touches another's."""

# ruff: noqa: S608 - names in these statements are the test's own

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from inkwell_api import names
from inkwell_api.conditions import Reason
from inkwell_api.tenant import RetainedData
from inkwell_operator.backends.cassandra import CassandraBackend
from inkwell_operator.backends.cassandra.client import Client
from inkwell_operator.backends.cassandra.ledger import Ledger
from inkwell_operator.backends.cassandra.state import STRATEGY, Kind
from inkwell_operator.backends.run import converge
from inkwell_operator.model.errors import WriteConflict
from inkwell_operator.model.ownership import Mark
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedTenant
from support import backend_services as services
from support.cassandra_session import run_as_admin

pytestmark = pytest.mark.integration
LEDGER = "inkwell_operator.ownership"


def of_installation(tenant: ValidatedTenant, installation: str) -> ValidatedTenant:
    mark = replace(tenant.claim.mark, installation=installation)
    return replace(tenant, claim=replace(tenant.claim, mark=mark))


def made_anew(tenant: ValidatedTenant, retained: RetainedData) -> ValidatedTenant:
    """Return the Tenant after somebody deleted it, kept its data, and made it again."""
    mark = replace(tenant.claim.mark, uid="another-uid")
    return replace(tenant, claim=replace(tenant.claim, mark=mark, retained=retained))


async def run(resolved: ResolvedClass, *statements: str) -> list[Any]:
    return await asyncio.to_thread(run_as_admin, resolved.cassandra, *statements)


async def test_two_installations_never_touch_each_others(
    opened: CassandraBackend, tenant: ValidatedTenant
) -> None:
    theirs = of_installation(tenant, "another-installation")
    desired = opened.desire(theirs)
    outcome = await converge(opened, desired)
    assert outcome.applied == ()
    assert {refusal.reason for refusal in outcome.refusals} == {Reason.NAME_TAKEN}
    assert (await converge(opened, opened.desire(services.absent(theirs)))).applied == ()
    mine = opened.desire(tenant)
    assert opened.diff(mine, await opened.observe(mine)).is_empty


async def test_of_two_installations_that_come_at_the_same_moment_one_gets_the_name(
    opened: CassandraBackend, resolved: ResolvedClass
) -> None:
    mine = services.tenant(resolved)
    theirs = of_installation(mine, "another-installation")
    plans = [
        opened.diff(desired, await opened.observe(desired))
        for desired in map(opened.desire, (mine, theirs))
    ]
    writes = (opened.apply(plan.steps[0]) for plan in plans)
    try:
        results = await asyncio.gather(*writes, return_exceptions=True)
        assert [type(result) for result in results if result is not None] == [WriteConflict]
    finally:
        for one in (mine, theirs):
            await services.converged(opened, opened.desire(services.absent(one)))


async def test_what_changed_hands_since_it_was_read_is_not_removed(
    opened: CassandraBackend, tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    gone = opened.desire(services.absent(tenant))
    plan = opened.diff(gone, await opened.observe(gone))
    keyspace = names.keyspace(tenant.name)
    row = f"tenant = '{tenant.name}' AND kind = 'keyspace' AND name = '{keyspace}'"
    set_to = f"UPDATE {LEDGER} SET installation = '%s' WHERE {row} IF EXISTS"
    await run(resolved, set_to % "another-installation")
    drop = next(step for step in plan.steps if step.target == f"keyspace {keyspace}")
    with pytest.raises(WriteConflict):
        await opened.apply(drop)
    await run(resolved, f"SELECT * FROM {keyspace}.pages", set_to % "test-installation")


async def test_a_row_of_version_0_1_is_ours_and_is_written_anew(
    opened: CassandraBackend, tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    where = f"WHERE tenant = '{tenant.name}'"
    rows = await run(resolved, f"SELECT kind, name FROM {LEDGER} {where}")
    old = "SET installation = null, uid = null"
    await run(
        resolved,
        *(
            f"UPDATE {LEDGER} {old} {where} AND kind = '{kind}' AND name = '{name}' IF EXISTS"
            for kind, name in rows
        ),
    )
    desired = opened.desire(tenant)
    assert len((await converge(opened, desired)).applied) == len(rows)
    assert opened.diff(desired, await opened.observe(desired)).is_empty


async def test_the_table_of_version_0_1_is_brought_up_to_date(resolved: ResolvedClass) -> None:
    keyspace = f"test_ledger_{uuid4().hex[:8]}"
    replication = {"class": STRATEGY, resolved.cassandra.datacenter: "1"}
    client = Client(resolved.cassandra)
    ours, name = Mark("acme", "here", "uid"), "tenant_acme"
    try:
        await run(
            resolved,
            f"CREATE KEYSPACE {keyspace} WITH replication = {replication}",
            f"CREATE TABLE {keyspace}.ownership (tenant text, kind text, name text, "
            "PRIMARY KEY ((tenant), kind, name))",
            f"INSERT INTO {keyspace}.ownership (tenant, kind, name) "
            f"VALUES ('acme', 'keyspace', '{name}')",
        )
        ledger = Ledger(client, replication, keyspace)
        await ledger.claim(Kind.KEYSPACE, name, ours, Mark("acme"))
        assert await ledger.still_holds(Kind.KEYSPACE, name, ours)
        await ledger.release(Kind.KEYSPACE, name, ours)
        assert not await ledger.still_holds(Kind.KEYSPACE, name, ours)
    finally:
        await run(resolved, f"DROP KEYSPACE IF EXISTS {keyspace}")
        await client.aclose()


async def test_a_mark_of_a_kind_that_a_later_version_knows_is_left_alone(
    opened: CassandraBackend, tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    key = "(tenant, kind, name)"
    values = f"('{tenant.name}', 'index', 'by_sha256')"
    await run(resolved, f"INSERT INTO {LEDGER} {key} VALUES {values} IF NOT EXISTS")
    try:
        desired = opened.desire(tenant)
        assert opened.diff(desired, await opened.observe(desired)).is_empty
    finally:
        where = f"tenant = '{tenant.name}' AND kind = 'index' AND name = 'by_sha256'"
        await run(resolved, f"DELETE FROM {LEDGER} WHERE {where} IF EXISTS")


async def test_a_keyspace_of_somebody_else_is_left_as_it_is_until_it_is_adopted(
    opened: CassandraBackend, resolved: ResolvedClass
) -> None:
    tenant = services.tenant(resolved)
    keyspace = names.keyspace(tenant.name)
    replication = "{'class': 'SimpleStrategy', 'replication_factor': 1}"
    await run(
        resolved,
        f"CREATE KEYSPACE {keyspace} WITH replication = {replication}",
        f"CREATE TABLE {keyspace}.theirs (x int PRIMARY KEY)",
    )
    try:
        outcome = await converge(opened, opened.desire(tenant))
        assert outcome.applied == ()
        assert [refusal.reason for refusal in outcome.refusals] == [Reason.NAME_TAKEN]
        assert "it holds theirs" in outcome.refusals[0].message
        tables = f"SELECT table_name FROM system_schema.tables WHERE keyspace_name = '{keyspace}'"
        assert [row[0] for row in await run(resolved, tables)] == ["theirs"]
        adopting = replace(tenant, claim=replace(tenant.claim, adopts=True))
        adopted = await services.converged(opened, opened.desire(adopting))
        assert adopted.applied
        assert adopted.notes == (f"table theirs in keyspace {keyspace} is not Inkwell's",)
    finally:
        await services.converged(opened, opened.desire(services.absent(tenant)))
        await run(resolved, f"DROP KEYSPACE IF EXISTS {keyspace}")


async def test_a_retained_name_waits_for_a_word_and_then_goes_on_or_starts_anew(
    opened: CassandraBackend, tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    pages = f"{names.keyspace(tenant.name)}.pages"
    await run(resolved, f"INSERT INTO {pages} (document_id, page) VALUES ({uuid4()}, 1)")
    await converge(opened, opened.desire(services.absent(tenant, retain=True)))
    outcome = await converge(opened, opened.desire(made_anew(tenant, RetainedData.REFUSE)))
    assert outcome.applied == ()
    assert [refusal.reason for refusal in outcome.refusals] == [Reason.RETAINED_DATA]
    reusing = made_anew(tenant, RetainedData.REUSE)
    await services.converged(opened, opened.desire(reusing))
    assert len(await run(resolved, f"SELECT * FROM {pages}")) == 1
    await converge(opened, opened.desire(services.absent(reusing, retain=True)))
    anew = replace(tenant, claim=replace(tenant.claim, retained=RetainedData.ERASE))
    await services.converged(opened, opened.desire(anew))
    assert await run(resolved, f"SELECT * FROM {pages}") == []
