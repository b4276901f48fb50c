"""The Keycloak backend."""

from inkwell_operator.backends.keycloak.backend import KeycloakBackend

__all__ = ["KeycloakBackend"]
