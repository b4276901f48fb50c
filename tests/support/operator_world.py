"""What stands in the backends of an operator under test, seen by other eyes than the operator's."""

import asyncio
import base64
from typing import Any

import psycopg
from confluent_kafka.admin import AdminClient

from inkwell_api import names
from inkwell_operator.model.ownership import Claim, Mark
from inkwell_operator.model.plan_text import render_step
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import Absent
from support import wait
from support.operator_run import Operator


async def resolved(run: Operator) -> ResolvedClass:
    """Return the class that the tests use."""
    return await run.core.context.classes.resolve("standard")


async def password(run: Operator, tenant_name: str, secret: str) -> str:
    """Return a login's password, from its Secret."""
    body = await run.get("secret", secret, names.namespace(tenant_name))
    assert body is not None
    return base64.b64decode(body["data"]["password"]).decode()


async def can_log_in(run: Operator, user: str, secret: str) -> bool:
    """Say whether PostgreSQL lets a login in."""
    target = (await resolved(run)).postgres

    def connect() -> bool:
        try:
            psycopg.connect(
                host=target.host,
                port=target.port,
                dbname=target.database,
                user=user,
                password=secret,
                sslmode="verify-full",
                sslrootcert=str(target.admin.ca_file),
            ).close()
        except psycopg.OperationalError:
            return False
        return True

    return await asyncio.to_thread(connect)


async def partitions(run: Operator, topic: str) -> int:
    """Return a topic's partitions as Kafka says, or 0."""
    target = (await resolved(run)).kafka

    def ask() -> int:
        client = AdminClient(
            {
                "bootstrap.servers": ",".join(target.bootstrap_servers),
                "security.protocol": "SASL_SSL",
                "sasl.mechanism": "SCRAM-SHA-512",
                "sasl.username": target.admin.username,
                "sasl.password": target.admin.password,
                "ssl.ca.pem": target.admin.ca_pem,
            }
        )
        known = client.list_topics(timeout=20).topics
        return len(known[topic].partitions) if topic in known else 0

    return await asyncio.to_thread(ask)


async def leftovers(run: Operator, tenant_name: str) -> list[str]:
    """Return what would still have to go for nothing of a tenant to be left in any backend."""
    whole = await resolved(run)
    installation = run.core.context.installation
    claim = Claim(Mark(tenant_name, installation), takes_back=True)
    absent = Absent(tenant_name, None, retain=False, resolved=whole, claim=claim)
    found: list[str] = []
    backends: list[Any] = [
        *run.core.context.pool.for_class(whole).all(),
        run.core.context.namespace,
    ]
    for backend in backends:
        desired = backend.desire(absent)
        found += map(render_step, backend.diff(desired, await backend.observe(desired)).steps)
    return found


async def deployed(run: Operator, tenant_name: str, deployment: str) -> dict[str, Any]:
    """Return a Deployment once it is there."""

    async def look() -> dict[str, Any] | None:
        return await run.get("deployment", deployment, names.namespace(tenant_name))

    return await wait.until(f"Deployment {deployment}", look, seconds=60)
