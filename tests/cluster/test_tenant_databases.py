"""A class whose tenants have PostgreSQL databases of their own, from its creation to its end."""

import asyncio
import json
from typing import Any

import yaml

from inkwell_api import names
from inkwell_operator.model.isolation import Canary
from support import make
from support.operator_run import Operator, kubectl, pipeline, tenant
from support.postgres_logins import as_admin

CLASS = make.ROOT / "manifests" / "examples" / "standard-class.yaml"


async def test_a_tenant_of_such_a_class_lives_in_its_database_and_takes_it_along(
    running: Operator, name: str
) -> None:
    walled = yaml.safe_load(CLASS.read_text("utf-8"))
    walled["metadata"]["name"] = name
    walled["spec"]["postgres"]["isolation"] = "Database"
    namespace, database = names.namespace(name), names.database(name)
    try:
        await running.apply(walled, tenant(name, className=name, deletionPolicy="Delete"))
        await running.provisioned("tenant", name)
        await running.apply(pipeline(name))
        await running.provisioned("documentpipeline", "invoices", namespace)
        told = await asyncio.to_thread(
            kubectl, "get", "configmaps", "--namespace", namespace, "--output=json"
        )
        assert _databases(json.loads(told)) == {database}
        await running.until("tenant", name, Isolated=("True", "AsSpecified"))
        resolved = await running.core.context.classes.resolve(name)
        canary = Canary.of(running.core.context.installation, resolved.postgres)
        assert {database, names.database(canary.tenant)} <= await _there(resolved)
        await running.delete("tenant", name)
    finally:
        await running.delete_now("tenant", name)
        await running.delete("tenantclass", name)
    assert not {database, names.database(canary.tenant)} & await _there(resolved)


def _databases(configs: dict[str, Any]) -> set[str]:
    """Return the databases that workers are told of."""
    texts = (text for one in configs["items"] for text in (one.get("data") or {}).values())
    envs = (json.loads(text) for text in texts if text.startswith("{"))
    return {env["postgres"]["database"] for env in envs if env.get("postgres")}


async def _there(resolved: Any) -> set[str]:
    async with as_admin(resolved.postgres) as session:
        found = await session.execute("SELECT datname FROM pg_database")
        return {row[0] for row in await found.fetchall()}
