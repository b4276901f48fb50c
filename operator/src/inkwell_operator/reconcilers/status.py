"""Writes status, finalizer and events of our own objects; nothing when nothing changed."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from inkwell_api import names
from inkwell_api.conditions import Condition, ConditionStatus, ConditionType, Reason
from inkwell_operator.backends.kubernetes.client import KubernetesClient, ObjectGone
from inkwell_operator.backends.kubernetes.state import Manifest
from inkwell_operator.model.errors import InkwellError, WriteConflict
from inkwell_operator.reconcilers.report import Report
from inkwell_operator.watched import Watched

_log = structlog.get_logger()
_NOTE_LENGTH: Final = 1000
_PLAN_LINES: Final = 256
_PLAN_LINE_LENGTH: Final = 1024
_API_VERSION: Final = f"{names.GROUP}/{names.VERSION}"
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

    def __init__(self, client: KubernetesClient, watched: Watched, identity: str) -> None:
        """Write through `client`; `identity` is the replica that events name."""
        self._client = client
        self._watched = watched
        self._identity = identity

    async def write(self, body: Manifest, report: Report, extra: Mapping[str, Any]) -> None:
        """Write the status where it differs from what stands, and post events on changes."""
        existing = body.get("status") or {}
        wanted = render(report, extra, body["metadata"]["generation"], existing)
        await self._post_events(body, report, existing)
        if existing == wanted:
            return
        manifest = {**_identity_of(body), "status": wanted}
        try:
            self._watched.refresh(await self._client.apply(manifest, subresource="status"))
        except (ObjectGone, WriteConflict):
            # It went during the pass, and perhaps another of its name came: the watch will tell.
            _log.info("object changed or deleted during the pass", name=body["metadata"]["name"])

    async def set_finalizer(self, body: Manifest, *, present: bool) -> None:
        """Add or remove our finalizer, where that changes anything."""
        if (names.FINALIZER in (body["metadata"].get("finalizers") or [])) == present:
            return
        manifest = _identity_of(body)
        if present:
            manifest["metadata"]["finalizers"] = [names.FINALIZER]
        self._watched.refresh(await self._client.apply(manifest))

    async def _post_events(
        self, body: Manifest, report: Report, existing: Mapping[str, Any]
    ) -> None:
        for kind, steps in report.applied().items():
            await self._event(body, "Normal", "Applied", kind.value, "\n".join(steps))
        before = {c["type"]: (c["reason"], c["message"]) for c in existing.get("conditions") or []}
        for condition in report.conditions():
            has_changed = (condition.reason.value, condition.message) != before.get(
                condition.type.value
            )
            if has_changed and condition.type is not ConditionType.READY and _is_trouble(condition):
                await self._event(
                    body, "Warning", condition.reason.value, condition.type.value, condition.message
                )

    async def _event(self, body: Manifest, kind: str, reason: str, action: str, note: str) -> None:
        metadata = body["metadata"]
        namespace = metadata.get("namespace") or "default"
        event = {
            "apiVersion": "events.k8s.io/v1",
            "kind": "Event",
            "metadata": {
                "name": f"{metadata['name']}.{secrets.token_hex(8)}",
                "namespace": namespace,
            },
            "eventTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "reportingController": names.FIELD_MANAGER,
            "reportingInstance": self._identity,
            "action": action,
            "reason": reason,
            "type": kind,
            "note": note if len(note) <= _NOTE_LENGTH else f"{note[: _NOTE_LENGTH - 1]}…",
            "regarding": {
                "apiVersion": _API_VERSION,
                "kind": body["kind"],
                "name": metadata["name"],
                "namespace": metadata.get("namespace", ""),
                "uid": metadata["uid"],
            },
        }
        try:
            await self._client.create(event)
        except InkwellError as error:
            # The status and the log hold the same; a pass does not fail for its event.
            _log.warning("event not written", reason=reason, error=error.message)


def _is_trouble(condition: Condition) -> bool:
    return condition.status is not ConditionStatus.TRUE and condition.reason not in _QUIET


def _identity_of(body: Manifest) -> Manifest:
    """Return an object's identity; the uid keeps a new one of the same name safe."""
    metadata = {
        key: body["metadata"][key]
        for key in ("name", "namespace", "uid")
        if key in body["metadata"]
    }
    return {"apiVersion": _API_VERSION, "kind": body["kind"], "metadata": metadata}


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
