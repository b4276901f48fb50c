"""Tenants and pipelines that a test makes for itself, with names that no other run has."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from inkwell_api import names
from inkwell_api.conditions import ConditionType
from inkwell_api.pipeline import DocumentPipeline
from inkwell_api.resource import StatusCondition
from inkwell_api.tenant import Tenant
from inkwell_demo.cluster import Cluster
from inkwell_demo.cluster.cluster import OWN
from inkwell_demo.demonstration import diagnosis
from inkwell_demo.waiting import until

READY_SECONDS = 300
GONE_SECONDS = 240
BY_RULES = "invoices"
BY_MODEL = "asked"


def new_name(stem: str) -> str:
    """Return a tenant name that no other run uses."""
    return f"{stem}-{secrets.token_hex(3)}"


def tenant_manifest(name: str, deletion_policy: str = "Delete", **spec: object) -> dict[str, Any]:
    """Return a Tenant of the class `standard`."""
    return {
        "apiVersion": OWN,
        "kind": Tenant.KIND,
        "metadata": {"name": name},
        "spec": {"className": "standard", "deletionPolicy": deletion_policy, **spec},
    }


def pipeline_manifest(tenant: str, name: str, **spec: object) -> dict[str, Any]:
    """Return a DocumentPipeline that reads invoices by rules; `spec` replaces whole parts."""
    usual: dict[str, object] = {
        "documents": {"maxBytes": "8Mi", "maxPages": 60},
        "ocr": {"languages": ["eng", "deu", "fra"]},
        "extraction": {
            "engine": "Rules",
            "schema": {
                "type": "object",
                "required": ["invoice_number", "total"],
                "properties": {
                    "invoice_number": {"type": "string"},
                    "issue_date": {"type": "string", "format": "date"},
                    "currency": {"type": "string"},
                    "total": {"type": "number"},
                },
            },
        },
        "topics": {"partitions": 2, "retention": "1d"},
        "scaling": {
            stage: {"minReplicas": 1, "maxReplicas": 1} for stage in ("ocr", "extract", "archive")
        },
    }
    return {
        "apiVersion": OWN,
        "kind": DocumentPipeline.KIND,
        "metadata": {"name": name, "namespace": names.namespace(tenant)},
        "spec": usual | spec,
    }


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes tenants and pipelines in a cluster, waits for them, and takes them away again."""

    cluster: Cluster

    def tenant(self, name: str, deletion_policy: str = "Delete", **spec: object) -> None:
        """Make a tenant and wait for it to be Ready."""
        self.cluster.apply(tenant_manifest(name, deletion_policy, **spec))
        self.wait_tenant(name, lambda ready: ready.status.value == "True")

    def pipeline(self, tenant: str, name: str, **spec: object) -> None:
        """Make or change a pipeline and wait for it to be Ready."""
        self.cluster.apply(pipeline_manifest(tenant, name, **spec))
        self.wait_pipeline(tenant, name, lambda ready: ready.status.value == "True")

    def wait_tenant(self, name: str, is_met: Callable[[StatusCondition], bool]) -> StatusCondition:
        """Wait until a tenant's Ready condition, as judged for its present spec, meets a test."""
        return self._wait(
            f"Tenant {name}", lambda: self.cluster.tenant(name), names.namespace(name), is_met
        )

    def wait_pipeline(
        self, tenant: str, name: str, is_met: Callable[[StatusCondition], bool]
    ) -> StatusCondition:
        """Wait until a pipeline's Ready condition, as judged for its present spec, meets a test."""
        return self._wait(
            f"DocumentPipeline {tenant}/{name}",
            lambda: self.cluster.pipeline(tenant, name),
            names.namespace(tenant),
            is_met,
        )

    def delete_tenant(self, name: str) -> None:
        """Delete a tenant and wait until it and its namespace are gone."""
        self.cluster.delete(OWN, Tenant.KIND, name)
        namespace = names.namespace(name)
        until(
            lambda: (
                self.cluster.tenant(name) is None
                and self.cluster.get("v1", "Namespace", namespace) is None
            ),
            f"Tenant {name} and its namespace to be gone",
            GONE_SECONDS,
            lambda: self._diagnose(self.cluster.get(OWN, Tenant.KIND, name), namespace),
        )

    def _wait(
        self,
        what: str,
        read: Callable[[], Tenant | DocumentPipeline | None],
        namespace: str,
        is_met: Callable[[StatusCondition], bool],
    ) -> StatusCondition:
        last: Tenant | DocumentPipeline | None = None

        def look() -> StatusCondition | None:
            nonlocal last
            last = read()
            ready = ready_condition(last) if last else None
            return ready if ready and is_met(ready) else None

        def diagnose() -> str:
            status = last.status.model_dump(mode="json") if last else None
            return self._diagnose({"status": status}, namespace)

        return until(look, f"{what} to become as expected", READY_SECONDS, diagnose)

    def _diagnose(self, found: Mapping[str, Any] | None, namespace: str) -> str:
        status = (found or {}).get("status")
        operator = diagnosis.namespace(self.cluster, "inkwell-system")
        return "\n".join(
            (diagnosis.conditions(status), diagnosis.namespace(self.cluster, namespace), operator)
        )


def ready_condition(found: Tenant | DocumentPipeline) -> StatusCondition | None:
    """Return the Ready condition when it was judged for the present spec."""
    for condition in found.status.conditions:
        is_current = condition.observed_generation == found.metadata.generation
        if condition.type == ConditionType.READY and is_current:
            return condition
    return None


@contextmanager
def made(cluster: Cluster, *tenants: str, deletion_policy: str = "Delete") -> Iterator[Maker]:
    """Make tenants, and delete them in the end; nothing of them is left in any backend."""
    maker = Maker(cluster)
    try:
        for name in tenants:
            cluster.apply(tenant_manifest(name, deletion_policy))
        for name in tenants:
            maker.wait_tenant(name, lambda ready: ready.status.value == "True")
        yield maker
    finally:
        for name in tenants:
            # What a test left on Retain is not to outlive it.
            if cluster.tenant(name):
                cluster.patch(OWN, Tenant.KIND, name, {"spec": {"deletionPolicy": "Delete"}})
                cluster.delete(OWN, Tenant.KIND, name)
        for name in tenants:
            maker.delete_tenant(name)
