"""The metadata that every object of ours carries: its name, our mark, and whose it is."""

from typing import Any, Final

from inkwell_api import names
from inkwell_api.names import Stage

PART_OF: Final = "inkwell"


def labels(tenant: str, pipeline: str | None = None, stage: Stage | None = None) -> dict[str, str]:
    """Return the labels of an object: our ownership mark, tenant, pipeline and stage."""
    told = {
        "app.kubernetes.io/part-of": PART_OF,
        names.LABEL_MANAGED_BY: names.FIELD_MANAGER,
        names.LABEL_TENANT: tenant,
    }
    if pipeline is not None:
        told[names.LABEL_PIPELINE] = pipeline
        told["app.kubernetes.io/instance"] = pipeline
    if stage is not None:
        told[names.LABEL_STAGE] = stage.value
        told["app.kubernetes.io/name"] = f"{PART_OF}-{stage.value}"
        told["app.kubernetes.io/component"] = stage.value
    return told


def metadata(
    name: str, tenant: str, pipeline: str | None = None, stage: Stage | None = None
) -> dict[str, Any]:
    """Return the metadata of a namespaced object of a tenant or pipeline."""
    return {
        "name": name,
        "namespace": names.namespace(tenant),
        "labels": labels(tenant, pipeline, stage),
    }


def selector(tenant: str, stage: Stage, pipeline: str | None = None) -> dict[str, str]:
    """Return the labels that select a stage's pods; they never change."""
    told = {names.LABEL_TENANT: tenant, names.LABEL_STAGE: stage.value}
    if pipeline is not None:
        told[names.LABEL_PIPELINE] = pipeline
    return told
