"""How often the API server is asked: once a pass and kind, however many look and wait."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

from inkwell_api import names
from inkwell_operator.backends.grouped_reads import MANY
from inkwell_operator.backends.kubernetes_api.kinds import Kind, Manifest
from inkwell_operator.backends.kubernetes_api.managers import RECORD
from inkwell_operator.backends.kubernetes_api.state import ObservedObjects
from inkwell_operator.backends.namespace import NamespaceBackend
from inkwell_operator.backends.secrets import SecretsBackend
from inkwell_operator.backends.secrets.desire import encode
from inkwell_operator.backends.workloads import WorkloadsBackend
from inkwell_operator.model.errors import AccessDenied
from inkwell_operator.model.plan import Step
from inkwell_operator.model.validate import ValidatedTenant
from inkwell_operator.settings import Settings, WorkerSettings
from support import make


class Api:
    """An API server that holds objects and notes what it is asked for."""

    def __init__(self, *objects: Manifest) -> None:
        self.objects = [*objects]
        self.asked: list[tuple[str, str, str]] = []
        self.is_forbidden = False

    @property
    def server_time(self) -> datetime:
        return datetime.now(UTC)

    async def pages(
        self, kind: Kind, namespace: str = "", labels: str = ""
    ) -> AsyncIterator[Sequence[Manifest]]:
        self.asked.append((kind.kind, namespace, labels))
        yield [
            each
            for each in self.objects
            if each["kind"] == kind.kind
            and namespace in {"", each["metadata"].get("namespace")}
            and (not labels or names.LABEL_MANAGED_BY in each["metadata"].get("labels", {}))
        ]

    async def list(self, kind: Kind, namespace: str = "") -> list[Manifest]:
        if self.is_forbidden:
            raise AccessDenied("no right")
        return [each async for page in self.pages(kind, namespace) for each in page]

    async def get(self, kind: Kind, name: str, namespace: str = "") -> Manifest | None:
        self.asked.append((kind.kind, namespace, name))
        return None

    async def apply(self, manifest: Manifest) -> None:
        self.objects.append(manifest)


def made(tenant: ValidatedTenant) -> list[Manifest]:
    backend = WorkloadsBackend(None, WorkerSettings())  # type: ignore[arg-type]  # desiring is pure
    return [*backend.desire(tenant).objects.values()]


def workloads(api: Api) -> WorkloadsBackend:
    return WorkloadsBackend(api, WorkerSettings())  # type: ignore[arg-type]  # the seam


async def test_whatever_one_pass_asks_of_the_workloads_is_read_once() -> None:
    tenant = make.tenant(pipelines={"invoices": make.pipeline_spec()})
    api = Api(*made(tenant))
    backend = workloads(api)
    desired = backend.desire(tenant)
    offer = tenant.resolved.spec.gateway
    await backend.replicas("acme", "invoices")
    await backend.observe(desired)
    await backend.gateway_waits("acme", "invoices")
    await backend.gateway_url("acme", offer)
    assert sorted(kind for kind, *_ in api.asked) == [
        "ConfigMap",
        "Deployment",
        "Service",
        "ServiceAccount",
    ]


async def test_what_was_written_or_reported_as_changed_is_read_again() -> None:
    tenant = make.tenant()
    api = Api(*made(tenant))
    backend = workloads(api)
    desired = backend.desire(tenant)
    await backend.observe(desired)
    backend.invalidate("acme")
    await backend.observe(desired)
    assert len(api.asked) == 2 * 4
    plan = backend.diff(desired, ObservedObjects({}))
    await backend.apply(plan.steps[0])
    await backend.observe(desired)
    assert len(api.asked) == 3 * 4


async def test_the_gateways_address_follows_its_service_and_nothing_else() -> None:
    """A status is written by the operator, and by whoever else may; it is never read."""
    tenant = make.tenant()
    objects = made(tenant)
    (service,) = (each for each in objects if each["kind"] == "Service")
    service["spec"]["ports"][0]["nodePort"] = 30001
    backend = workloads(Api(*objects))
    offer = tenant.resolved.spec.gateway
    assert await backend.gateway_url("acme", offer) == "http://127.0.0.1:30001"
    service["spec"]["ports"][0]["nodePort"] = 30002
    backend.invalidate("acme")
    assert await backend.gateway_url("acme", offer) == "http://127.0.0.1:30002"
    elsewhere = make.class_spec(gateway={"serviceType": "NodePort", "externalHost": "h"}).gateway
    assert await backend.gateway_url("acme", elsewhere) == "http://h:30002"


async def test_calls_do_not_follow_the_number_of_tenants() -> None:
    tenants = [make.tenant(f"t{number}") for number in range(MANY * 3)]
    api = Api(*(each for tenant in tenants for each in made(tenant)))
    backend = workloads(api)
    reads = backend._reads
    snapshot = await reads._read(None)
    assert len(api.asked) == 4
    assert snapshot.by_tenant.keys() == {tenant.name for tenant in tenants}


def test_an_object_with_our_marks_in_another_namespace_is_not_the_tenants() -> None:
    """A read of all tenants at once finds it too; somebody made a copy of one of ours."""
    desired = workloads(Api()).desire(make.tenant())
    (ours, *_) = desired.objects.values()
    copied = ours | {"metadata": ours["metadata"] | {"namespace": "kube-system"}}
    assert desired.scope.owns(ours)
    assert not desired.scope.owns(copied)


async def test_a_policy_that_wears_the_label_of_a_stage_is_an_opening_all_the_same() -> None:
    backend = NamespaceBackend(None, Settings())  # type: ignore[arg-type]  # desiring is pure
    desired = backend.desire(make.tenant())
    objects = [*desired.objects.objects.values()]
    (stage,) = (each for each in objects if each["metadata"]["name"] == "ocr")
    forged: dict[str, Any] = stage | {
        "metadata": stage["metadata"]
        | {"name": "more", "labels": stage["metadata"]["labels"] | {names.LABEL_STAGE: "ocr"}}
    }
    api = Api(*objects, forged)
    observed = await NamespaceBackend(api, Settings()).observe(desired)  # type: ignore[arg-type]  # the seam
    assert [ref.name for ref in observed.openings] == ["more"]
    assert set(observed.objects.added.values()) == {(RECORD,)}


def secrets(api: Api) -> SecretsBackend:
    return SecretsBackend(api)  # type: ignore[arg-type]  # the seam


async def test_the_secrets_of_a_pass_cost_one_call() -> None:
    tenant = make.tenant()
    backend = secrets(Api())
    desired = backend.desire(tenant)
    (secret,) = desired.objects.objects.values()
    api = Api(secret | {"data": secret["data"] | {"password": encode("p")}})
    backend = secrets(api)
    assert backend.diff(desired, await backend.observe(desired)).is_empty
    assert (await backend.values(desired))["gateway"]["password"] == "p"
    assert api.asked == [("Secret", "tenant-acme", "")]


async def test_a_drawn_password_is_read_back_and_not_remembered() -> None:
    api = Api()
    backend = secrets(api)
    desired = backend.desire(make.tenant())
    plan = backend.diff(desired, await backend.observe(desired))
    step: Step[Any] = plan.steps[0]
    await backend.apply(step)
    drawn = (await backend.values(desired))["gateway"]["password"]
    assert len(drawn) > 20
    assert len([each for each in api.asked if each[0] == "Secret"]) == 2


async def test_no_secrets_are_read_where_there_is_no_namespace() -> None:
    api = Api()
    api.is_forbidden = True
    backend = secrets(api)
    assert (await backend.observe(backend.desire(make.tenant()))).objects == {}
    assert api.asked == [("Namespace", "", "tenant-acme")]
