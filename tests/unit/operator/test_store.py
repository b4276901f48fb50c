"""What the operator knows of its own objects, and how little it takes for granted."""

from typing import Any

import pytest

from inkwell_api import names
from inkwell_api.tenant import DeletionPolicy, Mode
from inkwell_operator.queue import Key
from inkwell_operator.store import KINDS, PIPELINE, TENANT, TENANT_CLASS, Store, parse

ACME = Key(TENANT, "", "acme")
SCHEMA = {"type": "object", "properties": {"total": {"type": "number"}}}


def tenant(version: int = 1, name: str = "acme", **changes: Any) -> dict[str, Any]:
    metadata = {"name": name, "uid": name, "generation": 1, "resourceVersion": str(version)}
    return {
        "kind": TENANT,
        "metadata": metadata | changes.pop("metadata", {}),
        "spec": {"className": "standard"} | changes,
        "status": {"version": version},
    }


def pipeline(name: str, tenant_name: str = "acme") -> dict[str, Any]:
    return {
        "kind": PIPELINE,
        "metadata": {"name": name, "namespace": f"tenant-{tenant_name}", "uid": name},
        "spec": {"extraction": {"schema": SCHEMA}},
    }


def test_a_status_alone_changes_nothing_that_a_pass_depends_on() -> None:
    store = Store()
    assert store.put(tenant(1))
    assert not store.put(tenant(2))
    assert store.put(tenant(3, metadata={"generation": 2}))
    gone = {"generation": 2, "deletionTimestamp": "2026-01-01T00:00:00Z"}
    assert store.put(tenant(4, metadata=gone))


def test_an_older_version_does_not_replace_a_newer_one() -> None:
    store = Store()
    store.put(tenant(5))
    assert not store.put(tenant(4, metadata={"generation": 2}))
    known = store.tenant("acme")
    assert known is not None
    assert known.status == {"version": 5}


def test_objects_are_found_by_tenant_and_by_class_and_not_after_they_went() -> None:
    store = Store()
    for body in (tenant(), tenant(name="globex"), tenant(name="other", className="premium")):
        store.put(body)
    for body in (pipeline("b"), pipeline("a"), pipeline("a", "globex")):
        store.put(body)
    assert [each.key.name for each in store.tenants_of_class("standard")] == ["acme", "globex"]
    assert [each.key.name for each in store.pipelines_of("acme")] == ["a", "b"]
    store.drop(ACME)
    store.drop(Key(PIPELINE, "tenant-acme", "a"))
    assert store.tenant("acme") is None
    assert [each.key.name for each in store.tenants_of_class("standard")] == ["globex"]
    assert [each.key.name for each in store.pipelines_of("acme")] == ["b"]


def test_a_tenant_that_moved_to_another_class_is_in_one_alone() -> None:
    store = Store()
    store.put(tenant(1))
    store.put(tenant(2, className="premium", metadata={"generation": 2}))
    assert store.tenants_of_class("standard") == []
    assert [each.key for each in store.tenants_of_class("premium")] == [ACME]


def test_the_answer_to_a_write_brings_nothing_back_that_is_gone() -> None:
    store = Store()
    store.put(tenant(1))
    store.drop(ACME)
    store.refresh(tenant(2))
    assert store.tenant("acme") is None


def test_the_answer_to_a_write_is_known_before_the_watch_delivers_it() -> None:
    store = Store()
    store.put(tenant(1))
    store.refresh(tenant(2))
    known = store.tenant("acme")
    assert known is not None
    assert known.metadata.resource_version == "2"


@pytest.mark.parametrize(
    "change",
    [
        {"generation": 2},
        {"deletionTimestamp": "2026-01-01T00:00:00Z"},
        {"annotations": {names.ORPHAN_ANNOTATION: "true"}},
        {"uid": "another"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_somebody_else_changed_is_new_when_the_watch_delivers_it_after_an_answer(
    change: dict[str, Any],
) -> None:
    store = Store()
    store.put(tenant(1))
    store.refresh(tenant(3, metadata=change))
    assert store.put(tenant(2, metadata=change))
    assert not store.put(tenant(3, metadata=change))


def test_a_listing_ends_ghosts_that_no_watch_told_of() -> None:
    store = Store()
    for body in (tenant(), tenant(name="ghost"), pipeline("a")):
        store.put(body)
    assert store.replace_listed(TENANT, [tenant(2)]) == {Key(TENANT, "", "ghost")}
    assert store.tenant("ghost") is None
    assert store.tenants_of_class("standard") == [store.tenant("acme")]
    assert len(store.pipelines_of("acme")) == 1


def test_absence_means_nothing_before_every_kind_was_listed() -> None:
    store = Store()
    for kind in KINDS:
        assert not store.is_synced
        store.replace_listed(kind, [])
    assert store.is_synced


@pytest.mark.parametrize(
    "body",
    [
        tenant(driftPolicy="Correct", quotas={"pods": 3, "gpus": 2}),
        pipeline("a") | {"spec": {"extraction": {"schema": SCHEMA}, "sources": [{"kind": "S3"}]}},
    ],
    ids=["Tenant", "DocumentPipeline"],
)
def test_fields_of_a_later_version_are_left_out_and_stop_nobody(body: dict[str, Any]) -> None:
    assert parse(body).spec is not None


def test_a_spec_that_does_not_fit_is_kept_with_the_reason_and_what_a_deletion_needs() -> None:
    found = parse(tenant(owners="everybody", deletionPolicy="Delete"))
    assert found.spec is None
    assert "spec.owners" in found.fault
    assert "everybody" not in found.fault
    assert found.essentials.deletion_policy is DeletionPolicy.DELETE
    assert found.essentials.class_name == "standard"


@pytest.mark.parametrize("word", ["Shred", None, ""])
def test_what_is_not_legible_destroys_nothing(word: str | None) -> None:
    essentials = parse(tenant(deletionPolicy=word, mode=word)).essentials
    assert essentials.deletion_policy is DeletionPolicy.RETAIN
    assert essentials.mode is Mode.PLAN


def test_a_class_is_parsed_too() -> None:
    body = {"kind": TENANT_CLASS, "metadata": {"name": "standard"}, "spec": {}}
    assert "spec.kafka" in parse(body).fault
