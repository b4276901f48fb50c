"""The Secrets that the manifests name, and those that the operator finds the services by."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from inkwell_local.errors import LocalError
from inkwell_local.services import authority, credentials, truststore
from inkwell_local.services.catalogue import (
    CASSANDRA,
    KAFKA,
    KEYCLOAK,
    NAMESPACE,
    OPERATOR_NAMESPACE,
    POSTGRES,
    REDIS,
    REGISTRY,
    SERVICES,
    Service,
)
from inkwell_local.services.credentials import Credentials
from inkwell_local.session import Session

_USES: Final = {
    "kafka-admin": "login.inkwell.dev/kafka",
    "cassandra-admin": "login.inkwell.dev/cassandra",
    "postgres-admin": "login.inkwell.dev/postgres",
    "registry-admin": "login.inkwell.dev/schema-registry",
    "keycloak-admin": "login.inkwell.dev/keycloak",
}
"""The label that lets the operator send a login to a system of that kind, by Secret."""

FIELD_MANAGER: Final = "inkwell-secrets"

KubernetesObject = dict[str, Any]
"""One object as the API server takes it."""


def ensure_secrets(session: Session) -> None:
    """Have certificates and credentials, on this machine and in the cluster.

    Raises:
        LocalError: The services run with credentials that this machine does not know.
    """
    _refuse_others(session)
    authority.ensure(session)
    known = credentials.ensure(session.places.secrets)
    for namespace in (NAMESPACE, OPERATOR_NAMESPACE):
        if not session.kubectl("get", "namespace", namespace, "--ignore-not-found").strip():
            session.kubectl("create", "namespace", namespace)
    objects = [*of_services(known, session.places.ca), *of_operator(known, session.places.ca)]
    session.kubectl(
        "apply", "--server-side", "--force-conflicts", f"--field-manager={FIELD_MANAGER}",
        "--filename=-", stdin=json.dumps(_listed(objects)).encode(),
    )  # fmt: skip


def of_services(known: Credentials, folder: Path) -> list[KubernetesObject]:
    """Return what the services themselves read: a certificate and credentials for each."""
    secrets = [
        _secret(NAMESPACE, f"{service.name}-tls", _tls(folder, service.name))
        for service in SERVICES
        if service.has_certificate
    ]
    secrets += [
        _secret(NAMESPACE, f"{service.name}-credentials", values)
        for service, values in _credentials(known)
    ]
    trusted = truststore.from_pem(_text(authority.certificate(folder, "ca")))
    encoded = {"truststore.jks": base64.b64encode(trusted).decode()}
    secrets.append(_object("ConfigMap", NAMESPACE, "java-truststore", {"binaryData": encoded}))
    return secrets


def of_operator(known: Credentials, folder: Path) -> list[KubernetesObject]:
    """Return what the operator reads: one Secret for each backend, and the authority."""
    ca = {"ca.crt": _text(authority.certificate(folder, "ca"))}
    logins = {
        "kafka-admin": _login(credentials.KAFKA_ADMIN, known.kafka_admin),
        "cassandra-admin": _login(credentials.CASSANDRA_ADMIN, known.cassandra_admin),
        "postgres-admin": _login(credentials.POSTGRES_OPERATOR, known.postgres_operator),
        "registry-admin": _login(credentials.REGISTRY_CLIENT, known.registry_client),
        "keycloak-admin": {
            "clientId": credentials.OPERATOR_CLIENT,
            "clientSecret": known.operator_client,
        },
    }
    objects = [
        _secret(OPERATOR_NAMESPACE, name, {**login, **ca}, {_USES[name]: "true"})
        for name, login in logins.items()
    ]
    return [*objects, _object("ConfigMap", OPERATOR_NAMESPACE, "inkwell-ca", {"data": ca})]


def digest(service: Service, known: Credentials, folder: Path) -> str:
    """Return a digest of what a service reads, so that it starts anew when that changes."""
    names = {f"{service.name}-tls", f"{service.name}-credentials"}
    read = [each for each in of_services(known, folder) if each["metadata"]["name"] in names]
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()[:16]


def _refuse_others(session: Session) -> None:
    """Refuse to draw new passwords for services whose data was made with others."""
    if session.places.secrets.exists():
        return
    found = ("get", "secrets", "--namespace", NAMESPACE, "--output=name", "--ignore-not-found")
    if f"secret/{KAFKA.name}-credentials" in session.kubectl(*found).split():
        raise LocalError(
            f"the services keep data under passwords that were in {session.places.secrets}",
            "put the file back, or run `make down` (the data goes with it), then `make up`",
        )


def _credentials(known: Credentials) -> list[tuple[Service, Mapping[str, str]]]:
    cassandra = _login(credentials.CASSANDRA_ADMIN, known.cassandra_admin)
    return [
        (
            KAFKA,
            {
                "password": known.kafka_admin,
                "format-arguments": _format_arguments(known),
            },
        ),
        (
            CASSANDRA,
            {
                "cqlsh": _cqlsh_login(cassandra),
                "create-admin.cql": _create_admin(cassandra),
            },
        ),
        (
            POSTGRES,
            {
                "operator-password": known.postgres_operator,
                "keycloak-password": known.postgres_keycloak,
                "registry-password": known.postgres_registry,
            },
        ),
        (
            KEYCLOAK,
            {
                **_login(credentials.KEYCLOAK_ADMIN, known.keycloak_admin),
                "database-password": known.postgres_keycloak,
                "operator-client-secret": known.operator_client,
                "registry-client-secret": known.registry_client,
            },
        ),
        (REGISTRY, {"database-password": known.postgres_registry}),
        (REDIS, {"users.acl": _redis_users(known.redis)}),
    ]


def _format_arguments(known: Credentials) -> str:
    """Return what Kafka's storage tool is told about its first login, one argument a line."""
    login = f"name={credentials.KAFKA_ADMIN},password={known.kafka_admin}"
    lines = [f"--cluster-id={known.kafka_cluster}", "--add-scram", f"SCRAM-SHA-512=[{login}]"]
    return "\n".join(lines)


def _cqlsh_login(login: Mapping[str, str]) -> str:
    # The CQL shell looks under the first name since 4.1, and under the second for the user name.
    sections = ("PlainTextAuthProvider", "plain_text_auth")
    body = "".join(f"{name} = {value}\n" for name, value in login.items())
    return "".join(f"[{section}]\n{body}" for section in sections)


def _create_admin(login: Mapping[str, str]) -> str:
    return (
        f"CREATE ROLE IF NOT EXISTS {login['username']}"
        f" WITH SUPERUSER = true AND LOGIN = true AND PASSWORD = '{login['password']}';\n"
    )


def _redis_users(password: str) -> str:
    hashed = hashlib.sha256(password.encode()).hexdigest()
    return f"user default on sanitize-payload #{hashed} ~* &* +@all\n"


def _login(username: str, password: str) -> dict[str, str]:
    return {"username": username, "password": password}


def _tls(folder: Path, name: str) -> dict[str, str]:
    key, chain = _text(authority.key(folder, name)), _text(authority.certificate(folder, name))
    ca = _text(authority.certificate(folder, "ca"))
    # Java's PEM stores want key and certificates in one file.
    return {"tls.key": key, "tls.crt": chain, "ca.crt": ca, "keystore.pem": key + chain + ca}


def _text(file: Path) -> str:
    return file.read_text(encoding="ascii")


def _secret(
    namespace: str, name: str, values: Mapping[str, str], labels: Mapping[str, str] | None = None
) -> KubernetesObject:
    secret = _object("Secret", namespace, name, {"stringData": dict(values)})
    secret["metadata"]["labels"].update(labels or {})
    return secret


def _object(kind: str, namespace: str, name: str, content: KubernetesObject) -> KubernetesObject:
    metadata = {
        "name": name,
        "namespace": namespace,
        "labels": {"app.kubernetes.io/part-of": "inkwell-services"},
    }
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **content}


def _listed(objects: list[KubernetesObject]) -> KubernetesObject:
    return {"apiVersion": "v1", "kind": "List", "items": objects}
