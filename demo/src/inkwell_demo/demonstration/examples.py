"""The examples: two tenants with a pipeline each, applied, and watched until they are Ready."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from rich.table import Table

from inkwell_api import names
from inkwell_api.conditions import BACKEND_CONDITIONS, ConditionType
from inkwell_api.pipeline import DocumentPipeline
from inkwell_api.tenant import Tenant
from inkwell_demo.cluster.cluster import OWN, manifests
from inkwell_demo.demonstration import diagnosis
from inkwell_demo.demonstration.demonstration import PIPELINES, Demonstration
from inkwell_demo.demonstration.screen import plain_table
from inkwell_demo.waiting import until

_NAMESPACE_SECONDS: Final = 180
_READY_SECONDS: Final = 600
_MARKS: Final = {"True": "[green]✓[/]", "False": "[yellow]✗[/]", "Unknown": "[dim]…[/]"}
_COLUMNS: Final = (*BACKEND_CONDITIONS, ConditionType.READY)


def apply(demo: Demonstration) -> None:
    """Apply manifests/examples: class and tenants, then the pipelines in their namespaces."""
    folder = demo.places.checkout / "manifests" / "examples"
    found = list(manifests(folder))
    demo.cluster.forget_discovery()
    later = [manifest for manifest in found if manifest["kind"] == DocumentPipeline.KIND]
    for manifest in found:
        if manifest not in later:
            _apply(demo, manifest)
    for manifest in later:
        # The namespace is the operator's to make: it says whose pipeline this is. And until its
        # quota is counted, the API server takes no pipeline.
        tenant = names.tenant_of_namespace(manifest["metadata"]["namespace"])
        until(
            lambda tenant=tenant: _has_namespace(demo, tenant),  # type: ignore[misc]  # bound now, as meant
            f"the operator to make the namespace of {tenant}",
            demo.seconds(_NAMESPACE_SECONDS),
            lambda: "\n".join(_conditions(demo)),
        )
        _apply(demo, manifest)


def wait_ready(demo: Demonstration) -> None:
    """Wait until every tenant and pipeline is Ready, and show the conditions on their way."""
    with demo.screen.moving() as moving:

        def look() -> Sequence[tuple[str, dict[str, Any]]] | None:
            rows = list(_objects(demo))
            moving.draw(_picture(rows))
            for name, found in rows:
                moving.tell(f"{name}: {_in_words(found)}")
            return rows if all(_is_ready(found) for _, found in rows) else None

        rows = until(
            look,
            "all tenants and pipelines to be Ready",
            demo.seconds(_READY_SECONDS),
            lambda: "\n".join(_conditions(demo)),
        )
    demo.screen.show(_picture(rows))
    for tenant in dict.fromkeys(pipeline.tenant for pipeline in PIPELINES):
        found = demo.cluster.tenant(tenant)
        if found:
            demo.screen.say(f"[dim]API of {tenant}:[/] {found.status.gateway_url}")


def _apply(demo: Demonstration, manifest: dict[str, Any]) -> None:
    demo.cluster.apply(manifest)
    metadata = manifest["metadata"]
    where = f" in {metadata['namespace']}" if "namespace" in metadata else ""
    demo.screen.done(f"{manifest['kind']} [bold]{metadata['name']}[/]{where}")


def _objects(demo: Demonstration) -> Iterator[tuple[str, dict[str, Any]]]:
    for pipeline in PIPELINES:
        tenant = demo.cluster.get(OWN, Tenant.KIND, pipeline.tenant)
        yield pipeline.tenant, tenant or {}
        namespace = names.namespace(pipeline.tenant)
        found = demo.cluster.get(OWN, DocumentPipeline.KIND, pipeline.pipeline, namespace)
        yield str(pipeline), found or {}


def _has_namespace(demo: Demonstration, tenant: str) -> bool:
    found = demo.cluster.get(OWN, Tenant.KIND, tenant) or {}
    return _statuses(found).get(ConditionType.NAMESPACE_READY.value) == "True"


def _statuses(found: dict[str, Any]) -> dict[str, str]:
    """Return the status of each condition that was judged for the present generation."""
    status = found.get("status") or {}
    generation = found.get("metadata", {}).get("generation", 0)
    return {
        one["type"]: one["status"] if one["observedGeneration"] == generation else "Unknown"
        for one in status.get("conditions", [])
    }


def _in_words(found: dict[str, Any]) -> str:
    """Say what is not ready yet."""
    statuses = _statuses(found)
    open_ones = [kind for kind in BACKEND_CONDITIONS if statuses.get(kind.value) != "True"]
    names_of_open = ", ".join(kind.value.removesuffix("Ready") for kind in open_ones)
    return f"waits for {names_of_open}" if open_ones else "everything is there"


def _is_ready(found: dict[str, Any]) -> bool:
    return _statuses(found).get(ConditionType.READY.value) == "True"


def _picture(rows: Sequence[tuple[str, dict[str, Any]]]) -> Table:
    table = plain_table(
        "tenant, pipeline", *(kind.value.removesuffix("Ready") or "Ready" for kind in _COLUMNS)
    )
    for name, found in rows:
        statuses = _statuses(found)
        table.add_row(name, *(_MARKS[statuses.get(kind.value, "Unknown")] for kind in _COLUMNS))
    return table


def _conditions(demo: Demonstration) -> Iterator[str]:
    for name, found in _objects(demo):
        yield f"{name}:"
        yield diagnosis.conditions(found.get("status")) or "  nothing is said about it"
    for pipeline in PIPELINES:
        yield diagnosis.namespace(demo.cluster, names.namespace(pipeline.tenant))
