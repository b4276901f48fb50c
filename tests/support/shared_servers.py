"""Servers that several installations share, and what one of them owns there.

A cluster that is lost, or another that shares the servers, is made of the one cluster there is:
every object of a tenant is taken out of Kubernetes without the operator, and what is in the servers
stays.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from psycopg import sql

from inkwell_api import names
from inkwell_api.tables import cql
from inkwell_local.services.catalogue import SERVICES
from inkwell_operator.context import BackendPool, DataBackends
from inkwell_operator.model.ownership import Claim, Mark
from inkwell_operator.model.plan_text import render_step
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import Absent, Credential, SecretRef
from inkwell_operator.settings import IsolationSettings, QueueSettings, Settings
from support import backend_services as services
from support import wait
from support.cassandra_session import is_let_in, run_as_admin, session
from support.operator_run import Objects, kubectl
from support.postgres_logins import UPLOAD, as_admin, as_login

CONTENT: Final = b"%PDF-1.7 of the first installation"
_NOWHERE: Final = SecretRef("", "")


def settings_of(installation: str, *, take_back: bool = False) -> Settings:
    """Return the settings of an operator of an installation; it keeps no canary."""
    return Settings(
        endpoint_overrides={service.address: service.host_address for service in SERVICES},
        installation=installation,
        take_back=take_back,
        isolation=IsolationSettings(enabled=False),
        metrics_port=0,
        probe_port=0,
        leader_election=True,
        queue=QueueSettings(
            waiting_seconds=0.5, blocked_retry_seconds=1, least_interval_seconds=0.5
        ),
    )


@dataclass(frozen=True, slots=True)
class SharedServers:
    """The servers, seen by somebody who belongs to no installation."""

    resolved: ResolvedClass
    backends: DataBackends

    async def belongings(self, installation: str, tenant: str) -> list[str]:
        """Return what an installation owns of a tenant: what its deletion would remove, in words.

        By the marks: of whatever Tenant of this name, and of this installation alone.
        """
        absent = self._absent(installation, tenant)
        found: list[str] = []
        for backend in self.backends.all():
            desired = backend.desire(absent)
            steps = backend.diff(desired, await backend.observe(desired)).steps
            found += sorted(map(render_step, steps))
        return found

    async def clear(self, installation: str, tenant: str) -> None:
        """Remove what an installation owns of a tenant."""
        absent = self._absent(installation, tenant)
        await asyncio.gather(
            *(services.converged(one, one.desire(absent)) for one in self.backends.all())
        )

    def _absent(self, installation: str, tenant: str) -> Absent:
        claim = Claim(Mark(tenant, installation), takes_back=True)
        return Absent(tenant, None, retain=False, resolved=self.resolved, claim=claim)

    async def upload(self, tenant: str, pipeline: str, password: str) -> UUID:
        """Add a document as the tenant's gateway does: a row, and its bytes.

        Gateways that run use up all of the login's connections.
        """
        document, gateway = uuid4(), names.gateway_principal(tenant)
        async with as_login(
            self.resolved.postgres, Credential(gateway, password, _NOWHERE)
        ) as database:
            await database.execute(UPLOAD, [str(document), pipeline])

        def write() -> None:
            with session(self.resolved.cassandra, gateway, password) as cluster:
                cluster.set_keyspace(names.keyspace(tenant))
                insert = "INSERT INTO document_chunks (document_id, chunk, content)"
                cluster.execute(f"{insert} VALUES (%s, 0, %s)", (document, CONTENT))

        await asyncio.to_thread(write)
        return document

    async def is_whole(self, tenant: str, document: UUID) -> bool:
        """Whether a document's row and its bytes are there."""
        table = sql.Identifier(names.schema(tenant), "documents")
        query = sql.SQL("SELECT count(*) FROM {} WHERE document_id = %s").format(table)
        async with as_admin(self.resolved.postgres) as database:
            row = await (await database.execute(query, [str(document)])).fetchone()
        chunks = f"{cql.identifier(names.keyspace(tenant))}.document_chunks"
        select = f"SELECT content FROM {chunks} WHERE document_id = {document}"  # noqa: S608 - a test's own names
        found = await asyncio.to_thread(run_as_admin, self.resolved.cassandra, select)
        return row == (1,) and [bytes(each.content) for each in found] == [CONTENT]

    async def lets_in(self, tenant: str, password: str) -> bool:
        """Whether Cassandra lets the tenant's gateway in with a password."""
        gateway = names.gateway_principal(tenant)
        return await asyncio.to_thread(is_let_in, self.resolved.cassandra, gateway, password)


@asynccontextmanager
async def shared_servers() -> AsyncIterator[SharedServers]:
    """Give the servers of this machine, or skip the test."""
    found = services.connected("kafka", "registry", "cassandra", "postgres", "keycloak")
    resolved = services.resolved(found)
    pool = BackendPool()
    try:
        yield SharedServers(resolved, pool.for_class(resolved))
    finally:
        await pool.aclose()


async def lose_cluster(tenant: str, *pipelines: str) -> None:
    """Take a tenant out of Kubernetes while no operator runs: nobody cleans up after it."""
    namespace = names.namespace(tenant)
    objects = [("tenant", tenant), *(("dpl", each, "-n", namespace) for each in pipelines)]
    free = json.dumps({"metadata": {"finalizers": None}})

    def lose() -> None:
        for each in objects:
            if kubectl("get", *each, "--ignore-not-found"):
                kubectl("patch", *each, "--type=merge", f"--patch={free}")
                kubectl("delete", *each, "--ignore-not-found")
        kubectl("delete", "namespace", namespace, "--wait=false", "--ignore-not-found")

    await asyncio.to_thread(lose)
    there = Objects()

    async def is_gone() -> bool:
        return await there.get("namespace", namespace) is None

    await wait.until(f"end of namespace {namespace}", is_gone, seconds=120)
