"""Reads and writes objects of a cluster; sole importer of the Kubernetes client in this package."""

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Self

import yaml
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from kubernetes.config.config_exception import ConfigException
from kubernetes.dynamic import DynamicClient
from kubernetes.dynamic.exceptions import ForbiddenError, NotFoundError, ResourceNotFoundError
from kubernetes.stream import stream
from urllib3.exceptions import HTTPError

from inkwell_api import names
from inkwell_api.pipeline import DocumentPipeline
from inkwell_api.tenant import Tenant

OWN: Final = f"{names.GROUP}/{names.VERSION}"
FIELD_MANAGER: Final = "inkwell-demo"

__all__ = ["OWN", "Cluster", "ForbiddenError", "NoClusterError"]


class NoClusterError(ConnectionError):
    """No cluster answers."""


class Cluster:
    """A cluster, reached by a kubeconfig or by a service account's token."""

    def __init__(self, api: Any) -> None:
        """Take a `kubernetes.client.ApiClient` that is logged in."""
        self._api = api
        make_dynamic: Any = DynamicClient  # the client's dynamic half carries no types
        self._dynamic = make_dynamic(api)

    @classmethod
    def connect(cls, kubeconfig: Path | None = None) -> Self:
        """Log in by a kubeconfig; without one, by KUBECONFIG or the default file.

        Raises:
            NoClusterError: there is no kubeconfig, or nothing answers where it points to.
        """
        log_in: Any = config.new_client_from_config  # carries no types
        try:
            api = log_in(str(kubeconfig) if kubeconfig else None)
            client.VersionApi(api).get_code()
            return cls(api)
        except (ConfigException, HTTPError) as error:
            raise NoClusterError("no cluster answers: is the platform up? (make up)") from error

    def as_service_account(self, namespace: str, name: str, seconds: int = 3600) -> "Cluster":
        """Return the same cluster as one of its service accounts sees it."""
        request = client.AuthenticationV1TokenRequest(
            spec=client.V1TokenRequestSpec(audiences=[], expiration_seconds=seconds)
        )
        token = client.CoreV1Api(self._api).create_namespaced_service_account_token(
            name, namespace, request
        )
        mine = self._api.configuration
        theirs = client.Configuration()
        theirs.host, theirs.ssl_ca_cert, theirs.verify_ssl = (
            mine.host,
            mine.ssl_ca_cert,
            mine.verify_ssl,
        )
        theirs.api_key = {"authorization": f"Bearer {token.status.token if token.status else ''}"}
        return Cluster(client.ApiClient(theirs))

    def get(
        self, api: str, kind: str, name: str, namespace: str | None = None
    ) -> dict[str, Any] | None:
        """Return one object, or None when it does not exist."""
        try:
            found = self._resource(api, kind).get(name=name, namespace=namespace)
        except (NotFoundError, ResourceNotFoundError):
            return None
        return dict(found.to_dict())

    def list_all(
        self, api: str, kind: str, namespace: str | None = None, selector: str | None = None
    ) -> list[dict[str, Any]]:
        """Return all objects of a kind."""
        found = self._resource(api, kind).get(namespace=namespace, label_selector=selector)
        return list(found.to_dict()["items"])

    def apply(self, manifest: Mapping[str, Any]) -> None:
        """Apply an object, server-side."""
        metadata = manifest["metadata"]
        self._resource(manifest["apiVersion"], manifest["kind"]).server_side_apply(
            body=dict(manifest),
            name=metadata["name"],
            namespace=metadata.get("namespace"),
            field_manager=FIELD_MANAGER,
            force_conflicts=True,
        )

    def patch(
        self,
        api: str,
        kind: str,
        name: str,
        change: Mapping[str, Any],
        namespace: str | None = None,
    ) -> None:
        """Merge a change into an object."""
        self._resource(api, kind).patch(
            body=dict(change),
            name=name,
            namespace=namespace,
            content_type="application/merge-patch+json",
        )

    def delete(
        self,
        api: str,
        kind: str,
        name: str,
        namespace: str | None = None,
        grace_seconds: int | None = None,
    ) -> None:
        """Delete an object; one that is absent is none of our business."""
        body = None if grace_seconds is None else {"gracePeriodSeconds": grace_seconds}
        try:
            self._resource(api, kind).delete(name=name, namespace=namespace, body=body)
        except NotFoundError:
            return

    def secret(self, namespace: str, name: str) -> dict[str, str] | None:
        """Return the values of a Secret, decoded, or None when it does not exist."""
        found = self.get("v1", "Secret", name, namespace)
        if found is None:
            return None
        return {
            key: base64.b64decode(value).decode()
            for key, value in (found.get("data") or {}).items()
        }

    def tenant(self, name: str) -> Tenant | None:
        """Return a Tenant, or None when it does not exist."""
        found = self.get(OWN, Tenant.KIND, name)
        return None if found is None else Tenant.model_validate(found)

    def pipeline(self, tenant: str, name: str) -> DocumentPipeline | None:
        """Return a DocumentPipeline, or None when it does not exist."""
        found = self.get(OWN, DocumentPipeline.KIND, name, names.namespace(tenant))
        return None if found is None else DocumentPipeline.model_validate(found)

    def log(self, namespace: str, pod: str, lines: int = 40) -> str:
        """Return the last lines of a pod's log; empty when there is none."""
        try:
            return str(
                client.CoreV1Api(self._api).read_namespaced_pod_log(
                    pod, namespace, tail_lines=lines
                )
            )
        except ApiException:
            return ""

    def run_in(self, namespace: str, pod: str, command: list[str]) -> str:
        """Run a command in a pod and return what it writes."""
        execute: Any = stream  # carries no types
        connect = client.CoreV1Api(self._api).connect_get_namespaced_pod_exec
        line = execute(
            connect,
            pod,
            namespace,
            command=command,
            stdout=True,
            stderr=True,
            _preload_content=False,
        )
        try:
            line.run_forever()
            return str(line.read_all())
        finally:
            line.close()
            # The package's close does nothing where the other side closed first.
            line.sock.shutdown()

    def forget_discovery(self) -> None:
        """Ask the API server again which kinds there are; needed after new CRDs."""
        self._dynamic.resources.invalidate_cache()

    def _resource(self, api: str, kind: str) -> Any:
        try:
            return self._dynamic.resources.get(api_version=api, kind=kind)
        except ResourceNotFoundError:
            self.forget_discovery()
            return self._dynamic.resources.get(api_version=api, kind=kind)


def manifests(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a YAML file, or of all YAML files of a folder."""
    for file in sorted(path.glob("*.yaml")) if path.is_dir() else (path,):
        for document in yaml.safe_load_all(file.read_text(encoding="utf-8")):
            if document:
                yield document
