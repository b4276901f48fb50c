"""The backend of a tenant's namespace and what keeps it in and others out."""

from inkwell_operator.backends.namespace.backend import NamespaceBackend

__all__ = ["NamespaceBackend"]
