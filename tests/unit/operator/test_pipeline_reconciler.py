"""A pipeline that waits for its Tenant, and one that is taken away with its documents."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from inkwell_api import names
from inkwell_api.conditions import ConditionType
from inkwell_operator.backends.kubernetes_api.kinds import Kind
from inkwell_operator.findings import Findings, TenantFindings
from inkwell_operator.model.ownership import Claim
from inkwell_operator.queue import Key, Verdict
from inkwell_operator.reconcilers import erasure
from inkwell_operator.reconcilers.events import EventPoster
from inkwell_operator.reconcilers.pipeline import PipelineReconciler
from inkwell_operator.reconcilers.report import DATA_CONDITIONS, as_specified
from inkwell_operator.reconcilers.status import StatusWriter
from inkwell_operator.scaling import Scaler
from inkwell_operator.settings import Settings
from inkwell_operator.store import Store
from support import make
from support.check_seam import Inline
from support.isolation_seam import Proven
from support.reconciler_world import DELETED, Fake

INVOICES = Key("DocumentPipeline", "tenant-acme", "invoices")


class Documents(Fake):
    """A backend that keeps documents too."""

    def __init__(self, condition: ConditionType, log: list[str]) -> None:
        super().__init__(condition, condition.value, log)
        self.ids = [f"document-{number}" for number in range(1200)]

    async def document_ids(self, claim: Claim, pipeline: str, limit: int) -> tuple[str, ...]:
        assert (claim.mark.tenant, pipeline) == ("acme", "invoices")
        return tuple(self.ids[:limit])

    async def count_documents(self, claim: Claim, pipeline: str) -> int:
        del claim, pipeline
        return len(self.ids)

    async def erase_documents(self, claim: Claim, ids: tuple[str, ...]) -> None:
        assert claim.mark.tenant == "acme"
        self.log.append(f"bytes of {len(ids)}")

    async def delete_documents(self, claim: Claim, pipeline: str, ids: tuple[str, ...]) -> None:
        del claim, pipeline
        self.log.append(f"rows of {len(ids)}")
        self.ids = [each for each in self.ids if each not in ids]


class Workloads(Fake):
    """The stages, and the tenant's gateway."""

    uploads: tuple[str, ...] = ()

    async def gateway_serves(self, tenant: str, pipeline: str) -> tuple[str, ...]:
        del tenant, pipeline
        return self.uploads

    async def replicas(self, tenant: str, pipeline: str) -> dict[names.Stage, int]:
        del tenant, pipeline
        return {}


@dataclass
class World:
    """What a pipeline's reconciler works with."""

    log: list[str] = field(default_factory=list)
    store: Store = field(default_factory=Store)
    findings: Findings = field(default_factory=Findings)
    settings: Settings = field(default_factory=Settings)
    installation: str = "test-installation"
    body: dict[str, Any] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)
    tenant: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.documents = Documents(ConditionType.POSTGRES_READY, self.log)
        self.postgres = self.cassandra = self.documents
        others = [kind for kind in DATA_CONDITIONS if kind is not ConditionType.POSTGRES_READY]
        self.data = [self.documents, *(Fake(kind, kind.value, self.log) for kind in others)]
        self.secrets = Fake(ConditionType.NAMESPACE_READY, "secrets", self.log)
        self.workloads = Workloads(ConditionType.WORKERS_READY, "workloads", self.log)
        for fake in (*self.data, self.secrets, self.workloads):
            fake.is_there = True
        self.classes = self.client = self.pool = self
        self.isolation = Proven()
        self.checker = Inline()
        self.put_tenant()
        metadata = {"name": "invoices", "namespace": "tenant-acme", "uid": "p", "generation": 1}
        spec = make.pipeline_spec().model_dump(by_alias=True, exclude_unset=True)
        self.body = {"kind": "DocumentPipeline", "metadata": metadata, "spec": spec}
        self.change(finalizers=[names.FINALIZER])

    def put_tenant(self, **spec: str) -> None:
        metadata = {"name": "acme", "uid": "t", "generation": 1}
        wishes = {"className": "standard", "deletionPolicy": "Delete"} | spec
        self.tenant = {"kind": "Tenant", "metadata": metadata, "spec": wishes}
        self.store.put(self.tenant)

    def change(self, **metadata: Any) -> None:
        self.body = self.body | {"metadata": self.body["metadata"] | metadata}
        self.store.put(self.body)

    async def resolve(self, name: str) -> Any:
        del name
        return make.resolved()

    def for_class(self, resolved: Any) -> "World":
        del resolved
        return self

    def all(self) -> list[Fake]:
        return self.data

    def check_leadership(self) -> None:
        """Lead, without competitors."""

    async def get(self, kind: Kind, name: str, namespace: str = "") -> dict[str, Any]:
        if kind.kind == "Tenant":
            return self.tenant
        assert (kind.kind, namespace, name) == ("DocumentPipeline", "tenant-acme", "invoices")
        return self.body

    async def create(self, event: dict[str, Any]) -> None:
        """Take an event."""

    async def apply(self, manifest: dict[str, Any], *, subresource: str = "") -> dict[str, Any]:
        if manifest["kind"] == "ConfigMap":
            self.records.append(manifest)
        elif subresource:
            self.log.append("status")
            self.body = self.body | {"status": manifest["status"]}
        else:
            self.log.append("no finalizer")
            self.change(finalizers=[])
        return self.body

    def message(self) -> str:
        return str(self.body["status"]["conditions"][0]["message"])

    async def reconcile(self) -> Verdict:
        self.log.clear()
        client: Any = self
        events = EventPoster(client, "test")
        writer = StatusWriter(client, self.store, events, "inkwell-system")
        scaler = Scaler(client, lambda _: None)
        return (await PipelineReconciler(client, writer, scaler).reconcile(INVOICES)).verdict


@pytest.fixture
def world() -> World:
    return World()


async def test_a_pipeline_waits_without_a_word_until_its_tenant_was_looked_at(
    world: World,
) -> None:
    assert await world.reconcile() is Verdict.WAITING
    assert world.log == []


async def test_what_stands_in_a_tenants_status_is_no_reason_to_begin(world: World) -> None:
    world.findings.record("acme", TenantFindings("t", "", {}))
    await world.reconcile()
    assert "NamespaceReady is not True" in world.message()


async def test_findings_about_an_earlier_tenant_of_the_name_count_for_nothing(
    world: World,
) -> None:
    ready = {kind: as_specified(kind) for kind in ConditionType}
    world.findings.record("acme", TenantFindings("another uid", "", ready))
    assert await world.reconcile() is Verdict.WAITING


async def test_documents_are_erased_bytes_first_and_before_the_logins_go(world: World) -> None:
    world.change(**DELETED)
    assert await world.reconcile() is Verdict.GONE
    assert world.log[0] == "- workloads"
    portions = [("bytes of 500", "rows of 500")] * 2 + [("bytes of 200", "rows of 200")]
    assert world.log[1:7] == [line for portion in portions for line in portion]
    assert sorted(world.log[7:11]) == sorted(f"- {fake.name}" for fake in world.data)
    assert world.log[11:] == ["- secrets", "no finalizer"]


async def test_nothing_is_erased_while_uploads_are_still_taken(world: World) -> None:
    world.workloads.uploads = ("Deployment gateway: it takes uploads for the pipeline",)
    world.change(**DELETED)
    assert await world.reconcile() is Verdict.WAITING
    assert world.log == ["- workloads", "status"]
    assert "it takes uploads" in world.message()
    world.workloads.uploads = ()
    assert await world.reconcile() is Verdict.GONE


async def test_a_long_erasure_goes_on_in_the_next_pass_and_says_how_far_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "_SECONDS", -1.0)
    world.change(**DELETED)
    assert await world.reconcile() is Verdict.WAITING
    assert world.log == ["- workloads", "bytes of 500", "rows of 500", "status"]
    assert "700 are left" in world.message()
    await world.reconcile()
    assert "200 are left" in world.message()


async def test_mode_plan_erases_nothing(world: World) -> None:
    world.put_tenant(mode="Plan")
    world.change(**DELETED)
    await world.reconcile()
    assert world.log == ["status"]
    assert world.body["status"]["plan"][-1] == "- workloads"
    assert len(world.documents.ids) == 1200


async def test_a_wish_of_the_tenant_that_the_store_has_not_seen_yet_is_honoured(
    world: World,
) -> None:
    world.change(**DELETED)
    metadata = world.tenant["metadata"] | {"generation": 2}
    world.tenant = world.tenant | {"metadata": metadata}
    assert await world.reconcile() is Verdict.FAILED
    assert world.log == []
    assert len(world.documents.ids) == 1200


async def test_retained_documents_are_not_touched(world: World) -> None:
    world.put_tenant(deletionPolicy="Retain")
    world.change(**DELETED)
    assert await world.reconcile() is Verdict.GONE
    assert len(world.documents.ids) == 1200


async def test_a_pipeline_whose_tenant_is_gone_for_good_is_let_go(world: World) -> None:
    world.store.drop(Key("Tenant", "", "acme"))
    world.change(**DELETED)
    assert await world.reconcile() is Verdict.GONE
    assert [record["data"]["name"] for record in world.records] == ["invoices"]


async def test_a_pipeline_that_cannot_work_says_so_and_nothing_is_made_for_it(
    world: World,
) -> None:
    rules = [{"name": "r", "expression": "1 + 1", "message": "m"}]
    world.body = world.body | {"spec": world.body["spec"] | {"validation": {"rules": rules}}}
    world.change()
    ready = {kind: as_specified(kind) for kind in ConditionType}
    world.findings.record("acme", TenantFindings("t", "", ready))
    await world.reconcile()
    assert "neither true nor false" in world.message()
    assert world.log == ["status"]
