"""The Kubernetes API, as little of it as is needed. The sole importer of the driver.

Errors of the driver become `InkwellError`s by one table; 404 is a value, never an error.
"""

import json
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final

import aiohttp
from kubernetes.aio import client as api
from kubernetes.aio import config
from kubernetes.aio.dynamic import DynamicClient
from kubernetes.aio.dynamic.exceptions import DynamicApiError

from inkwell_api import names
from inkwell_operator import metrics
from inkwell_operator.backends.kubernetes_api.kinds import DEPLOYMENT, Kind, Manifest, kind_of
from inkwell_operator.backends.server import LONGEST_PAUSE_SECONDS, Server, ServerLimits
from inkwell_operator.model.errors import (
    AccessDenied,
    DependencyNotReady,
    InkwellError,
    Refused,
    Throttled,
    Transient,
    Unreachable,
    WriteConflict,
)

_IN_CLUSTER: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")
_LIMITS: Final = ServerLimits(deadline_seconds=30, at_once=32)
_PAGE: Final = 500
_NOT_FOUND: Final = 404
_SERVER_ERROR: Final = 500

_BY_STATUS: Final[Mapping[int, type[InkwellError]]] = {
    400: Refused,
    401: AccessDenied,
    403: AccessDenied,
    404: DependencyNotReady,
    405: Refused,
    409: WriteConflict,
    410: WriteConflict,
    413: Refused,
    415: Refused,
    422: Refused,
    429: Throttled,
}


def new_configuration() -> api.Configuration:
    """Return a configuration by which no request looks into the environment.

    Else aiohttp looks for a proxy and a netrc file in a thread of the default executor, for each
    request: whatever fills those threads would hold up every call.
    """
    configuration = api.Configuration()
    configuration.client_session_kwargs = {"trust_env": False}
    return configuration


def is_in_cluster() -> bool:
    """Whether this process is a pod of the cluster that it works on, and reaches its Services."""
    return _IN_CLUSTER.exists() and "KUBECONFIG" not in os.environ


async def connect() -> api.ApiClient:
    """Open a connection to the cluster that the operator runs in, or else to KUBECONFIG's.

    Each call opens one of its own: `KubernetesClient(await connect())` shares nothing with another.
    """
    configuration = new_configuration()
    if is_in_cluster():
        config.load_incluster_config(client_configuration=configuration)
    else:
        await config.load_kube_config(client_configuration=configuration)
    return api.ApiClient(configuration)


class KubernetesClient:
    """Reads and writes objects as plain dictionaries."""

    def __init__(
        self,
        connection: api.ApiClient,
        limits: ServerLimits | None = None,
        before_write: Callable[[], None] = lambda: None,
    ) -> None:
        """Use an open connection of its own, which `aclose` closes.

        Args:
            connection: as `connect` opens it.
            limits: how the API server is called; another client's calls do not count.
            before_write: what it raises keeps a write from being made.
        """
        self._server = Server("Kubernetes", limits or _LIMITS)
        self._clock_ahead = timedelta()
        self._dynamic = DynamicClient(connection)
        self._connection = connection
        self._before_write = before_write
        self.writes = 0
        """Writes since the start, for the proof that a second pass makes none."""

    async def aclose(self) -> None:
        """Close the connection."""
        await self._connection.close()

    @property
    def server_time(self) -> datetime:
        """The time by the API server's clock, as of its last answer; to the second."""
        return datetime.now(UTC) + self._clock_ahead

    async def get(self, kind: Kind, name: str, namespace: str = "") -> Manifest | None:
        """Return an object, or None."""
        what = f"{kind.kind} {name}"
        try:
            return await self._call(what, "get", kind.path(namespace, name))
        except ObjectGone:
            return None

    async def list(self, kind: Kind, namespace: str = "", labels: str = "") -> list[Manifest]:
        """Return the objects of a kind, in one namespace or all, that match a label selector."""
        return [item async for page in self.pages(kind, namespace, labels) for item in page]

    async def pages(
        self, kind: Kind, namespace: str = "", labels: str = ""
    ) -> AsyncIterator[Sequence[Manifest]]:
        """List objects as `list` does, so many at a time that memory is not a question."""
        going_on: str | None = None
        while True:
            page = await self._page(
                kind, namespace, label_selector=labels or None, limit=_PAGE, _continue=going_on
            )
            yield [
                {"apiVersion": kind.api_version, "kind": kind.kind, **item}
                for item in page["items"]
            ]
            going_on = page["metadata"].get("continue") or None
            if going_on is None:
                return

    async def count(self, kind: Kind, namespace: str) -> int:
        """Return how many objects of a kind are in a namespace, by one call that reads one."""
        page = await self._page(kind, namespace, limit=1)
        return len(page["items"]) + int(page["metadata"].get("remainingItemCount") or 0)

    async def _page(self, kind: Kind, namespace: str, **parameters: Any) -> Manifest:
        return await self._call(f"list of {kind.plural}", "get", kind.path(namespace), **parameters)

    async def apply(self, manifest: Manifest, *, subresource: str = "") -> Manifest:
        """Make an object be as `manifest` says, as the one owner of its fields."""
        kind, metadata = kind_of(manifest), manifest["metadata"]
        self._note_write(kind)
        return await self._call(
            f"{kind.kind} {metadata['name']}",
            "patch",
            kind.path(metadata.get("namespace", ""), metadata["name"], subresource),
            body=manifest,
            content_type="application/apply-patch+yaml",
            field_manager=names.FIELD_MANAGER,
            force_conflicts=True,
        )

    async def patch(
        self, kind: Kind, name: str, namespace: str, operations: Sequence[dict[str, Any]]
    ) -> None:
        """Change an object by a JSON patch.

        Raises:
            WriteConflict: it is not the `resourceVersion` that the patch puts in any more.
        """
        self._note_write(kind)
        await self._call(
            f"{kind.kind} {name}",
            "patch",
            kind.path(namespace, name),
            body=operations,
            content_type="application/json-patch+json",
            field_manager=names.FIELD_MANAGER,
        )

    async def create(self, manifest: Manifest) -> Manifest:
        """Make an object that does not exist.

        Raises:
            WriteConflict: one of that name exists.
        """
        kind, metadata = kind_of(manifest), manifest["metadata"]
        self._note_write(kind)
        return await self._call(
            f"{kind.kind} {metadata.get('name', '')}",
            "post",
            kind.path(metadata.get("namespace", "")),
            body=manifest,
            field_manager=names.FIELD_MANAGER,
        )

    async def replace(self, manifest: Manifest) -> Manifest:
        """Replace an object whole.

        Raises:
            WriteConflict: it is not the `resourceVersion` that the manifest names any more.
        """
        kind, metadata = kind_of(manifest), manifest["metadata"]
        self._note_write(kind)
        return await self._call(
            f"{kind.kind} {metadata['name']}",
            "put",
            kind.path(metadata.get("namespace", ""), metadata["name"]),
            body=manifest,
        )

    async def delete(self, kind: Kind, name: str, namespace: str = "", uid: str = "") -> None:
        """Delete an object and what depends on it; one that is gone already is success.

        A Deployment stays to be seen until the last of its pods is gone.
        """
        self._note_write(kind)
        policy = "Foreground" if kind == DEPLOYMENT else "Background"
        body: dict[str, Any] = {"propagationPolicy": policy}
        if uid:
            body["preconditions"] = {"uid": uid}
        try:
            await self._call(f"{kind.kind} {name}", "delete", kind.path(namespace, name), body=body)
        except ObjectGone:
            return

    def _note_write(self, kind: Kind) -> None:
        self._before_write()
        self.writes += 1
        metrics.KUBERNETES_WRITES.labels(kind.kind).inc()

    async def _call(self, what: str, method: str, path: str, **parameters: Any) -> Manifest:
        return await self._server.call(lambda: self._request(what, method, path, parameters))

    async def _request(
        self, what: str, method: str, path: str, parameters: dict[str, Any]
    ) -> Manifest:
        try:
            response = await self._dynamic.request(method, path, serialize=False, **parameters)
            answer: Manifest = await response.json()
        except DynamicApiError as error:
            raise translate(error, what) from error
        except aiohttp.ClientError as error:
            msg = f"Kubernetes: {what}: the API server cannot be reached ({type(error).__name__})"
            raise Unreachable(msg) from error
        self._note_time(response.headers.get("Date"))
        return answer

    def _note_time(self, date: str | None) -> None:
        if date is not None:
            self._clock_ahead = parsedate_to_datetime(date) - datetime.now(UTC)


class ObjectGone(DependencyNotReady):
    """The object, or the namespace it should be in, does not exist."""


def translate(error: DynamicApiError, what: str) -> InkwellError:
    """Turn an answer of the API server into an error of ours, with its own words."""
    status = error.status or _SERVER_ERROR
    message = f"Kubernetes: {what}: {_words(error)}"
    if status == _NOT_FOUND:
        return ObjectGone(message)
    if "is being terminated" in message:
        return DependencyNotReady(message)
    if status >= _SERVER_ERROR:
        return Unreachable(message, retry_after=_retry_after(error))
    kind = _BY_STATUS.get(status, Refused)
    if issubclass(kind, Transient):
        return kind(message, retry_after=_retry_after(error))
    return kind(message)


def _retry_after(error: DynamicApiError) -> float | None:
    """Return the seconds that the API server asks to wait, cut to what is heeded; or None."""
    seconds = str((error.headers or {}).get("Retry-After", ""))
    return min(float(seconds), LONGEST_PAUSE_SECONDS) if seconds.isdecimal() else None


def _words(error: DynamicApiError) -> str:
    """Return what the API server said, or at least its status."""
    try:
        return str(json.loads(error.body or "")["message"])
    except (ValueError, KeyError, TypeError):
        return str(error.reason or error.status)
