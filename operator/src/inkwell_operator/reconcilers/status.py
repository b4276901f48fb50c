"""Writes status, finalizer and events of our own objects; nothing when nothing changed."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from inkwell_api import names
from inkwell_api.conditions import Condition, ConditionStatus, ConditionType, Reason
from inkwell_operator import metrics
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient, ObjectGone
from inkwell_operator.backends.kubernetes_api.kinds import Manifest, kind_named
from inkwell_operator.model.errors import WriteConflict
from inkwell_operator.reconcilers.events import API_VERSION, EventPoster
from inkwell_operator.reconcilers.report import Report
from inkwell_operator.store import Store, Stored

_log = structlog.get_logger()
_PLAN_LINES: Final = 256
_PLAN_LINE_LENGTH: Final = 1024
_NAME_LENGTH: Final = 253
_QUIET: Final = {
    Reason.AS_SPECIFIED,
    Reason.PENDING,
    Reason.PROGRESSING,
    Reason.PLANNED,
    Reason.SUSPENDED,
    Reason.DEPENDENCY_NOT_READY,
    Reason.TENANT_NOT_READY,
    Reason.DELETING,
    Reason.NOT_YET_APPLIED,
}
"""Reasons that are the ordinary course of things, which no event is posted about."""


class StatusWriter:
    """Says to people what a pass came to."""

    def __init__(
        self, client: KubernetesClient, store: Store, events: EventPoster, namespace: str
    ) -> None:
        """Write through `client`, keep `store` in step; `namespace` is the operator's own."""
        self._client = client
        self._store = store
        self._events = events
        self._namespace = namespace

    async def write(self, stored: Stored[Any], report: Report, extra: Mapping[str, Any]) -> None:
        """Write the status where it differs from what stands, and post events on changes."""
        existing = stored.status
        metrics.record_pass(
            stored.key, report.conditions(), report.applied(), is_drift=_was_as_specified(stored)
        )
        desired = render(report, extra, stored.metadata.generation, existing)
        await self._post_events(stored, report)
        if existing == desired:
            return
        manifest = {**_identity_of(stored), "status": desired}
        try:
            self._store.refresh(await self._client.apply(manifest, subresource="status"))
        except (ObjectGone, WriteConflict):
            # It went during the pass, and perhaps another of its name came: the watch delivers it.
            _log.info("object changed or deleted during the pass", name=stored.key.name)

    async def set_finalizer(
        self, stored: Stored[Any], *, present: bool, finalizer: str = names.FINALIZER
    ) -> None:
        """Add or remove a finalizer of ours, where that changes anything.

        Raises:
            WriteConflict: the object changed meanwhile.
        """
        if (finalizer in stored.metadata.finalizers) == present:
            return
        manifest = _identity_of(stored)
        if present:
            manifest["metadata"]["finalizers"] = [finalizer]
        answer = await self._client.apply(manifest)
        left = answer["metadata"].get("finalizers") or []
        if not present and finalizer in left:
            # Somebody applied an exported manifest, and owns the finalizer as well.
            await self._client.patch(
                kind_named(stored.key.kind),
                stored.key.name,
                stored.key.namespace,
                [
                    _replace("resourceVersion", answer["metadata"]["resourceVersion"]),
                    _replace("finalizers", [one for one in left if one != finalizer]),
                ],
            )
            return
        self._store.refresh(answer)

    async def post_in_use(self, stored: Stored[Any], users: Sequence[str]) -> None:
        """Say which Tenants a TenantClass that is being deleted still waits for."""
        note = f"waits for its Tenants to go: {', '.join(sorted(users))}"
        await self._events.post(stored, "Warning", "InUse", "Delete", note)

    async def post_canary_left(self, stored: Stored[Any], canary: str, left: Sequence[str]) -> None:
        """Say what of the canary could not be removed with its TenantClass."""
        note = f"let go; the canary {canary} stays until somebody removes it: {'; '.join(left)}"
        await self._events.post(stored, "Warning", "CanaryLeft", "Delete", note)

    async def record_orphan(self, stored: Stored[Any], class_name: str) -> None:
        """Leave a record of an object that is let go while everything made for it stays.

        Raises:
            InkwellError: the record could not be written; then nothing is let go.
        """
        where = f" in the backends of TenantClass {class_name}" if class_name else ""
        note = (
            f"{stored.key.kind} {stored.key.name} is let go; whatever was made for it{where} "
            "stays, with its logins, until somebody removes it"
        )
        await self._client.apply(orphan_record(stored, class_name, self._namespace))
        await self._events.post(stored, "Warning", "Orphaned", "Delete", note)

    async def _post_events(self, stored: Stored[Any], report: Report) -> None:
        for kind, steps in report.applied().items():
            await self._events.post(stored, "Normal", "Applied", kind.value, "\n".join(steps))
        before = {
            condition["type"]: (condition["reason"], condition["message"])
            for condition in stored.status.get("conditions") or []
        }
        changed: dict[tuple[str, str], str] = {}
        for condition in report.conditions():
            now = (condition.reason.value, condition.message)
            has_changed = now != before.get(condition.type.value)
            if has_changed and condition.type is not ConditionType.READY and _is_trouble(condition):
                changed.setdefault(now, condition.type.value)
        for (reason, message), action in changed.items():
            await self._events.post(stored, "Warning", reason, action, message)


def _replace(field: str, value: object) -> dict[str, object]:
    return {"op": "replace", "path": f"/metadata/{field}", "value": value}


def _is_trouble(condition: Condition) -> bool:
    return condition.status is not ConditionStatus.TRUE and condition.reason not in _QUIET


def _was_as_specified(stored: Stored[Any]) -> bool:
    """Whether the status says that the object was Ready as it is specified now."""
    ready = ConditionType.READY.value, ConditionStatus.TRUE.value, stored.metadata.generation
    conditions = stored.status.get("conditions") or []
    return any((c["type"], c["status"], c.get("observedGeneration")) == ready for c in conditions)


def _identity_of(stored: Stored[Any]) -> Manifest:
    """Return an object's identity; the uid keeps a new one of the same name safe."""
    metadata = {"name": stored.key.name, "uid": stored.metadata.uid}
    if stored.key.namespace:
        metadata["namespace"] = stored.key.namespace
    return {"apiVersion": API_VERSION, "kind": stored.key.kind, "metadata": metadata}


def condition_of(status: Mapping[str, Any], kind: ConditionType) -> Condition | None:
    """Return a condition as a status tells it; None where it is absent, or in another's words."""
    for told in status.get("conditions") or []:
        if told["type"] == kind.value:
            with suppress(ValueError):
                state, reason = ConditionStatus(told["status"]), Reason(told["reason"])
                return Condition(kind, state, reason, told["message"])
    return None


def render(
    report: Report, extra: Mapping[str, Any], generation: int, existing: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the status; a condition whose status is what it was keeps its time."""
    before = {c["type"]: c for c in existing.get("conditions") or []}
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    conditions = []
    for condition in report.conditions():
        known = before.get(condition.type.value)
        is_same = known is not None and known["status"] == condition.status.value
        conditions.append(
            {
                "type": condition.type.value,
                "status": condition.status.value,
                "reason": condition.reason.value,
                "message": condition.message,
                "observedGeneration": generation,
                "lastTransitionTime": known["lastTransitionTime"] if known and is_same else now,
            }
        )
    plan = [line[:_PLAN_LINE_LENGTH] for line in report.plan()[:_PLAN_LINES]]
    return {
        "observedGeneration": generation,
        **{key: value for key, value in extra.items() if value},
        **({"plan": plan} if plan else {}),
        "conditions": conditions,
    }


def orphan_name(kind: str, namespace: str, name: str) -> str:
    """Return the name of the record of an object that was let go: of this object and no other.

    A namespace has no dot, so that pipeline `b-c` of `tenant-a` is not `c` of `tenant-a-b`.
    """
    return f"orphan-{kind.lower()}-{'.'.join(filter(None, (namespace, name)))}"[:_NAME_LENGTH]


def orphan_record(stored: Stored[Any], class_name: str, namespace: str) -> Manifest:
    """Return what is kept, in the operator's own namespace, of an object that was let go."""
    key = stored.key
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": orphan_name(key.kind, key.namespace, key.name),
            "namespace": namespace,
            "labels": {
                names.LABEL_MANAGED_BY: names.FIELD_MANAGER,
                "app.kubernetes.io/component": "orphan",
            },
        },
        "data": {
            "kind": key.kind,
            "namespace": key.namespace,
            "name": key.name,
            "uid": stored.metadata.uid,
            "tenantClass": class_name,
        },
    }
