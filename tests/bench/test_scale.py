"""Many tenants at once, a resync and a start with all of them, and the operator's memory.

Kubernetes and every backend are real; the tenants are suspended, so that no pod of theirs runs:
what is measured is the operator, not the scheduler. INKWELL_BENCH_TENANTS says how many (100).
"""

import asyncio
import json
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from inkwell_api import names
from inkwell_api.names import Stage
from inkwell_api.tables import CASSANDRA_GRANTS
from inkwell_operator.backends.cassandra.client import Client
from inkwell_operator.model.validate import ValidatedTenant
from support import backend_services as services
from support import figures, make
from support.bare_cassandra import statements
from support.bare_listing import bare_listing
from support.operator_process import OperatorProcess, operator_process
from support.operator_run import kubectl, tenant

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(3600)]

COUNT = int(os.environ.get("INKWELL_BENCH_TENANTS", "100"))
SECONDS = 20 * COUNT
HOW = (
    f"{COUNT} Tenants, suspended (no pod runs), on the real API server and backends of one machine,"
    " which all share its cores with the operator."
)


def wait_for(
    what: str, is_met: Callable[[], bool], seconds: float = SECONDS, pause: float = 0.5
) -> float:
    """Wait until something holds, looking every `pause` seconds; return how many that took."""
    began = time.perf_counter()
    while not is_met():
        assert time.perf_counter() - began < seconds, what
        time.sleep(pause)
    return time.perf_counter() - began


def ready_of(prefix: str) -> int:
    """Return how many of the tenants are Ready."""
    items = json.loads(kubectl("get", "tenants", "--output=json"))["items"]
    return sum(
        condition["type"] == "Ready" and condition["status"] == "True"
        for item in items
        if item["metadata"]["name"].startswith(prefix)
        for condition in (item.get("status") or {}).get("conditions") or []
    )


def apply_all(prefix: str) -> None:
    """Apply every Tenant in one request of kubectl, as a folder in Git would be."""
    items = [
        tenant(f"{prefix}{number}", suspended=True, deletionPolicy="Delete")
        for number in range(COUNT)
    ]
    bodies = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    kubectl("apply", "--server-side", "--filename=-", text=bodies)


def delete_all(prefix: str) -> None:
    """Delete every Tenant and wait until all are gone."""
    names_ = [f"tenant/{prefix}{number}" for number in range(COUNT)]
    kubectl("delete", *names_, "--wait=false", "--ignore-not-found")
    wait_for("end of all tenants", lambda: f"tenant/{prefix}" not in _listed())


def _listed() -> str:
    return kubectl("get", "tenants", "--output=name").replace("tenant.inkwell.dev/", "tenant/")


async def bare(prefix: str) -> float:
    """Make all tenants' part of the slowest backend by its best batching; return the seconds.

    Cassandra changes its schema one statement after the other, whoever asks; roles and grants go
    side by side behind it.
    """
    resolved = services.resolved(services.connected("cassandra"))
    client = Client(resolved.cassandra)
    tenants = [services.tenant(resolved, f"{prefix}{number}") for number in range(COUNT)]
    try:
        await client.execute("SELECT now() FROM system.local")
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for each in tenants:
                for statement in statements(names.keyspace(each.name)):
                    await client.execute(statement)
                group.create_task(_bare_login(client, each))
        return time.perf_counter() - began
    finally:
        for each in tenants:
            await client.execute(f"DROP KEYSPACE IF EXISTS {names.keyspace(each.name)}")
            await client.execute(f'DROP ROLE IF EXISTS "{each.gateway.principal}"')
        await client.aclose()


async def listed() -> float:
    """Return the seconds of listing everything by bare calls, the best of three."""
    resolved = services.resolved(services.connected("kafka", "cassandra", "postgres", "keycloak"))
    seconds = []
    async with bare_listing(resolved) as everything:
        for _ in range(3):
            began = time.perf_counter()
            await everything()
            seconds.append(time.perf_counter() - began)
    return min(seconds)


async def _bare_login(client: Client, each: ValidatedTenant) -> None:
    keyspace, role, password = names.keyspace(each.name), each.gateway.principal, "a-password"
    await client.execute(f"CREATE ROLE \"{role}\" WITH PASSWORD = '{password}' AND LOGIN = true")
    for table, permissions in CASSANDRA_GRANTS[Stage.GATEWAY].items():
        for permission in permissions:
            await client.execute(f'GRANT {permission} ON {keyspace}.{table} TO "{role}"')


@pytest.fixture(scope="module")
def prefix() -> str:
    """Names that no other run uses; the class they name is there, and no other operator acts."""
    services.connected("kafka", "cassandra", "postgres", "keycloak", "registry")
    crds = str(make.ROOT / "crds")
    kubectl("apply", "--server-side", "--force-conflicts", "--filename", crds)
    example = make.ROOT / "manifests" / "examples" / "standard-class.yaml"
    offer = yaml.safe_load(example.read_text("utf-8"))
    # A node has some dozens of ports for Services; gateways that are only counted need none.
    offer["spec"]["gateway"] = {"serviceType": "ClusterIP"}
    kubectl("apply", "--filename=-", text=json.dumps(offer))
    return f"b{secrets.token_hex(2)}-"


@asynccontextmanager
async def running(log: Path, **settings: str) -> AsyncIterator[OperatorProcess]:
    """Run an operator, and wait until it shows its metrics."""
    with operator_process(log, **settings) as process:
        await asyncio.to_thread(wait_for, "metrics", lambda: _has_metrics(process), 60)
        yield process


def _has_metrics(process: OperatorProcess) -> bool:
    try:
        process.metric("inkwell_operator_leader")
    except OSError:
        return False
    return True


async def after_the_next(process: OperatorProcess) -> float:
    """Wait until a look at every object has ended that ends after now; return its seconds."""
    before = process.metric(f"{WAVES}_count"), process.metric(f"{WAVES}_sum")
    # A scrape costs the operator some milliseconds of the processor time that is measured.
    await asyncio.to_thread(
        wait_for, "a resync", lambda: process.metric(f"{WAVES}_count") > before[0], pause=5
    )
    return process.metric(f"{WAVES}_sum") - before[1]


async def test_many_tenants_at_once_a_resync_and_a_start(prefix: str, tmp_path: Path) -> None:
    alone = await bare(f"{prefix}bare-")
    try:
        async with running(tmp_path / "first.log") as process:
            await asyncio.to_thread(apply_all, prefix)
            at_once = await asyncio.to_thread(
                wait_for, "all tenants Ready", lambda: ready_of(prefix) == COUNT
            )
            first = process.memory("VmHWM")
        listing = await listed()
        # A resync looks at every object once; it is what a start does too, but for the caches.
        async with running(tmp_path / "second.log", QUEUE__RESYNC_SECONDS=RESYNC) as process:
            started = await asyncio.to_thread(
                wait_for, "the first look", lambda: process.metric(f"{WAVES}_count") > 0, pause=0.1
            )
            for _ in range(2):  # a start leaves the proofs of isolation behind it
                await after_the_next(process)
            writes, cpu = process.metric(WRITES), process.cpu_seconds()
            resync = await after_the_next(process)
            writes, cpu = process.metric(WRITES) - writes, process.cpu_seconds() - cpu
            memory = max(first, process.memory("VmHWM")) / 2**20
    finally:
        with operator_process(tmp_path / "last.log"):
            await asyncio.to_thread(delete_all, prefix)
    found = Measured(at_once, alone, started, resync, listing, writes, cpu, memory)
    for figure in _figures(found):
        figures.record(figure)
    assert writes == 0


RESYNC = "60"
WAVES = "inkwell_operator_resync_seconds"
WRITES = "inkwell_operator_kubernetes_writes_total"


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run gave; seconds, writes, and mebibytes of memory."""

    at_once: float
    bare: float
    started: float
    resync: float
    listing: float
    writes: float
    cpu: float
    memory: float


def _figures(found: Measured) -> list[figures.Figure]:
    def figure(
        name: str,
        unit: str,
        value: float,
        target: float,
        note: str,
        *,
        bare: tuple[str, float] | None = None,
    ) -> figures.Figure:
        return figures.Figure(
            name=name,
            unit=unit,
            ours=(value,),
            bare=bare[1:] if bare else (),
            compared_with=bare[0] if bare else "",
            target=target,
            is_more_better=False,
            note=f"{HOW} {note}",
        )

    listing = ("the same systems listed by bare calls", found.listing)
    how_listed = "Bare: everything of all tenants listed, all systems side by side; the best of 3."
    return [
        figure(
            f"{COUNT} tenants at once", "s", found.at_once, 1.15,
            "From `kubectl apply` until every Tenant is Ready; bare: Cassandra's statements alone.",
            bare=("the slowest backend's part by a bare script", found.bare),
        ),
        figure(
            f"Start with {COUNT} tenants", "s", found.started, 3,
            f"From the first metric until each was looked at once. {how_listed}",
            bare=listing,
        ),
        figure(
            f"Resync of {COUNT} tenants", "s", found.resync, 2,
            f"All looked at once more, a minute after the last time. {how_listed}", bare=listing,
        ),
        figure(
            f"Writes of a resync of {COUNT} tenants", "writes", found.writes, 0,
            f"Writes to the Kubernetes API in the {RESYNC} s from one resync to the next.",
        ),
        figure(
            f"Processor time of a resync of {COUNT} tenants", "s", found.cpu, 0.05 * COUNT,
            f"The operator's own, all of it in the {RESYNC} s from one resync to the next.",
        ),
        figure(
            f"Memory with {COUNT} tenants", "MiB", found.memory, 300,
            "The most resident memory that the operator had.",
        ),
    ]  # fmt: skip
