"""What the chart grants the operator is what the operator uses: nothing is missing, nothing spare.

An operator that is bound to the rendered roles and nothing else lives through all that can happen
to a Tenant, and a proxy takes note of each call, Kopf's too.
"""

import asyncio
import base64
import json
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from inkwell_api import names
from support import backend_services as services
from support import make, wait
from support.chart import Manifest, objects
from support.operator_process import operator_process
from support.operator_run import Objects, kubectl, pipeline, tenant
from support.postgres_logins import as_admin
from support.rbac import Ask, Grant, Reach, compare, grants_of
from support.recorder import kubeconfig_for, recorder
from support.rights import InForce, in_force, secrets_role_in_force

CLASS: Final = make.ROOT / "manifests" / "examples" / "standard-class.yaml"
ROLES: Final = {
    ("Role", "inkwell-operator"): Reach.HOME,
    ("ClusterRole", "inkwell-tenant-secrets"): Reach.TENANTS,
    ("ClusterRole", "inkwell-operator"): Reach.EVERYWHERE,
}
UNUSED_HERE: Final[dict[str, str]] = {}
"""Rights that this life of a Tenant does not need, and which paths do."""
COPIED: Final = (("limitrange", "inkwell"), ("resourcequota", "inkwell"), ("networkpolicy", "ocr"))
"""Objects that people copy; nothing but a copy with our mark is ever deleted of these kinds."""


@pytest.fixture(scope="module")
def granted() -> set[Grant]:
    """What the chart's roles grant the operator."""
    return {
        grant
        for item in objects("--no-hooks")
        if (reach := ROLES.get((item["kind"], item["metadata"]["name"])))
        for grant in grants_of(reach, item["rules"])
    }


@pytest.fixture
def rights(kubeconfig: Path, kinds: None) -> Iterator[InForce]:
    """The chart's rights in force."""
    assert kubeconfig
    del kinds
    with secrets_role_in_force(), in_force() as found:
        _copy_admin_logins(found.home)
        yield found


def _copy_admin_logins(home: str) -> None:
    listed = json.loads(kubectl("get", "secrets", "-n", "inkwell-system", "-o", "json"))
    for secret in listed["items"]:
        labels = secret["metadata"].get("labels") or {}
        if any(label.startswith("login.inkwell.dev/") for label in labels):
            copy = {**secret, "metadata": _copied(secret, secret["metadata"]["name"], home)}
            kubectl("create", "-f", "-", text=json.dumps(copy))


def _copied(body: Manifest, name: str, namespace: str) -> dict[str, Any]:
    labels = body["metadata"].get("labels") or {}
    return {"name": name, "namespace": namespace, "labels": labels}


@pytest.fixture
async def asked(
    rights: InForce, kubeconfig: Path, tmp_path: Path
) -> AsyncIterator[tuple[Objects, set[Ask]]]:
    """An operator with nothing but the chart's rights, and what it asks for."""
    token = kubectl("create", "token", "inkwell-operator", "-n", rights.home).strip()
    async with recorder(kubeconfig) as recorded:
        path = tmp_path / "kubeconfig"
        path.write_text(kubeconfig_for(recorded.url, token))
        with operator_process(
            tmp_path / "log",
            path,
            NAMESPACE=rights.home,
            # Of its own: with the class it takes away its canary, which others may need.
            INSTALLATION=rights.home,
            LEADER_ELECTION="true",
            ISOLATION__ENABLED="false",
            QUEUE__WAITING_SECONDS="0.5",
            QUEUE__BLOCKED_RETRY_SECONDS="2",
        ) as process:
            yield Objects(), recorded.asks
            process.process.terminate()
            # Its last word is that it lets its Lease go.
            await asyncio.to_thread(process.process.wait, 60)


@pytest.fixture
async def name(asked: tuple[Objects, set[Ask]]) -> AsyncIterator[str]:
    """A name for a Tenant and its class; neither is left, also where the test fails."""
    run, _ = asked
    name = f"used-{secrets.token_hex(3)}"
    yield name
    for kind in ("tenant", "tenantclass"):
        if await run.get(kind, name):
            if kind == "tenant":
                await run.patch(kind, name, {"deletionPolicy": "Delete", "mode": "Apply"})
            await run.delete(kind, name)


async def test_every_right_of_the_operator_is_used_and_none_is_missing(
    asked: tuple[Objects, set[Ask]], rights: InForce, granted: set[Grant], name: str
) -> None:
    run, asks = asked
    await _is_made(run, name)
    await _changes(run, name)
    await _loses_a_pipeline(run, name, rights.home)
    await _goes(run, name)
    found = compare(asks, granted, rights.home)
    assert found.missing == frozenset()
    assert found.unused == UNUSED_HERE.keys()


async def _is_made(run: Objects, name: str) -> None:
    offer = yaml.safe_load(await asyncio.to_thread(CLASS.read_text, "utf-8"))
    owners = [{"kind": "Group", "name": "oidc:admins"}]
    wanted = tenant(name, className=name, owners=owners, deletionPolicy="Delete")
    await run.apply({**offer, "metadata": {"name": name}}, wanted)
    await run.provisioned("tenant", name)
    for each in ("invoices", "receipts"):
        await run.apply(pipeline(name, each))
    for each in ("invoices", "receipts"):
        await run.provisioned("documentpipeline", each, names.namespace(name))


async def _changes(run: Objects, name: str) -> None:
    """By people who may, and by hands that should not."""
    here = names.namespace(name)
    for kind, of in COPIED:
        body = await run.get(kind, of, here)
        assert body is not None
        await run.apply({**body, "metadata": _copied(body, "copy", here)})
    key = base64.b64encode(b"by hand").decode()
    added = json.dumps({"data": {"key": key}})
    await asyncio.to_thread(
        kubectl, "patch", "secret", "invoices-ocr", "-n", here, "--type=merge", f"-p={added}"
    )
    await run.delete_now("secret", "gateway", here)  # its password is rotated
    awake = {"minReplicas": 1, "maxReplicas": 2}
    spec = {"scaling": {"archive": awake}, "topics": {"partitions": 4}}
    await run.patch("documentpipeline", "invoices", spec, here)
    await run.patch("tenant", name, {"owners": [], "quotas": {"pods": 9}, "suspended": True})

    async def is_put_right() -> bool:
        surplus = [await run.get(kind, "copy", here) for kind, _ in COPIED]
        surplus.append(await run.get("rolebinding", "inkwell-owners", here))
        secret = await run.get("secret", "invoices-ocr", here) or {"data": {"key": ""}}
        return not any(surplus) and "key" not in secret["data"]

    await wait.until(
        "everything put right", is_put_right, explain=lambda: run.explain("tenant", name)
    )
    await run.until("tenant", name, WorkersReady=("True", "Suspended"))
    assert await run.get("secret", "gateway", here)


async def _loses_a_pipeline(run: Objects, name: str, home: str) -> None:
    """It is let go on purpose, and what it leaves is swept when nobody needs it any more."""
    here = names.namespace(name)
    orphaned = f"{names.ORPHAN_ANNOTATION}=true"
    await asyncio.to_thread(kubectl, "annotate", "dpl", "receipts", "-n", here, orphaned)
    await run.delete("documentpipeline", "receipts", here)
    await run.patch("tenant", name, {"quotas": {"pods": 10}})
    await run.until("tenant", name, PostgresReady=("True", "AsSpecified"))
    assert await _has_login(name)
    await run.delete_now("configmap", f"orphan-documentpipeline-{here}.receipts", home)
    await run.patch("tenant", name, {"quotas": {"pods": 9}})

    async def is_swept() -> bool:
        return not await _has_login(name)

    await wait.until("sweep", is_swept, explain=lambda: run.explain("tenant", name))


async def _has_login(name: str) -> bool:
    """Whether PostgreSQL knows the login that names pipeline `receipts`."""
    login = names.stage_principal(name, "receipts", names.Stage.ARCHIVE)
    target = services.resolved(services.connected("postgres")).postgres
    async with as_admin(target) as session:
        found = await session.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login])
        return await found.fetchone() is not None


async def _goes(run: Objects, name: str) -> None:
    """The Tenant's end is planned; then it goes with its pipeline, and the class after it."""
    await run.patch("tenant", name, {"mode": "Plan"})
    await run.delete_now("tenant", name)
    await run.delete_now("tenantclass", name)

    async def is_planned() -> bool:
        body = await run.get("tenant", name)
        return f"- Namespace {names.namespace(name)}" in str((body or {}).get("status"))

    await wait.until("plan of the end", is_planned, explain=lambda: run.explain("tenant", name))
    await run.patch("tenant", name, {"mode": "Apply"})
    await run.delete("tenant", name)
    await run.delete("tenantclass", name)
