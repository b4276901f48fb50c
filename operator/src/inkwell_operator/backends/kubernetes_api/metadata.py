"""The metadata that every object of ours carries: its name, our mark, and whose it is."""

from typing import Any, Final

from inkwell_api import names
from inkwell_api.names import Stage
from inkwell_operator.backends.kubernetes_api.kinds import PIPELINE, Manifest
from inkwell_operator.model.validate import ValidatedPipeline

PART_OF: Final = "inkwell"


def labels(tenant: str, pipeline: str | None = None, stage: Stage | None = None) -> dict[str, str]:
    """Return the labels of an object: our ownership mark, tenant, pipeline and stage."""
    common = {
        "app.kubernetes.io/part-of": PART_OF,
        names.LABEL_MANAGED_BY: names.FIELD_MANAGER,
        names.LABEL_TENANT: tenant,
    }
    if pipeline is not None:
        common[names.LABEL_PIPELINE] = pipeline
        common["app.kubernetes.io/instance"] = pipeline
    if stage is not None:
        common[names.LABEL_STAGE] = stage.value
        common["app.kubernetes.io/name"] = f"{PART_OF}-{stage.value}"
        common["app.kubernetes.io/component"] = stage.value
    return common


def metadata(
    name: str, tenant: str, pipeline: str | None = None, stage: Stage | None = None
) -> dict[str, Any]:
    """Return the metadata of a namespaced object of a tenant or pipeline."""
    return {
        "name": name,
        "namespace": names.namespace(tenant),
        "labels": labels(tenant, pipeline, stage),
    }


def owned(manifest: Manifest, pipeline: ValidatedPipeline) -> Manifest:
    """Return an object that goes with its DocumentPipeline, should nobody take it away before.

    Kubernetes removes at once what names an owner that does not exist.
    """
    if not pipeline.uid:
        return manifest
    owner = {
        "apiVersion": PIPELINE.api_version,
        "kind": PIPELINE.kind,
        "name": pipeline.pipeline,
        "uid": pipeline.uid,
        "controller": True,
        "blockOwnerDeletion": False,
    }
    return {**manifest, "metadata": {**manifest["metadata"], "ownerReferences": [owner]}}


def selector(tenant: str, stage: Stage, pipeline: str | None = None) -> dict[str, str]:
    """Return the labels that select a stage's pods; they never change."""
    common = {names.LABEL_TENANT: tenant, names.LABEL_STAGE: stage.value}
    if pipeline is not None:
        common[names.LABEL_PIPELINE] = pipeline
    return common
