"""The Kubernetes API, as little of it as is needed. The sole importer of the driver.

Errors of the driver become `InkwellError`s by one table; 404 is a value, never an error.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import aiohttp
from kubernetes.aio import client as api
from kubernetes.aio import config
from kubernetes.aio.dynamic import DynamicClient
from kubernetes.aio.dynamic.exceptions import DynamicApiError

from inkwell_api import names
from inkwell_operator.backends.kubernetes_api.kinds import Kind, Manifest, kind_of
from inkwell_operator.model.errors import (
    AccessDenied,
    DependencyNotReady,
    InkwellError,
    Refused,
    Throttled,
    TimedOut,
    Unreachable,
    WriteConflict,
)

_IN_CLUSTER: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")
_REQUEST_SECONDS: Final = 30
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


async def connect() -> api.ApiClient:
    """Return a client for the cluster that the operator runs in, or else for KUBECONFIG's."""
    configuration = api.Configuration()
    if _IN_CLUSTER.exists() and "KUBECONFIG" not in os.environ:
        config.load_incluster_config(client_configuration=configuration)
    else:
        await config.load_kube_config(client_configuration=configuration)
    return api.ApiClient(configuration)


class KubernetesClient:
    """Reads and writes objects as plain dictionaries."""

    def __init__(self, connection: api.ApiClient) -> None:
        """Use an open connection, which stays the caller's to close."""
        self._dynamic = DynamicClient(connection)
        self._connection = connection
        self.writes = 0
        """Writes since the start, for the proof that a second pass makes none."""

    async def aclose(self) -> None:
        """Close the connection."""
        await self._connection.close()

    async def get(self, kind: Kind, name: str, namespace: str = "") -> Manifest | None:
        """Return an object, or None."""
        what = f"{kind.kind} {name}"
        try:
            return await self._call(what, "get", kind.path(namespace, name))
        except ObjectGone:
            return None

    async def list(self, kind: Kind, namespace: str = "", labels: str = "") -> list[Manifest]:
        """Return the objects of a kind, in one namespace or all, that match a label selector."""
        items: list[Manifest] = []
        going_on: str | None = None
        while True:
            page = await self._call(
                f"list of {kind.plural}",
                "get",
                kind.path(namespace),
                label_selector=labels or None,
                limit=_PAGE,
                _continue=going_on,
            )
            items.extend(
                {"apiVersion": kind.api_version, "kind": kind.kind, **item}
                for item in page["items"]
            )
            going_on = page["metadata"].get("continue") or None
            if going_on is None:
                return items

    async def apply(self, manifest: Manifest, *, subresource: str = "") -> Manifest:
        """Make an object be as `manifest` says, as the one owner of its fields."""
        kind, metadata = kind_of(manifest), manifest["metadata"]
        self.writes += 1
        return await self._call(
            f"{kind.kind} {metadata['name']}",
            "patch",
            kind.path(metadata.get("namespace", ""), metadata["name"], subresource),
            body=manifest,
            content_type="application/apply-patch+yaml",
            field_manager=names.FIELD_MANAGER,
            force_conflicts=True,
        )

    async def create(self, manifest: Manifest) -> Manifest:
        """Make an object that does not exist.

        Raises:
            WriteConflict: one of that name exists.
        """
        kind, metadata = kind_of(manifest), manifest["metadata"]
        self.writes += 1
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
        return await self._call(
            f"{kind.kind} {metadata['name']}",
            "put",
            kind.path(metadata.get("namespace", ""), metadata["name"]),
            body=manifest,
        )

    async def delete(self, kind: Kind, name: str, namespace: str = "", uid: str = "") -> None:
        """Delete an object and what depends on it; one that is gone already is success."""
        self.writes += 1
        body: dict[str, Any] = {"propagationPolicy": "Background"}
        if uid:
            body["preconditions"] = {"uid": uid}
        try:
            await self._call(f"{kind.kind} {name}", "delete", kind.path(namespace, name), body=body)
        except ObjectGone:
            return

    async def _call(self, what: str, method: str, path: str, **parameters: Any) -> Manifest:
        try:
            response = await self._dynamic.request(
                method, path, serialize=False, _request_timeout=_REQUEST_SECONDS, **parameters
            )
            answer: Manifest = await response.json()
        except DynamicApiError as error:
            raise translate(error, what) from error
        except TimeoutError as error:
            msg = f"Kubernetes: {what}: no answer in {_REQUEST_SECONDS} s"
            raise TimedOut(msg) from error
        except aiohttp.ClientError as error:
            msg = f"Kubernetes: {what}: the API server cannot be reached ({type(error).__name__})"
            raise Unreachable(msg) from error
        return answer


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
        return Unreachable(message)
    return _BY_STATUS.get(status, Refused)(message)


def _words(error: DynamicApiError) -> str:
    """Return what the API server said, or at least its status."""
    try:
        return str(json.loads(error.body or "")["message"])
    except (ValueError, KeyError, TypeError):
        return str(error.reason or error.status)
