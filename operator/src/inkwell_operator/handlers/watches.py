"""Watches: what the API server delivers goes to the operator's loop. Nothing is decided here."""

from collections.abc import Callable
from typing import Any, Final, Protocol

import kopf

from inkwell_api import names

_OURS: Final = (
    (names.GROUP, names.VERSION, "tenantclasses"),
    (names.GROUP, names.VERSION, "tenants"),
    (names.GROUP, names.VERSION, "documentpipelines"),
)
_OWNED: Final = (
    ("", "v1", "namespaces"),
    ("", "v1", "services"),
    ("apps", "v1", "deployments"),
    ("networking.k8s.io", "v1", "networkpolicies"),
    ("rbac.authorization.k8s.io", "v1", "rolebindings"),
)
"""Drift in these is noticed at once; in ConfigMaps, quotas and Secrets at the next resync."""
_MARK: Final = f"{names.LABEL_MANAGED_BY}={names.FIELD_MANAGER}"


class Receiver(Protocol):
    """Whom events are for; it runs on another loop."""

    def post(self, function: Callable[..., None], *arguments: Any) -> None:
        """Call `function` on the receiver's loop."""
        ...

    def object_event(self, kind: str | None, body: dict[str, Any]) -> None:
        """Take note of an event of one of our own objects."""
        ...

    def owned_event(self, kind: str | None, body: dict[str, Any]) -> None:
        """Take note of an event of an object that was made for a tenant."""
        ...


def register(registry: kopf.OperatorRegistry, receiver: Receiver) -> None:
    """Watch our kinds, and objects that carry our mark."""

    async def object_event(type: str | None, body: kopf.Body, **_: Any) -> None:  # noqa: A002 - kopf's word; kopf awaits it
        """Hand on an event of an object of ours."""
        receiver.post(receiver.object_event, type, _plain(body))

    async def owned_event(type: str | None, body: kopf.Body, **_: Any) -> None:  # noqa: A002 - kopf's word; kopf awaits it
        """Hand on an event of an object with our mark."""
        receiver.post(receiver.owned_event, type, _plain(body))

    def select(settings: kopf.OperatorSettings, **_: Any) -> None:
        """Let the API server leave out what does not carry our mark."""
        for resource in _OWNED:
            settings.watching.label_selectors[resource] = _MARK

    for group, version, plural in _OURS:
        kopf.on.event(group, version, plural, registry=registry)(object_event)
    for group, version, plural in _OWNED:
        kopf.on.event(group, version, plural, registry=registry)(owned_event)
    kopf.on.startup(registry=registry)(select)


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
