"""The backend of a tenant's and its pipelines' Secrets."""

from inkwell_operator.backends.secrets.backend import SecretsBackend

__all__ = ["SecretsBackend"]
