"""Two installations on one set of servers, and a rebuilt cluster: nobody's data are lost."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
import yaml

from inkwell_api import names
from inkwell_api.names import EventKind
from inkwell_operator.queue import Key
from support import make, wait
from support.operator_run import Operator, kubectl, operator, pipeline, tenant
from support.operator_world import partitions, password
from support.shared_servers import SharedServers, lose_cluster, settings_of, shared_servers

CLASS: Final = make.ROOT / "manifests" / "examples" / "standard-class.yaml"
SPEC: Final = {"deletionPolicy": "Delete", "suspended": True}
"""Without pods, whose end would be waited for; data and logins are as without it."""
DATA: Final = ("KafkaReady", "CassandraReady", "PostgresReady", "KeycloakReady")


@pytest.fixture
async def servers(kubeconfig: Path, kinds: None) -> AsyncIterator[SharedServers]:
    """The servers that both installations use."""
    assert kubeconfig
    del kinds
    text = await asyncio.to_thread(CLASS.read_text, "utf-8")
    kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", text=text)
    assert yaml.safe_load(text)["metadata"]["name"] == "standard"
    async with shared_servers() as found:
        yield found


@pytest.fixture
def mine() -> str:
    """The id of the installation that was there first."""
    return f"one-{secrets.token_hex(3)}"


@pytest.fixture
async def name(servers: SharedServers, mine: str) -> AsyncIterator[str]:
    """A tenant name; whatever a failed test leaves of it goes."""
    name = f"shared-{secrets.token_hex(3)}"
    yield name
    await lose_cluster(name, "invoices")
    await servers.clear(mine, name)


async def _made(run: Operator, name: str) -> None:
    """Apply a Tenant and its pipeline, and wait for both."""
    await run.apply(tenant(name, **SPEC))
    await run.provisioned("tenant", name)
    await run.apply(pipeline(name))
    await run.provisioned("documentpipeline", "invoices", names.namespace(name))


async def test_another_installation_gets_a_taken_name_in_no_server_and_removes_nothing(
    servers: SharedServers, mine: str, name: str
) -> None:
    here = names.namespace(name)
    async with operator(settings_of(mine)) as first:
        await _made(first, name)
        secret = await password(first, name, "gateway")
    await lose_cluster(name, "invoices")
    document = await servers.upload(name, "invoices", secret)
    before = await servers.belongings(mine, name)
    assert len(before) > len(DATA)

    theirs = f"two-{secrets.token_hex(3)}"
    async with operator(settings_of(theirs)) as second:
        await second.apply(tenant(name, **SPEC))
        taken = dict.fromkeys(DATA, ("False", "NameTaken"))
        told = await second.until("tenant", name, "", **taken)
        for kind in DATA:
            assert "of this installation" in told[kind]["message"]
        await second.apply(pipeline(name))
        waiting = dict.fromkeys(DATA, ("False", "TenantNotReady"))
        await second.until("documentpipeline", "invoices", here, **waiting)
        assert await servers.belongings(theirs, name) == []
        await second.delete("tenant", name)
    assert await servers.belongings(theirs, name) == []
    assert await servers.belongings(mine, name) == before
    assert await servers.lets_in(name, secret)
    assert await servers.is_whole(name, document)

    async with operator(settings_of(mine, take_back=True)) as first_again:
        await first_again.apply(tenant(name, **SPEC))
        await first_again.provisioned("tenant", name)
    assert not await servers.lets_in(name, secret)
    assert await servers.is_whole(name, document)


async def test_a_rebuilt_cluster_takes_its_own_back_and_waits_for_the_pipelines(
    servers: SharedServers, mine: str, name: str
) -> None:
    """What is swept is this very Tenant's: until its pipeline is back, nothing of it is."""
    here, topic = names.namespace(name), names.topic(name, "invoices", EventKind.UPLOADED)
    async with operator(settings_of(mine)) as first:
        await _made(first, name)
        old = await password(first, name, "gateway")
    await lose_cluster(name, "invoices")
    document = await servers.upload(name, "invoices", old)

    async with operator(settings_of(mine, take_back=True)) as rebuilt:
        await rebuilt.apply(tenant(name, **SPEC))
        await rebuilt.provisioned("tenant", name)
        for _ in range(3):
            await _pass_over(rebuilt, name)
        assert await partitions(rebuilt, topic) == 2
        assert await servers.is_whole(name, document)

        await rebuilt.apply(pipeline(name))
        await rebuilt.provisioned("documentpipeline", "invoices", here)
        new = await password(rebuilt, name, "gateway")
        assert new != old
        assert await servers.lets_in(name, new)
        assert not await servers.lets_in(name, old)
        assert await servers.is_whole(name, document)

        # From here on the pipeline is this Tenant's, and goes with its documents when it goes.
        await _delete_by_force(name, "invoices")

        async def is_swept() -> bool:
            return await partitions(rebuilt, topic) == 0

        await wait.until("sweep of the pipeline", is_swept)
        assert not await servers.is_whole(name, document)
        await rebuilt.delete("tenant", name)
    assert await servers.belongings(mine, name) == []


async def _pass_over(run: Operator, tenant_name: str) -> None:
    """Make one more pass over a tenant, and wait for its end."""
    queue = run.core.queue
    queue.add(Key("Tenant", "", tenant_name))

    async def is_idle() -> bool:
        return queue.active == 0 and queue.overdue() == 0

    await wait.until("end of the pass", is_idle, seconds=60, every=0.05)


async def _delete_by_force(tenant_name: str, name: str) -> None:
    """Delete a pipeline past its finalizer, as somebody in a hurry does."""
    where = ("dpl", name, "-n", names.namespace(tenant_name))
    free = '--patch={"metadata":{"finalizers":null}}'
    await asyncio.to_thread(kubectl, "delete", *where, "--wait=false")
    await asyncio.to_thread(kubectl, "patch", *where, "--type=merge", free)
