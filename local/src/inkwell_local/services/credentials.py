"""Passwords of the services' administrators: random, made once, for their owner alone."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final

from inkwell_local.errors import LocalError

KAFKA_ADMIN: Final = "admin"
CASSANDRA_ADMIN: Final = "inkwell_admin"
POSTGRES_OPERATOR: Final = "inkwell_operator"
KEYCLOAK_ADMIN: Final = "inkwell-master-admin"
OPERATOR_CLIENT: Final = "inkwell-operator"
REGISTRY_CLIENT: Final = "inkwell-registry"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What was drawn at random for this installation.

    Attributes:
        kafka_cluster: Identity of the Kafka cluster; no secret, yet as lasting as these.
        kafka_admin: Password of the super user.
        cassandra_admin: Password of the superuser.
        postgres_operator: Password of the login that owns the database.
        postgres_keycloak: Password of Keycloak's own login.
        postgres_registry: Password of the registry's own login.
        keycloak_admin: Password of the administrator of Keycloak itself (realm master).
        operator_client: Secret of the client that makes tenants' clients.
        registry_client: Secret of the client that writes schemas.
        redis: Password of the one user.
    """

    kafka_cluster: str
    kafka_admin: str = field(repr=False)
    cassandra_admin: str = field(repr=False)
    postgres_operator: str = field(repr=False)
    postgres_keycloak: str = field(repr=False)
    postgres_registry: str = field(repr=False)
    keycloak_admin: str = field(repr=False)
    operator_client: str = field(repr=False)
    registry_client: str = field(repr=False)
    redis: str = field(repr=False)


def ensure(file: Path) -> Credentials:
    """Return the credentials of a file, drawing those that it lacks."""
    known = _known(file)
    names = [each.name for each in fields(Credentials)]
    if any(name not in known for name in names):
        drawn = {name: known.get(name) or _draw(name) for name in names}
        _write(file, drawn)
        known = drawn
    return Credentials(**{name: known[name] for name in names})


def read(file: Path) -> Credentials:
    """Return the credentials of a platform that was started before.

    Raises:
        LocalError: It never was.
    """
    known = _known(file)
    names = [each.name for each in fields(Credentials)]
    if any(name not in known for name in names):
        raise LocalError(f"{file} does not hold the services' credentials", "run `make up`")
    return Credentials(**{name: known[name] for name in names})


def _known(file: Path) -> Mapping[str, str]:
    try:
        text = file.read_text(encoding="ascii")
    except FileNotFoundError:
        return {}
    try:
        known = json.loads(text)
    except ValueError as error:
        raise LocalError(
            f"{file} is damaged", "run `make down`, delete it, and run `make up`"
        ) from error
    return {str(name): str(value) for name, value in known.items()}


def _draw(name: str) -> str:
    if name == "kafka_cluster":
        return base64.urlsafe_b64encode(b"\1" + secrets.token_bytes(15)).decode().rstrip("=")
    # Hexadecimal digits need no quoting anywhere, and 64 are within bcrypt's limit of 72 bytes.
    return secrets.token_hex(32)


def _write(file: Path, values: Mapping[str, str]) -> None:
    partial = file.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        json.dump(dict(values), out, indent=1)
    partial.replace(file)
