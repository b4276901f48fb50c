"""Watches: what the API server tells becomes a key in the queue. Nothing is decided here."""

from typing import Any, Final

import kopf

from inkwell_api import names
from inkwell_operator.core import Core

_OURS: Final = (
    ("tenantclasses", names.GROUP, names.VERSION),
    ("tenants", names.GROUP, names.VERSION),
    ("documentpipelines", names.GROUP, names.VERSION),
)
_OWNED: Final = (
    ("namespaces", "", "v1"),
    ("services", "", "v1"),
    ("deployments", "apps", "v1"),
    ("networkpolicies", "networking.k8s.io", "v1"),
    ("rolebindings", "rbac.authorization.k8s.io", "v1"),
)
"""Drift in these is seen at once; in ConfigMaps, quotas and Secrets at the next resync."""
_MARK: Final = {names.LABEL_MANAGED_BY: names.FIELD_MANAGER}


def register(registry: kopf.OperatorRegistry, core: Core) -> None:
    """Watch our kinds, and what carries our mark; the core's loop is told, which runs elsewhere."""

    async def seen(type: str | None, body: kopf.Body, **_: Any) -> None:  # noqa: A002 - kopf's word; kopf awaits it
        """Something about one of our objects changed: let the queue look at it, once, soon."""
        plain = _plain(body)
        if type == "DELETED":
            core.post(core.object_deleted, plain)
        else:
            core.post(core.object_changed, plain)

    async def touched(labels: kopf.Labels, **_: Any) -> None:
        """An object with our mark changed: let the queue look at its owner."""
        core.post(core.owned_object_changed, dict(labels))

    for plural, group, version in _OURS:
        kopf.on.event(group, version, plural, registry=registry)(seen)
    for plural, group, version in _OWNED:
        kopf.on.event(group, version, plural, registry=registry, labels=_MARK)(touched)


def _plain(body: kopf.Body) -> dict[str, Any]:
    """Return a copy that is ours: kopf's is a view of what it goes on using."""
    return {key: _copied(value) for key, value in dict(body).items()}


def _copied(value: Any) -> Any:
    match value:
        case dict():
            return {key: _copied(part) for key, part in value.items()}
        case list():
            return [_copied(part) for part in value]
        case _:
            return value
