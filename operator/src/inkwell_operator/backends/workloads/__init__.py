"""The backend of what runs: a tenant's gateway and a pipeline's stages."""

from inkwell_operator.backends.workloads.backend import WorkloadsBackend

__all__ = ["WorkloadsBackend"]
