"""Resolves TenantClasses: reads the Secrets that they name, in the operator's own namespace.

Called by `reconcilers.dereference`. What was read serves every tenant of the class for some
seconds, so that a resync reads each class once; not where a Secret could not be read. A Secret that
is missing concerns its own backend alone.
"""

import asyncio
import base64
import binascii
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from inkwell_api.address import split_address
from inkwell_api.conditions import ConditionType
from inkwell_api.names import LoginUse, login_label
from inkwell_api.tenant_class import TenantClassSpec
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import SECRET, Manifest
from inkwell_operator.model.errors import (
    Blocked,
    ClassNotFound,
    InkwellError,
    InvalidSpec,
    SecretMissing,
    Transient,
)
from inkwell_operator.model.targets import (
    AdminLogin,
    CassandraTarget,
    KafkaTarget,
    KeycloakTarget,
    PostgresTarget,
    ResolvedClass,
)
from inkwell_operator.settings import Settings
from inkwell_operator.store import Store

_CA: Final = "ca.crt"
_NO_LOGIN: Final = AdminLogin("", "")


@dataclass(frozen=True, slots=True)
class _Use:
    """One use of a Secret: for what, by which keys, and which condition suffers without it."""

    use: LoginUse
    secret: str
    user_key: str = "username"
    password_key: str = "password"  # noqa: S105 - the name of a key


class ClassResolver:
    """Turns the name of a TenantClass into a `ResolvedClass`."""

    def __init__(
        self, client: KubernetesClient, store: Store, settings: Settings, scratch: Path
    ) -> None:
        """Read through `client`; put authorities that drivers want as files into `scratch`."""
        self._client = client
        self._store = store
        self._settings = settings
        self._scratch = scratch
        self._known: dict[str, tuple[float, str, ResolvedClass]] = {}
        self._authorities: dict[str, str] = {}

    async def resolve(self, name: str) -> ResolvedClass:
        """Return the class with all that it refers to.

        Secrets that are missing stand in `ResolvedClass.failures`, by the condition that suffers.

        Raises:
            ClassNotFound: there is no such class.
            InvalidSpec: the stored class does not fit its model.
        """
        stored = self._store.tenant_class(name)
        if stored is None:
            raise ClassNotFound(f"TenantClass {name} does not exist; create it or name another")
        if stored.spec is None:
            raise InvalidSpec(f"TenantClass {name}: {stored.fault}")
        version = stored.metadata.resource_version
        known = self._known.get(name)
        oldest = time.monotonic() - self._settings.class_refresh_seconds
        if known is not None and known[1] == version and known[0] > oldest:
            return known[2]
        secrets = await self._read_secrets(stored.spec)
        resolved = self._assemble(name, stored.spec, secrets)
        if is_read(resolved):
            self._known[name] = (time.monotonic(), version, resolved)
        return resolved

    async def _read_secrets(self, spec: TenantClassSpec) -> dict[str, Manifest | InkwellError]:
        uses = (*_uses(spec).values(), *_model_uses(spec).values())
        wanted = sorted({use.secret for use in uses})

        async def read(name: str) -> Manifest | InkwellError:
            try:
                secret = await self._client.get(SECRET, name, self._settings.namespace)
            except InkwellError as error:
                return error
            return secret or SecretMissing(f"{self._named(name)} does not exist; create it")

        return dict(zip(wanted, await asyncio.gather(*map(read, wanted)), strict=True))

    def _assemble(
        self, name: str, spec: TenantClassSpec, secrets: Mapping[str, Manifest | InkwellError]
    ) -> ResolvedClass:
        failures: dict[ConditionType, InkwellError] = {}
        model_failures: dict[str, InkwellError] = {}
        logins: dict[LoginUse, AdminLogin] = {}
        for use, (condition, what) in _by_condition(spec).items():
            try:
                logins[use] = self._login(what, secrets[what.secret])
            except InkwellError as error:
                logins[use] = _NO_LOGIN
                if condition not in failures or _is_passing(error):
                    failures[condition] = error
        model_keys: dict[str, str] = {}
        for model, what in _model_uses(spec).items():
            try:
                model_keys[model] = self._value(what, secrets[what.secret], what.password_key)
            except InkwellError as error:
                model_failures[model] = error
        ca_pem = self._trusted(name, secrets, failures)
        return resolve_targets(
            name, spec, logins, self._settings.endpoint_overrides,
            ca_pem=ca_pem, model_keys=model_keys, failures=failures, model_failures=model_failures,
        )  # fmt: skip

    def _trusted(
        self,
        name: str,
        secrets: Mapping[str, Manifest | InkwellError],
        failures: dict[ConditionType, InkwellError],
    ) -> str:
        """Return each authority once, in a stable order.

        While a Secret is missing its authority is too, and pods must not be rolled for that: then
        what was known before goes on to hold, and without it nothing that holds it is touched.
        """
        pems: set[str] = set()
        for secret in secrets.values():
            if isinstance(secret, InkwellError):
                if name in self._authorities:
                    return self._authorities[name]
                failures.setdefault(ConditionType.NAMESPACE_READY, secret)
                failures.setdefault(ConditionType.WORKERS_READY, secret)
                return ""
            pem = _decoded(secret, _CA)
            if pem:
                pems.add(pem.strip())
        self._authorities[name] = "".join(f"{pem}\n" for pem in sorted(pems))
        return self._authorities[name]

    def _login(self, use: _Use, secret: Manifest | InkwellError) -> AdminLogin:
        username = self._value(use, secret, use.user_key)
        password = self._value(use, secret, use.password_key)
        ca = self._value(use, secret, _CA, is_needed=False)
        return AdminLogin(
            username=username,
            password=password,
            ca_pem=ca,
            ca_file=self._file(ca) if ca else None,
            secret=use.secret,
        )

    def _value(
        self, use: _Use, secret: Manifest | InkwellError, key: str, *, is_needed: bool = True
    ) -> str:
        if isinstance(secret, InkwellError):
            raise secret
        label = login_label(use.use)
        if (secret["metadata"].get("labels") or {}).get(label) != "true":
            raise SecretMissing(
                f"{self._named(use.secret)} is not labelled for this use: set its label "
                f"{label} to true where its login may be sent to the address in the TenantClass"
            )
        value = _decoded(secret, key)
        if value is None:
            raise SecretMissing(f"{self._named(use.secret)}: {key} is no text in UTF-8")
        if is_needed and not value:
            raise SecretMissing(f"{self._named(use.secret)} has no {key}; add it")
        return value

    def _named(self, secret: str) -> str:
        return f"Secret {self._settings.namespace}/{secret}, which a TenantClass refers to,"

    def _file(self, pem: str) -> Path:
        path = self._scratch / f"{hashlib.sha256(pem.encode()).hexdigest()[:16]}.crt"
        if not path.exists():
            path.write_text(pem, "utf-8")
        return path


def is_read(resolved: ResolvedClass) -> bool:
    """Whether each Secret of a class was read or found missing; else what is resolved is a guess.

    A condition that two Secrets may fail tells of the one that could not be read.
    """
    failures = (*resolved.failures.values(), *resolved.model_failures.values())
    return not any(map(_is_passing, failures))


def _is_passing(error: InkwellError) -> bool:
    return isinstance(error, Transient) and not isinstance(error, Blocked)


def resolve_targets(
    name: str,
    spec: TenantClassSpec,
    logins: Mapping[LoginUse, AdminLogin],
    overrides: Mapping[str, str],
    **more: Any,
) -> ResolvedClass:
    """Return the class's targets. Pure.

    Args:
        name: of the class.
        spec: of the class.
        logins: the operator's, by use.
        overrides: where (host:port) the operator reaches an address of the class.
        more: further attributes of `ResolvedClass`.
    """

    def at(address: str) -> str:
        return overrides.get(address, address)

    def url(text: str) -> str:
        parts = urlsplit(text)
        return urlunsplit(parts._replace(netloc=at(parts.netloc)))

    host, port = split_address(at(spec.postgres.address))
    database, isolation = spec.postgres.database, spec.postgres.isolation
    return ResolvedClass(
        name=name,
        spec=spec,
        kafka=KafkaTarget(
            bootstrap_servers=tuple(map(at, spec.kafka.bootstrap_servers)),
            admin=logins[LoginUse.KAFKA],
            replication_factor=spec.kafka.replication_factor,
            min_in_sync_replicas=spec.kafka.min_in_sync_replicas,
            registry_url=url(spec.kafka.schema_registry.url),
            registry_admin=logins[LoginUse.SCHEMA_REGISTRY],
        ),
        cassandra=CassandraTarget(
            contact_points=tuple(map(at, spec.cassandra.contact_points)),
            datacenter=spec.cassandra.datacenter,
            replication_factor=spec.cassandra.replication_factor,
            admin=logins[LoginUse.CASSANDRA],
        ),
        postgres=PostgresTarget(host, port, database, logins[LoginUse.POSTGRES], isolation),
        keycloak=KeycloakTarget(
            url=url(spec.keycloak.url),
            issuer=f"{spec.keycloak.url.rstrip('/')}/realms/{spec.keycloak.realm}",
            realm=spec.keycloak.realm,
            admin=logins[LoginUse.KEYCLOAK],
        ),
        **more,
    )


def _uses(spec: TenantClassSpec) -> dict[LoginUse, _Use]:
    return {use: what for use, (_, what) in _by_condition(spec).items()}


def _by_condition(spec: TenantClassSpec) -> dict[LoginUse, tuple[ConditionType, _Use]]:
    registry = spec.kafka.schema_registry.secret_name
    client = ("clientId", "clientSecret")
    kinds, uses = ConditionType, LoginUse
    return {
        uses.KAFKA: (kinds.KAFKA_READY, _Use(uses.KAFKA, spec.kafka.secret_name)),
        uses.SCHEMA_REGISTRY: (kinds.KAFKA_READY, _Use(uses.SCHEMA_REGISTRY, registry)),
        uses.CASSANDRA: (kinds.CASSANDRA_READY, _Use(uses.CASSANDRA, spec.cassandra.secret_name)),
        uses.POSTGRES: (kinds.POSTGRES_READY, _Use(uses.POSTGRES, spec.postgres.secret_name)),
        uses.KEYCLOAK: (
            kinds.KEYCLOAK_READY,
            _Use(uses.KEYCLOAK, spec.keycloak.secret_name, *client),
        ),
    }


def _model_uses(spec: TenantClassSpec) -> dict[str, _Use]:
    return {
        model.name: _Use(LoginUse.MODEL, model.secret_name, password_key="api-key")  # noqa: S106 - the name of a key
        for model in spec.models
        if model.secret_name is not None
    }


def _decoded(secret: Manifest, key: str) -> str | None:
    """Return a value of a Secret; empty where the key is missing, None where it is no text."""
    try:
        return base64.b64decode((secret.get("data") or {}).get(key) or "").decode()
    except (UnicodeDecodeError, binascii.Error):
        return None
