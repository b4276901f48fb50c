"""What an event makes worth another look: which keys, and how urgently. Pure but for its memory.

Called by `operator` with what watches and listings deliver; never waits and asks nobody. Only what
Inkwell makes of an object counts: a status that changes, ours or a Deployment's, wakes nobody but
whom it concerns.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from inkwell_api import names
from inkwell_operator.queue import Key, Urgency
from inkwell_operator.store import PIPELINE, TENANT, TENANT_CLASS, Store, Stored


@dataclass(frozen=True, slots=True)
class Wake:
    """A key that is to be looked at."""

    key: Key
    urgency: Urgency


def after_change(store: Store, key: Key) -> Iterator[Wake]:
    """Return what is to be looked at after more than the status of an object of ours has changed.

    Args:
        store: holds the object as it is now.
        key: of the object.
    """
    yield Wake(key, Urgency.SPEC)
    if key.kind == TENANT_CLASS:
        for tenant in store.tenants_of_class(key.name):
            yield Wake(tenant.key, Urgency.SPEC)
            yield from _pipelines(store, tenant.key.name, Urgency.SPEC)
    elif key.kind == TENANT:
        known = store.tenant(key.name)
        if known is not None:
            yield _class_of(known)
        yield from _pipelines(store, key.name, Urgency.SPEC)
    elif key.kind == PIPELINE:
        yield from _tenant_of(store, key, Urgency.SPEC)


def after_reference(store: Store, key: Key) -> Iterator[Wake]:
    """Return what is to be looked at after something that a TenantClass refers to has changed.

    Nobody's spec has: whoever fails goes on waiting for its next try.

    Args:
        store: holds the class.
        key: of the class.
    """
    for wake in after_change(store, key):
        yield Wake(wake.key, Urgency.DEPENDENCY)


def after_deletion(store: Store, gone: Stored[Any]) -> Iterator[Wake]:
    """Return what is to be looked at after an object of ours is gone.

    Args:
        store: does not hold the object any more.
        gone: the object as it was.
    """
    if gone.key.kind == TENANT_CLASS:
        for tenant in store.tenants_of_class(gone.key.name):
            yield Wake(tenant.key, Urgency.DEPENDENCY)
    elif gone.key.kind == TENANT:
        yield _class_of(gone)
        yield from _pipelines(store, gone.key.name, Urgency.DEPENDENCY)
    else:
        yield from _tenant_of(store, gone.key, Urgency.SPEC)


def after_findings(store: Store, tenant: str) -> Iterator[Wake]:
    """Return what is to be looked at after a pass over a Tenant found something else."""
    yield from _pipelines(store, tenant, Urgency.DEPENDENCY)


def _class_of(tenant: Stored[Any]) -> Wake:
    return Wake(Key(TENANT_CLASS, "", tenant.essentials.class_name), Urgency.DEPENDENCY)


def _tenant_of(store: Store, pipeline: Key, urgency: Urgency) -> Iterator[Wake]:
    name = names.tenant_of_namespace(pipeline.namespace)
    if name is not None and store.tenant(name) is not None:
        yield Wake(Key(TENANT, "", name), urgency)


def _pipelines(store: Store, tenant: str, urgency: Urgency) -> Iterator[Wake]:
    for pipeline in store.pipelines_of(tenant):
        yield Wake(pipeline.key, urgency)


@dataclass(frozen=True, slots=True)
class OwnedState:
    """What of an object that was made for a tenant is worth another look when it changes.

    Attributes:
        uid: of the object.
        content: its generation, or a digest of what it holds where it has none.
        is_deleting: whether it is on its way out.
        labels: all of them; a namespace's decide what its pods may do.
        annotations: those that are ours.
        is_settled: of a Deployment, whether all its pods are the newest and available.
    """

    uid: str
    content: str
    is_deleting: bool
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    is_settled: bool


def state_of(body: Mapping[str, Any]) -> OwnedState:
    """Return what of an object is worth another look when it changes."""
    metadata = body["metadata"]
    annotations = metadata.get("annotations") or {}
    return OwnedState(
        uid=metadata.get("uid", ""),
        content=str(metadata.get("generation") or _digest(body)),
        is_deleting="deletionTimestamp" in metadata,
        labels=dict(metadata.get("labels") or {}),
        annotations={k: v for k, v in annotations.items() if names.GROUP in k},
        is_settled=_is_settled(body),
    )


def _digest(body: Mapping[str, Any]) -> str:
    """Return a digest of what an object holds, where Kubernetes counts no generations."""
    said = {k: v for k, v in body.items() if k not in {"metadata", "status"}}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _is_settled(body: Mapping[str, Any]) -> bool:
    status = body.get("status") or {}
    if "replicas" not in (body.get("spec") or {}):
        return True
    wanted = body["spec"]["replicas"]
    counts = (status.get(name, 0) for name in ("replicas", "updatedReplicas", "availableReplicas"))
    is_taken_up = status.get("observedGeneration", 0) >= body["metadata"].get("generation", 0)
    return is_taken_up and all(count == wanted for count in counts)


class OwnedObjects:
    """Objects that were made for tenants, as far as their next change is to be judged."""

    def __init__(self) -> None:
        """Start knowing none."""
        self._known: dict[tuple[str, str, str], OwnedState] = {}

    def after_event(self, kind: str | None, body: Mapping[str, Any]) -> Wake | None:
        """Return the owner to be looked at after an event of an object with our mark, if any.

        What the first listing holds is known from then on and wakes nobody: the first wave looks at
        every tenant anyway.

        Args:
            kind: of the event, as Kubernetes names it; None for an object that was listed.
            body: of the object.
        """
        metadata = body["metadata"]
        where = (body["kind"], metadata.get("namespace") or "", metadata["name"])
        before = self._known.get(where)
        after = None if kind == "DELETED" else state_of(body)
        if after is None:
            self._known.pop(where, None)
        else:
            self._known[where] = after
        is_first_listed = before is None and kind is None
        return None if before == after or is_first_listed else _owner_of(metadata)


def _owner_of(metadata: Mapping[str, Any]) -> Wake | None:
    labels = metadata.get("labels") or {}
    tenant = labels.get(names.LABEL_TENANT)
    if tenant is None or labels.get(names.LABEL_MANAGED_BY) != names.FIELD_MANAGER:
        return None
    pipeline = labels.get(names.LABEL_PIPELINE)
    if pipeline is None:
        return Wake(Key(TENANT, "", tenant), Urgency.DRIFT)
    return Wake(Key(PIPELINE, names.namespace(tenant), pipeline), Urgency.DRIFT)
