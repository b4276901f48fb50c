"""Says what others put into an object of ours, by the API server's own record of it. Pure.

The server keeps in `metadata.managedFields` who set which field. What was set by somebody else, and
not by our last apply, is a deviation if we do not want it: a server-side apply would leave it
there. What the server fills in by default was set by nobody, so that no table of defaults is
needed and no version of Kubernetes brings news of that kind. Read DESIGN.md for the limits.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from inkwell_api import names
from inkwell_operator.backends.kubernetes_api.kinds import Manifest

FieldPath: TypeAlias = tuple[str, ...]
"""A field as managedFields names it: ``("f:spec", "f:containers", 'k:{"name":"ocr"}')``."""

RECORD: Final[FieldPath] = ("f:metadata", "f:managedFields")
"""Stands for the record itself, where it does not show that we applied the object."""

_NOT_COMPARED: Final = frozenset({"apiVersion", "kind", "metadata", "status"})
_LEFT_TO_OTHERS: Final[Mapping[str, frozenset[str]]] = {
    # The namespace's finalizers are Kubernetes' own.
    "Namespace": frozenset({"spec"}),
    # Tokens of old clusters, and the pull secrets of a cluster's administrator.
    "ServiceAccount": frozenset({"secrets", "imagePullSecrets"}),
}
_RESTARTED_AT: Final = "f:kubectl.kubernetes.io/restartedAt"
"""What `kubectl rollout restart` leaves: taking it away would restart the pods once more."""
_BEFORE_FIRST_APPLY: Final = "before-first-apply"
"""The server's word for all fields of an object that had no record when it was applied."""


def left_to_others(manifest: Manifest) -> frozenset[str]:
    """Return the parts of an object that others may write: metadata, status, and some by kind."""
    return _NOT_COMPARED | _LEFT_TO_OTHERS.get(manifest["kind"], frozenset())


def added_fields(manifest: Manifest) -> tuple[FieldPath, ...]:
    """Return the fields that somebody else set and our last apply did not, sorted.

    Metadata and status are not looked at: labels and annotations of other tools are their own.
    Of a Namespace nothing but metadata is ours. `RECORD` comes first where the record does not tell
    of an apply of ours.
    """
    if manifest["kind"] == "Namespace":
        return ()
    entries: list[dict[str, Any]] = manifest["metadata"].get("managedFields") or []
    ours = [entry for entry in entries if _is_ours(entry)]
    others = [entry for entry in entries if not _is_ours(entry) and _counts(entry)]
    left = left_to_others(manifest)
    mine = _paths(ours, left)
    covered = {path[:length] for path in mine for length in range(1, len(path) + 1)}
    added = sorted(path for path in _paths(others, left) - covered if path[-1] != _RESTARTED_AT)
    return tuple(added) if ours else (RECORD, *added)


def without_others(manifest: Manifest) -> list[dict[str, Any]]:
    """Return the record without what others set outside of metadata and status."""
    left = left_to_others(manifest)
    entries: list[dict[str, Any]] = manifest["metadata"].get("managedFields") or []
    kept = (
        entry | {"fieldsV1": _kept(entry["fieldsV1"], left)}
        for entry in entries
        if not _is_ours(entry)
    )
    return [entry for entry in entries if _is_ours(entry)] + [e for e in kept if e["fieldsV1"]]


def _kept(fields: Mapping[str, Any], left: frozenset[str]) -> dict[str, Any]:
    return {root: inner for root, inner in fields.items() if root.removeprefix("f:") in left}


def _is_ours(entry: Mapping[str, Any]) -> bool:
    return entry.get("manager") == names.FIELD_MANAGER and entry.get("operation") == "Apply"


def _counts(entry: Mapping[str, Any]) -> bool:
    return entry.get("subresource") != "status" and entry.get("manager") != _BEFORE_FIRST_APPLY


def _paths(entries: Iterable[Mapping[str, Any]], left: frozenset[str]) -> set[FieldPath]:
    return {
        path
        for entry in entries
        for root, fields in (entry.get("fieldsV1") or {}).items()
        if root.removeprefix("f:") not in left
        for path in _leaves(fields, (root,))
    }


def _leaves(fields: Mapping[str, Any], path: FieldPath) -> list[FieldPath]:
    parts = [(key, inner) for key, inner in fields.items() if key != "."]
    if not parts:
        return [path]
    return [leaf for key, inner in parts for leaf in _leaves(inner, (*path, key))]


class _Missing:
    """Stands for a field that is not there."""


MISSING: Final = _Missing()


def value_at(value: Any, path: FieldPath) -> Any:
    """Return what stands at a path, or `MISSING`."""
    for segment in path:
        kind, _, name = segment.partition(":")
        match kind, value:
            case "f", dict() if name in value:
                value = value[name]
            case "k", list():
                keys = json.loads(name).items()
                items = (item for item in value if all(item.get(k) == v for k, v in keys))
                value = next(items, MISSING)
            case "v", list():
                value = json.loads(name) if json.loads(name) in value else MISSING
            case _:
                return MISSING
    return value


def describe(path: FieldPath) -> str:
    """Return a path in words: ``spec.template.spec.containers[name=ocr].image``."""
    text = ""
    for segment in path:
        kind, _, name = segment.partition(":")
        if kind == "f":
            text += f".{name}" if text else name
        elif kind == "k":
            text += f"[{','.join(f'{k}={v}' for k, v in json.loads(name).items())}]"
        else:
            text += f"[{name}]"
    return text
