"""The operator against a real API server and the real backends: the world's state is judged."""

import asyncio
import contextlib
import json
from typing import Any, Final

from inkwell_api import names
from inkwell_api.names import EventKind
from inkwell_operator.queue import Key
from support import wait
from support.operator_run import Operator, kubectl, pipeline, tenant
from support.operator_world import can_log_in, deployed, leftovers, partitions, password

_SERVERS_OWN: Final = {"resourceVersion", "managedFields"}


async def test_a_tenant_and_its_pipeline_come_to_be_and_a_second_pass_writes_nothing(
    running: Operator, name: str
) -> None:
    await running.apply(tenant(name, owners=[{"kind": "Group", "name": "oidc:admins"}]))
    await running.provisioned("tenant", name)
    await running.apply(pipeline(name))
    namespace = names.namespace(name)
    await running.provisioned("documentpipeline", "invoices", namespace)
    asleep = await running.until(
        "documentpipeline", "invoices", namespace, WorkersReady=("True", "AsSpecified")
    )
    assert asleep["Ready"]["message"] == "as specified"
    assert await partitions(running, names.topic(name, "invoices", EventKind.UPLOADED)) == 2
    archive = names.stage_principal(name, "invoices", names.Stage.ARCHIVE)
    secret = await password(running, name, "invoices-archive")
    assert await can_log_in(running, archive, secret)
    assert not await can_log_in(running, archive, "another password")

    # The gateway's change for the new pipeline may still have to be told in the tenant's status.
    await _pass_over(running, name)
    await running.until("tenant", name, WorkersReady=("True", "AsSpecified"))
    await wait.until("proof of isolation", lambda: _is_proven(running, name), seconds=120)
    before = await _written(running, name)
    await _pass_over(running, name)
    assert await _written(running, name) == before


async def _is_proven(run: Operator, tenant_name: str) -> bool:
    """Make one more pass, which tells what its proof came to; say whether all was refused."""
    await _pass_over(run, tenant_name)
    bodies = [
        await run.get("tenant", tenant_name),
        await run.get("documentpipeline", "invoices", names.namespace(tenant_name)),
    ]
    found = [
        condition["status"]
        for body in bodies
        if body is not None
        for condition in body["status"]["conditions"]
        if condition["type"] == "Isolated"
    ]
    return found == ["True", "True"]


async def _written(run: Operator, tenant_name: str) -> dict[str, Any]:
    """Return of every object of a tenant what the operator writes: any write would change it."""
    namespace = names.namespace(tenant_name)
    kinds = "all,secrets,configmaps,serviceaccounts,networkpolicies,rolebindings,resourcequotas"
    text = await asyncio.to_thread(
        kubectl, "get", f"{kinds},documentpipelines", "--namespace", namespace, "--output=json"
    )
    bodies = [
        *json.loads(text)["items"],
        await run.get("tenant", tenant_name),
        await run.get("namespace", namespace),
    ]
    return {
        f"{body['kind']} {body['metadata']['name']}": _without_what_controllers_write(body)
        for body in bodies
        if body is not None and body["kind"] not in {"Pod", "ReplicaSet"}
    }


def _without_what_controllers_write(body: dict[str, Any]) -> Any:
    """Leave out what changes as pods come and go; of our own kinds we write all."""
    if body["kind"] in {"Tenant", "DocumentPipeline"}:
        return body["metadata"]["resourceVersion"]
    metadata = {k: v for k, v in body["metadata"].items() if k not in _SERVERS_OWN}
    return {**body, "metadata": metadata, "status": None}


async def _pass_over(run: Operator, tenant_name: str) -> None:
    """Make one more pass over a tenant and its pipeline, and wait until both have ended."""
    queue = run.core.queue
    keys = (
        Key("Tenant", "", tenant_name),
        Key("DocumentPipeline", names.namespace(tenant_name), "invoices"),
    )
    for key in keys:
        queue.add(key)

    async def is_idle() -> bool:
        return queue.active == 0 and queue.overdue() == 0

    await wait.until("end of the pass", is_idle, seconds=60, every=0.05)


async def test_what_can_change_changes_and_what_cannot_is_refused_and_changes_nothing(
    running: Operator, name: str
) -> None:
    namespace, topic = names.namespace(name), names.topic(name, "invoices", EventKind.UPLOADED)
    await running.apply(tenant(name))
    await running.provisioned("tenant", name)
    await running.apply(pipeline(name))
    await running.provisioned("documentpipeline", "invoices", namespace)

    await running.patch("documentpipeline", "invoices", {"topics": {"partitions": 4}}, namespace)
    await running.provisioned("documentpipeline", "invoices", namespace)
    assert await partitions(running, topic) == 4

    await running.patch("documentpipeline", "invoices", {"topics": {"partitions": 3}}, namespace)
    told = await running.until(
        "documentpipeline",
        "invoices",
        namespace,
        KafkaReady=("False", "Refused"),
        WorkersReady=("True", "AsSpecified"),
    )
    assert "4 partitions" in told["KafkaReady"]["message"]
    assert told["PostgresReady"]["status"] == told["KeycloakReady"]["status"] == "True"
    assert await partitions(running, topic) == 4

    await running.patch("tenant", name, {"quotas": {"pods": 7}})
    await running.provisioned("tenant", name)
    quota = await running.get("resourcequota", "inkwell", namespace)
    assert quota is not None
    assert quota["spec"]["hard"]["pods"] == "7"


async def test_a_spec_that_cannot_work_is_told_in_words_and_makes_nothing(
    running: Operator, name: str
) -> None:
    namespace = names.namespace(name)
    await running.apply(tenant(name))
    await running.provisioned("tenant", name)
    extraction = {
        "schema": {"type": "object", "properties": {"total": {"type": "number"}}},
        "rules": [{"field": "total", "patterns": ["("]}],
    }
    await running.apply(pipeline(name, extraction=extraction))
    told = await running.until(
        "documentpipeline", "invoices", namespace, Ready=("False", "InvalidSpec")
    )
    assert "pattern 1 of total is no RE2 expression" in told["Ready"]["message"]
    assert await partitions(running, names.topic(name, "invoices", EventKind.UPLOADED)) == 0


async def test_drift_is_put_right_soon(running: Operator, name: str) -> None:
    namespace = names.namespace(name)
    await running.apply(tenant(name))
    await running.provisioned("tenant", name)
    before = await running.get("networkpolicy", "default-deny", namespace)
    assert before is not None
    await running.delete_now("networkpolicy", "default-deny", namespace)

    async def is_back() -> bool:
        found = await running.get("networkpolicy", "default-deny", namespace)
        return found is not None and found["metadata"]["uid"] != before["metadata"]["uid"]

    await wait.until("the policy again", is_back)


async def test_mode_plan_shows_and_changes_nothing(running: Operator, name: str) -> None:
    await running.apply(tenant(name, mode="Plan"))
    await running.until("tenant", name, Ready=("False", "Planned"))
    body = await running.get("tenant", name)
    assert body is not None
    assert f"+ Namespace {names.namespace(name)}" in body["status"]["plan"]
    assert f"+ schema {names.schema(name)}" in body["status"]["plan"]
    assert "finalizers" not in body["metadata"]
    assert await leftovers(running, name) == []


async def test_a_suspended_tenant_keeps_its_data_and_runs_no_pod(
    running: Operator, name: str
) -> None:
    await running.apply(tenant(name))
    await running.provisioned("tenant", name)
    assert (await deployed(running, name, "gateway"))["spec"]["replicas"] == 1
    await running.patch("tenant", name, {"suspended": True})
    await running.until("tenant", name, WorkersReady=("True", "Suspended"))
    assert (await deployed(running, name, "gateway"))["spec"]["replicas"] == 0
    secret = await password(running, name, "gateway")
    assert await can_log_in(running, names.gateway_principal(name), secret)


async def test_retain_keeps_the_data_and_revokes_every_login_and_delete_leaves_nothing(
    running: Operator, name: str
) -> None:
    namespace, topic = names.namespace(name), names.topic(name, "invoices", EventKind.UPLOADED)
    gateway = names.gateway_principal(name)
    await running.apply(tenant(name, deletionPolicy="Retain"))
    await running.provisioned("tenant", name)
    await running.apply(pipeline(name))
    await running.provisioned("documentpipeline", "invoices", namespace)
    secret = await password(running, name, "gateway")
    assert await can_log_in(running, gateway, secret)

    await running.delete("tenant", name)
    assert not await can_log_in(running, gateway, secret)
    assert await running.get("namespace", namespace) is None
    assert await partitions(running, topic) == 2
    left = await leftovers(running, name)
    assert any(names.schema(name) in line for line in left)
    assert not [line for line in left if "login" in line]

    await running.apply(tenant(name, deletionPolicy="Delete", retainedData="Reuse"))
    await running.provisioned("tenant", name)
    await running.apply(pipeline(name))
    await running.provisioned("documentpipeline", "invoices", namespace)
    await running.delete("documentpipeline", "invoices", namespace)
    assert await partitions(running, topic) == 0
    await running.delete("tenant", name)
    assert await leftovers(running, name) == []


async def test_a_pipeline_outside_of_a_tenants_namespace_is_told_where_it_belongs(
    running: Operator,
) -> None:
    stray = pipeline("stray")
    stray["metadata"]["namespace"] = "default"
    await running.apply(stray)
    try:
        told = await running.until(
            "documentpipeline", "invoices", "default", Ready=("False", "TenantNotReady")
        )
        assert "belongs to no tenant" in told["Ready"]["message"]
    finally:
        with contextlib.suppress(AssertionError):
            await running.delete("documentpipeline", "invoices", "default")
