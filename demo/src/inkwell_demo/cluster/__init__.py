"""The Kubernetes cluster as a person with a kubeconfig sees it, and the ways to its services."""

from inkwell_demo.cluster.cluster import Cluster, ForbiddenError
from inkwell_demo.cluster.reach import Reach

__all__ = ["Cluster", "ForbiddenError", "Reach"]
