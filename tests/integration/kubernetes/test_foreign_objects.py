"""What others put into a tenant's namespace, or had there before, on a real API server."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from inkwell_api import names
from inkwell_operator.backends.kubernetes_api import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import (
    CONFIG_MAP,
    DEPLOYMENT,
    LIMIT_RANGE,
    NAMESPACE,
    NETWORK_POLICY,
    PIPELINE,
    RESOURCE_QUOTA,
    ROLE_BINDING,
    SECRET,
    SERVICE_ACCOUNT,
    Manifest,
)
from inkwell_operator.model.validate import ValidatedTenant
from support import made_tenants, make, wait
from support.tenant_room import Room, unowned


def bare_namespace(tenant: ValidatedTenant, **labels: str) -> Manifest:
    """Return a namespace of the tenant's name as somebody else would make it."""
    metadata = {"name": names.namespace(tenant.name), "labels": labels}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


@pytest.fixture
async def foreign(client: KubernetesClient, tenant: ValidatedTenant) -> AsyncIterator[Room]:
    """A namespace of the tenant's name that somebody else made."""
    await client.create(bare_namespace(tenant, owner="somebody"))
    yield Room(client, tenant)
    await client.delete(NAMESPACE, names.namespace(tenant.name))


async def test_in_a_namespace_of_somebody_else_nothing_is_made(
    foreign: Room, client: KubernetesClient
) -> None:
    outcome = await foreign.converge("namespace")
    assert outcome.applied == ()
    (refusal,) = outcome.refusals
    assert "kubectl label namespace" in refusal.message
    for kind in (ROLE_BINDING, NETWORK_POLICY, RESOURCE_QUOTA, LIMIT_RANGE, SECRET):
        assert await client.list(kind, foreign.namespace) == []
    left = [each["metadata"]["name"] for each in await client.list(CONFIG_MAP, foreign.namespace)]
    assert left == ["kube-root-ca.crt"]
    absent = make.absent(foreign.tenant.name)
    assert (await foreign.converge("namespace", absent)).applied == ()
    assert await client.get(NAMESPACE, foreign.namespace) is not None


async def test_a_namespace_that_is_labelled_for_the_tenant_becomes_its_own(
    client: KubernetesClient, tenant: ValidatedTenant
) -> None:
    room = Room(client, tenant)
    await client.create(bare_namespace(tenant, **{names.LABEL_TENANT: tenant.name}))
    assert await room.bring()
    assert await room.bring() == ()
    found = await client.get(NAMESPACE, room.namespace)
    assert found is not None
    assert found["metadata"]["annotations"]["inkwell.dev/uid"] == tenant.claim.mark.uid
    absent = make.absent(tenant.name)
    assert (await room.converge("namespace", absent)).applied


async def test_a_namespace_that_lost_its_labels_still_goes_with_its_tenant(
    room: Room, client: KubernetesClient
) -> None:
    labels = [{"op": "remove", "path": "/metadata/labels/app.kubernetes.io~1managed-by"}]
    await client.patch(NAMESPACE, room.namespace, "", labels)
    assert (await room.converge("namespace", make.absent(room.tenant.name))).applied


async def test_a_namespace_is_adopted_when_the_tenant_says_so(foreign: Room) -> None:
    claim = replace(foreign.tenant.claim, adopts=True)
    foreign.tenant = replace(foreign.tenant, claim=claim)
    assert await foreign.bring()
    assert await foreign.bring() == ()


async def test_an_object_of_a_wanted_name_is_adopted_with_the_namespace(
    foreign: Room, client: KubernetesClient
) -> None:
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "default-deny", "namespace": foreign.namespace},
        "spec": {"podSelector": {}, "ingress": [{}]},
    }
    await client.create(policy)
    claim = replace(foreign.tenant.claim, adopts=True)
    foreign.tenant = replace(foreign.tenant, claim=claim)
    assert any("-spec.ingress" in line for line in await foreign.bring())
    assert await foreign.bring() == ()


async def test_a_policy_that_an_administrator_added_is_named(
    room: Room, client: KubernetesClient
) -> None:
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "let-in", "namespace": room.namespace},
        "spec": {"podSelector": {}, "ingress": [{}]},
    }
    await client.create(policy)
    (refusal,) = (await room.converge("namespace")).refusals
    assert f"NetworkPolicy {room.namespace}/let-in is not Inkwell's" in refusal.message
    accepted = ("add", "/metadata/annotations", {"inkwell.dev/accepted": "true"})
    await room.by_hand(NETWORK_POLICY, "let-in", accepted)
    assert (await room.converge("namespace")).refusals == ()


@pytest.mark.usefixtures("kinds")
async def test_what_a_pipeline_without_a_finalizer_left_behind_goes_at_the_tenants_pass(
    room: Room, client: KubernetesClient
) -> None:
    pipeline = unowned(make.pipeline("ghost", of=room.tenant))
    for name in ("secrets", "workloads"):
        await room.converge(name, pipeline)

    async def is_swept() -> bool:
        await room.bring()
        objects = [
            each
            for kind in (SECRET, CONFIG_MAP, SERVICE_ACCOUNT, DEPLOYMENT)
            for each in await client.list(kind, room.namespace, f"{names.LABEL_PIPELINE}=ghost")
        ]
        return not objects

    await wait.until("end of what was left behind", is_swept, seconds=60)


@pytest.mark.usefixtures("kinds")
async def test_objects_of_a_pipeline_that_the_tenant_does_not_know_yet_are_left_alone(
    room: Room, client: KubernetesClient
) -> None:

    async def is_counted() -> bool:
        return not (await room.converge("namespace")).waits

    # Kubernetes begins to count a kind some time after it was made.
    await wait.until("the quota to be counted", is_counted, seconds=90)
    created = await client.create(made_tenants.pipeline_manifest(room.tenant.name, "young"))
    pipeline = replace(make.pipeline("young", of=room.tenant), uid=created["metadata"]["uid"])
    for name in ("secrets", "workloads"):
        await room.converge(name, pipeline)
    assert await room.bring() == ()
    assert await client.get(SECRET, "young-ocr", room.namespace) is not None
    await client.delete(PIPELINE, "young", room.namespace)

    async def is_collected() -> bool:
        return await client.get(SECRET, "young-ocr", room.namespace) is None

    await wait.until("Kubernetes collects what the pipeline owned", is_collected, seconds=60)
