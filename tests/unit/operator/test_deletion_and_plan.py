"""What is taken away, what is only shown, and what nobody may do any more."""

import pytest
from typing_extensions import override

from inkwell_api import names
from inkwell_operator.model.errors import ClassNotFound
from inkwell_operator.model.plan import Plan, Refusal
from inkwell_operator.model.validate import Subject
from inkwell_operator.queue import Verdict
from inkwell_operator.reconcilers.status import orphan_name
from support.reconciler_world import ACME, DELETED, Workloads, World, new_world


@pytest.fixture
def world() -> World:
    return new_world()


async def test_mode_plan_shows_every_step_and_makes_none(world: World) -> None:
    world.change({"mode": "Plan"})
    await world.reconcile()
    assert world.log == ["status"]
    assert world.body["status"]["plan"][0] == "+ namespace"
    assert len(world.body["status"]["plan"]) == 7


async def test_deletion_goes_the_other_way_and_the_finalizer_last(world: World) -> None:
    await world.reconcile()
    world.change(**DELETED)
    assert await world.reconcile() is Verdict.GONE
    assert world.log[0] == "- workloads"
    assert sorted(world.log[1:5]) == sorted(f"- {fake.name}" for fake in world.data)
    assert world.log[5:] == ["- namespace", "no finalizer"]


async def test_mode_plan_destroys_nothing_and_shows_what_a_deletion_would(world: World) -> None:
    await world.reconcile()
    world.change({"mode": "Plan", "deletionPolicy": "Delete"}, **DELETED)
    await world.reconcile()
    assert world.log == ["status"]
    assert world.body["status"]["plan"][0] == "- namespace"
    assert len(world.body["status"]["plan"]) == 6
    assert world.body["metadata"]["finalizers"] == [names.FINALIZER]
    world.change({"mode": "Apply"})
    assert await world.reconcile() is Verdict.GONE


async def test_the_finalizer_stays_while_a_backend_cannot_be_looked_at(world: World) -> None:
    await world.reconcile()
    world.kafka.is_down = True
    world.change(**DELETED)
    assert await world.reconcile() is Verdict.FAILED
    assert "- namespace" not in world.log
    assert world.body["metadata"]["finalizers"] == [names.FINALIZER]


async def test_a_deletion_whose_class_is_gone_says_how_to_go_on(world: World) -> None:
    await world.reconcile()
    world.class_failure = ClassNotFound("TenantClass standard does not exist")
    world.change(**DELETED)
    assert await world.reconcile() is Verdict.BLOCKED
    assert "Make TenantClass standard again" in world.message()
    assert names.ORPHAN_ANNOTATION in world.message()


async def test_an_orphaned_tenant_goes_with_a_record_of_what_it_leaves(world: World) -> None:
    await world.reconcile()
    world.class_failure = ClassNotFound("TenantClass standard does not exist")
    world.change(**DELETED, annotations={names.ORPHAN_ANNOTATION: "true"})
    assert await world.reconcile() is Verdict.GONE
    assert world.log == ["no finalizer"]
    (record,) = world.records
    assert record["metadata"]["namespace"] == "inkwell-system"
    assert record["data"]["name"] == "acme"
    assert record["data"]["tenantClass"] == "standard"
    assert [event["reason"] for event in world.events][-1] == "Orphaned"


async def test_a_tenant_that_never_was_made_is_let_go(world: World) -> None:
    world.change(**DELETED)
    assert await world.reconcile() is Verdict.GONE
    assert world.log == []


async def test_nothing_is_made_for_an_object_that_exists_no_more(world: World) -> None:
    await world.reconcile()
    for fake in (world.namespace, world.kafka):
        fake.is_there = False
    world.live = None
    for _ in range(2):
        assert await world.reconcile() is Verdict.FAILED
        assert world.log == []
    world.store.drop(ACME)  # by the watch or the next listing, which wake whom it concerns
    assert await world.reconcile() is Verdict.GONE


async def test_nothing_is_made_for_an_object_that_is_another_by_now(world: World) -> None:
    await world.reconcile()
    world.namespace.is_there = False
    world.live = world.body | {"metadata": world.body["metadata"] | {"uid": "another"}}
    assert await world.reconcile() is Verdict.FAILED
    assert world.log == []


async def test_a_replica_that_may_not_lead_any_more_writes_nothing(world: World) -> None:
    await world.reconcile()
    world.kafka.is_there = False
    world.leads = False
    assert await world.reconcile() is Verdict.FAILED
    assert world.log == []


async def test_what_a_pipeline_left_that_went_without_the_operator_is_swept(world: World) -> None:
    await world.reconcile()
    world.postgres.left_behind = ("ghost",)
    assert await world.reconcile() is Verdict.WAITING
    assert world.log[0] == "- workloads"
    assert "- PostgresReady" in world.log[-2:], "what names it goes last"
    assert {"- kafka", "- CassandraReady", "- KeycloakReady"} <= set(world.log)


async def test_what_is_left_of_a_pipeline_holds_up_no_other_and_is_told(world: World) -> None:
    await world.reconcile()
    world.postgres.left_behind = ("ghost", "spectre")
    world.workloads.uploads = ("its gateway takes uploads for it still",)
    assert await world.reconcile() is Verdict.WAITING
    assert world.log == ["- workloads", "status"], "one a pass, and no data while uploads are taken"
    assert set(world.conditions().values()) == {"True"}
    assert "DocumentPipeline ghost, which is gone" in world.message("WorkersReady")
    assert "takes uploads" in world.message("WorkersReady")


class Foreign(Workloads):
    """Among what pipeline ghost left stand objects of somebody else's."""

    pipeline: str | None = None

    @override
    def desire(self, subject: Subject) -> bool:
        self.pipeline = getattr(subject, "pipeline", None)
        return super().desire(subject)

    @override
    def diff(self, desired: bool, observed: bool) -> Plan[bool]:
        if self.pipeline == "ghost":
            return Plan(refusals=(Refusal("Deployment ghost-ocr is not ours"),))
        return super().diff(desired, observed)


async def test_what_somebody_else_has_to_remove_keeps_no_other_pipeline_from_the_sweep(
    world: World,
) -> None:
    world.workloads = Foreign(world.workloads.condition, "workloads", world.log)
    await world.reconcile()
    world.postgres.left_behind = ("ghost", "spectre")
    assert await world.reconcile() is Verdict.WAITING
    assert "- kafka" in world.log
    message = world.message("WorkersReady")
    assert "DocumentPipeline ghost, which is gone" in message
    assert "Deployment ghost-ocr is not ours" in message


async def test_a_pipeline_that_comes_back_while_it_is_swept_is_left_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.reconcile()
    world.postgres.left_behind = ("ghost",)
    kept = world.workloads.gateway_serves

    async def meanwhile(tenant: str, pipeline: str) -> tuple[str, ...]:
        world.just_made = ("ghost",)
        return await kept(tenant, pipeline)

    monkeypatch.setattr(world.workloads, "gateway_serves", meanwhile)
    assert await world.reconcile() is Verdict.FAILED
    assert world.log == ["- workloads"]


async def test_what_names_a_pipeline_stays_until_everything_else_of_it_is_gone(
    world: World,
) -> None:
    await world.reconcile()
    world.postgres.left_behind = ("ghost",)
    world.kafka.dies_after_write = True
    await world.reconcile()
    assert "- kafka" in world.log
    assert "- PostgresReady" not in world.log


async def test_a_pipeline_that_the_store_does_not_know_yet_is_not_swept(world: World) -> None:
    await world.reconcile()
    world.postgres.left_behind = world.just_made = ("new",)
    assert await world.reconcile() is Verdict.DONE
    assert world.log == []


async def test_what_a_pipeline_left_that_was_let_go_stays_while_there_is_a_record_of_it(
    world: World,
) -> None:
    await world.reconcile()
    world.postgres.left_behind = ("ghost",)
    world.records = [{"metadata": {"name": "orphan-documentpipeline-tenant-acme.ghost"}}]
    assert await world.reconcile() is Verdict.DONE
    assert world.log == []
    world.records.clear()
    assert await world.reconcile() is Verdict.WAITING
    assert "- kafka" in world.log


def test_each_object_that_was_let_go_has_a_record_of_its_own() -> None:
    objects = (("tenant-a", "b-c"), ("tenant-a-b", "c"), ("tenant-a", "b"), ("", "a-b"))
    assert len({orphan_name("DocumentPipeline", *each) for each in objects}) == len(objects)
