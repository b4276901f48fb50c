"""The API server: its client, reads and writes of objects, and how objects are compared."""

from inkwell_operator.backends.kubernetes_api.client import KubernetesClient, connect

__all__ = ["KubernetesClient", "connect"]
