"""The objects that watches told of, as they were last seen.

Handlers write, reconcilers read. It may be a moment behind the API server; every pass is
level-triggered, so that only delays. Reading from here keeps a resync from asking for each object.
"""

from collections.abc import Iterator
from typing import Any

from inkwell_api import names
from inkwell_operator.queue import Key

TENANT_CLASS = "TenantClass"
TENANT = "Tenant"
PIPELINE = "DocumentPipeline"


class Watched:
    """Bodies of TenantClasses, Tenants and DocumentPipelines by key."""

    def __init__(self) -> None:
        """Start knowing nothing."""
        self._bodies: dict[Key, dict[str, Any]] = {}

    def put(self, body: dict[str, Any]) -> bool:
        """Remember an object; say whether more than its status or bookkeeping is new.

        A version that is older than the one known is left aside: our own writes are told by
        `refresh` when they are answered, which may be before the watch tells of them.
        """
        key = key_of(body)
        known = self._bodies.get(key)
        if known is not None and _version(body) < _version(known):
            return False
        self._bodies[key] = body
        return known is None or _spec_and_metadata(known) != _spec_and_metadata(body)

    def refresh(self, body: dict[str, Any]) -> None:
        """Remember the answer to a write of our own, unless the object is gone by now.

        The watch may tell of a deletion before the write that allowed it is answered; remembering
        that answer would keep a ghost, for which the tenant of a deleted pipeline waits for ever.
        """
        known = self._bodies.get(key_of(body))
        if known is not None and known["metadata"].get("uid") == body["metadata"].get("uid"):
            self.put(body)

    def drop(self, key: Key) -> None:
        """Forget an object that is gone."""
        self._bodies.pop(key, None)

    def get(self, key: Key) -> dict[str, Any] | None:
        """Return an object's body, or None."""
        return self._bodies.get(key)

    def tenant_class(self, name: str) -> dict[str, Any] | None:
        """Return a TenantClass's body, or None."""
        return self.get(Key(TENANT_CLASS, "", name))

    def tenant(self, name: str) -> dict[str, Any] | None:
        """Return a Tenant's body, or None."""
        return self.get(Key(TENANT, "", name))

    def tenants_of_class(self, class_name: str) -> Iterator[Key]:
        """Return the Tenants of a class."""
        for key, body in tuple(self._bodies.items()):
            if key.kind == TENANT and body["spec"].get("className") == class_name:
                yield key

    def pipelines_of(self, tenant: str) -> list[dict[str, Any]]:
        """Return the bodies of a tenant's pipelines, by name."""
        namespace = names.namespace(tenant)
        return [
            body
            for key, body in sorted(self._bodies.items(), key=lambda item: item[0])
            if key.kind == PIPELINE and key.namespace == namespace
        ]

    def all_of(self, kind: str) -> list[dict[str, Any]]:
        """Return the bodies of a kind."""
        return [body for key, body in self._bodies.items() if key.kind == kind]


def key_of(body: dict[str, Any]) -> Key:
    """Return the key of an object."""
    metadata = body["metadata"]
    return Key(body["kind"], metadata.get("namespace", ""), metadata["name"])


def _version(body: dict[str, Any]) -> int:
    version = str(body["metadata"].get("resourceVersion", ""))
    return int(version) if version.isdigit() else 0


def _spec_and_metadata(body: dict[str, Any]) -> tuple[Any, ...]:
    """Return what makes another look worth it: all but status and what every write changes."""
    metadata = body["metadata"]
    return (
        metadata.get("uid"),
        metadata.get("generation"),
        metadata.get("deletionTimestamp"),
        metadata.get("labels"),
        metadata.get("annotations"),
    )
