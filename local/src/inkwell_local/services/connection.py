"""Where the services answer on this machine, and the logins of their administrators.

The values are those of the platform that `make up` started; nothing is opened or asked here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from inkwell_local.errors import LocalError
from inkwell_local.places import Places
from inkwell_local.services import authority, catalogue, credentials
from inkwell_local.services.catalogue import Service


@dataclass(frozen=True, slots=True)
class Login:
    """A name and what proves it: user and password, or client id and secret."""

    name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One service, from this machine.

    Attributes:
        host: Always the loopback address.
        port: Port on this machine.
        in_cluster: Host and port that pods use.
        login: Its administrator; none where there is no login.
    """

    host: str
    port: int
    in_cluster: str
    login: Login | None

    @property
    def address(self) -> str:
        """Host and port on this machine."""
        return f"{self.host}:{self.port}"

    @property
    def administrator(self) -> Login:
        """The login, for services that have one.

        Raises:
            LocalError: This one has none.
        """
        if self.login is None:
            raise LocalError(f"there is no login at {self.address}")
        return self.login


@dataclass(frozen=True, slots=True)
class Connection:
    """All services.

    Attributes:
        ca_file: Certificate of the authority that signed the services' certificates.
        kafka: SASL_SSL with SCRAM-SHA-512; its login is the super user.
        cassandra: CQL over TLS; its login is the superuser.
        postgres: TLS; its login owns the database `inkwell` and may create roles.
        keycloak: HTTPS; its login is the client that manages clients and users of the realm.
        registry: HTTPS; its login is the client that may write schemas.
        redis: TLS; its login is the default user.
        ollama: HTTP without a login.
        model: The language model that is served.
        sentence_model: The model that makes one vector of a sentence.
    """

    ca_file: Path
    kafka: Endpoint
    cassandra: Endpoint
    postgres: Endpoint
    keycloak: Endpoint
    registry: Endpoint
    redis: Endpoint
    ollama: Endpoint

    postgres_database: str = "inkwell"
    cassandra_datacenter: str = "datacenter1"
    keycloak_realm: str = "inkwell"
    model: str = "tiny-invoice"
    sentence_model: str = "all-minilm"

    @property
    def keycloak_url(self) -> str:
        """Keycloak's address on this machine."""
        return f"https://{self.keycloak.address}"

    @property
    def issuer(self) -> str:
        """Who every token says it is from, whichever address was asked."""
        return f"https://{self.keycloak.in_cluster}/realms/{self.keycloak_realm}"

    @property
    def registry_url(self) -> str:
        """The registry's address on this machine, in the shape that Confluent's clients know."""
        return f"https://{self.registry.address}/apis/ccompat/v7"

    @property
    def ollama_url(self) -> str:
        """The model server's address on this machine, in the shape that OpenAI's clients know."""
        return f"http://{self.ollama.address}/v1"


def read(places: Places | None = None) -> Connection:
    """Return how to reach the services that `make up` started.

    Args:
        places: The installation; by default the one that the environment names.

    Raises:
        LocalError: Nothing was started there.
    """
    places = places or Places.from_environment(os.environ, Path.home())
    known = credentials.read(places.secrets)
    return Connection(
        ca_file=authority.certificate(places.ca, "ca"),
        kafka=_endpoint(catalogue.KAFKA, credentials.KAFKA_ADMIN, known.kafka_admin),
        cassandra=_endpoint(
            catalogue.CASSANDRA, credentials.CASSANDRA_ADMIN, known.cassandra_admin
        ),
        postgres=_endpoint(
            catalogue.POSTGRES, credentials.POSTGRES_OPERATOR, known.postgres_operator
        ),
        keycloak=_endpoint(catalogue.KEYCLOAK, credentials.OPERATOR_CLIENT, known.operator_client),
        registry=_endpoint(catalogue.REGISTRY, credentials.REGISTRY_CLIENT, known.registry_client),
        redis=_endpoint(catalogue.REDIS, "default", known.redis),
        ollama=_endpoint(catalogue.OLLAMA),
    )


def _endpoint(service: Service, name: str = "", password: str = "") -> Endpoint:
    login = Login(name, password) if name else None
    return Endpoint(catalogue.HOST, service.node_port, service.address, login)
