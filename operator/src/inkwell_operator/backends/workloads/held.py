"""Holds back pods whose logins are not there yet, and nothing else of a workload. Pure.

Scaling, suspension and new images go on while a backend is away or has refused something: a tenant
that floods the platform can be stopped, and one that sleeps wakes. Only a first start, and a
template with credentials that a backend does not know yet, wait, and only for the backends that the
stage logs in to.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from inkwell_api import names
from inkwell_api.conditions import ConditionType
from inkwell_api.names import Stage
from inkwell_operator.backends.kubernetes_api.kinds import DEPLOYMENT, Manifest
from inkwell_operator.backends.kubernetes_api.state import (
    DesiredObjects,
    ObjectRef,
    ObservedObjects,
)
from inkwell_operator.backends.workloads.desire import CREDENTIAL_DIGEST
from inkwell_operator.model.plan import PlanBuilder

_KAFKA_AND_CASSANDRA: Final = frozenset({ConditionType.KAFKA_READY, ConditionType.CASSANDRA_READY})
NEEDS: Final[Mapping[Stage, frozenset[ConditionType]]] = {
    Stage.GATEWAY: _KAFKA_AND_CASSANDRA | {ConditionType.POSTGRES_READY},
    Stage.OCR: _KAFKA_AND_CASSANDRA,
    Stage.EXTRACT: _KAFKA_AND_CASSANDRA,
    Stage.ARCHIVE: _KAFKA_AND_CASSANDRA | {ConditionType.POSTGRES_READY},
}
"""The backends that a stage logs in to."""


def without_held(
    plan: PlanBuilder[Any], desired: DesiredObjects, observed: ObservedObjects
) -> DesiredObjects:
    """Return what may be brought about now; `plan` is told what waits, and for what."""
    if not desired.unsettled:
        return desired
    objects = dict(desired.objects)
    for ref, want in desired.objects.items():
        missing = _missing(ref, want, desired)
        if not missing:
            continue
        have = observed.objects.get(ref)
        if have is None:
            del objects[ref]
        elif _credentials(have) == _credentials(want):
            continue
        else:
            template = have["spec"]["template"]
            objects[ref] = {**want, "spec": {**want["spec"], "template": template}}
        plan.wait(f"{ref} waits for {', '.join(missing)}")
    return replace(desired, objects=objects)


def _missing(ref: ObjectRef, want: Manifest, desired: DesiredObjects) -> list[str]:
    if ref.kind != DEPLOYMENT:
        return []
    stage = Stage(want["metadata"]["labels"][names.LABEL_STAGE])
    return sorted(kind.value for kind in NEEDS[stage] & desired.unsettled)


def _credentials(deployment: Manifest) -> str:
    annotations = deployment["spec"]["template"]["metadata"].get("annotations") or {}
    return str(annotations.get(CREDENTIAL_DIGEST, ""))
