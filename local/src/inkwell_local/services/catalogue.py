"""The services by name: their images, where they answer, and who their files belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NAMESPACE: Final = "inkwell-services"
"""Where the services run."""

OPERATOR_NAMESPACE: Final = "inkwell-system"
"""Where the operator runs, and finds the services' administrators as Secrets."""

HOST: Final = "127.0.0.1"
"""The one address at which this machine reaches the services."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service as the rest of the program sees it.

    Attributes:
        name: Name of its Service, its workload and its folder under manifests/services.
        image: Upstream's image, by the tag that the manifests name.
        kind: `statefulset` or `deployment`.
        port: Port inside the cluster.
        node_port: Port on this machine.
        user: User and group that it runs as, and that its data belongs to.
        has_certificate: Whether it speaks TLS.
    """

    name: str
    image: str
    kind: str
    port: int
    node_port: int
    user: int
    has_certificate: bool = True

    @property
    def workload(self) -> str:
        """The workload as kubectl names it."""
        return f"{self.kind}/{self.name}"

    @property
    def address(self) -> str:
        """Host and port inside the cluster."""
        return f"{self.name}.{NAMESPACE}.svc:{self.port}"

    @property
    def host_address(self) -> str:
        """Host and port on this machine."""
        return f"{HOST}:{self.node_port}"


KAFKA: Final = Service("kafka", "apache/kafka:4.3.1", "statefulset", 9093, 30000, 1000)
CASSANDRA: Final = Service("cassandra", "cassandra:5.0.9", "statefulset", 9042, 30001, 999)
POSTGRES: Final = Service(
    "postgres", "pgvector/pgvector:0.8.0-pg17", "statefulset", 5432, 30002, 999
)
KEYCLOAK: Final = Service(
    "keycloak", "quay.io/keycloak/keycloak:26.7.3", "deployment", 8443, 30003, 1000
)
REGISTRY: Final = Service(
    "registry", "apicurio/apicurio-registry:3.3.3", "deployment", 8080, 30004, 185
)
REDIS: Final = Service("redis", "redis:8.0.2", "statefulset", 6379, 30005, 999)
OLLAMA: Final = Service(
    "ollama", "ollama/ollama:0.6.5", "statefulset", 11434, 30006, 10001, has_certificate=False
)

SERVICES: Final = (POSTGRES, KAFKA, CASSANDRA, KEYCLOAK, REGISTRY, REDIS, OLLAMA)
"""All of them; those that others wait for first."""
