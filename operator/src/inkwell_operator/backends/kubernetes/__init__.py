"""The Kubernetes backends: walls, Secrets and workloads of tenants and pipelines."""

from inkwell_operator.backends.kubernetes.backend import (
    SecretsBackend,
    WallsBackend,
    WorkloadsBackend,
)
from inkwell_operator.backends.kubernetes.client import KubernetesClient

__all__ = ["KubernetesClient", "SecretsBackend", "WallsBackend", "WorkloadsBackend"]
