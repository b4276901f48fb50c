"""Resolves TenantClasses: reads the Secrets that they name, in the operator's own namespace.

Called by the reconcilers. What was read serves every tenant of the class for some seconds, so that
a resync reads each class once.
"""

import hashlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import ValidationError

from inkwell_api.tenant_class import TenantClass, TenantClassSpec
from inkwell_operator.backends.kubernetes.client import KubernetesClient
from inkwell_operator.backends.kubernetes.secrets import decode
from inkwell_operator.backends.kubernetes.state import SECRET
from inkwell_operator.model.errors import ClassNotFound, InvalidSpec, SecretMissing
from inkwell_operator.model.targets import (
    AdminLogin,
    CassandraTarget,
    KafkaTarget,
    KeycloakTarget,
    PostgresTarget,
    ResolvedClass,
)
from inkwell_operator.settings import Settings
from inkwell_operator.watched import Watched

_CA = "ca.crt"


class ClassResolver:
    """Turns the name of a TenantClass into a `ResolvedClass`."""

    def __init__(
        self, client: KubernetesClient, watched: Watched, settings: Settings, scratch: Path
    ) -> None:
        """Read through `client`; put authorities that drivers want as files into `scratch`."""
        self._client = client
        self._watched = watched
        self._settings = settings
        self._scratch = scratch
        self._known: dict[str, tuple[float, str, ResolvedClass]] = {}

    async def resolve(self, name: str) -> ResolvedClass:
        """Return the class with all that it refers to.

        Raises:
            ClassNotFound: there is no such class.
            SecretMissing: a Secret or a key in one is not there.
            InvalidSpec: the stored class does not fit its model.
        """
        body = self._watched.tenant_class(name)
        if body is None:
            raise ClassNotFound(f"TenantClass {name} does not exist; create it or name another")
        version = str(body["metadata"].get("resourceVersion", ""))
        known = self._known.get(name)
        if (
            known is not None
            and known[1] == version
            and time.monotonic() - known[0] < self._settings.class_refresh_seconds
        ):
            return known[2]
        resolved = await self._resolve(name, body)
        self._known[name] = (time.monotonic(), version, resolved)
        return resolved

    async def _resolve(self, name: str, body: dict[str, Any]) -> ResolvedClass:
        try:
            spec = TenantClass.model_validate(body).spec
        except ValidationError as error:
            raise InvalidSpec(f"TenantClass {name} does not fit its schema: {error}") from error
        secrets = await self._read_secrets(name, spec)
        return _Assembly(name, spec, secrets, self._settings.endpoint_overrides, self._scratch)()

    async def _read_secrets(
        self, class_name: str, spec: TenantClassSpec
    ) -> dict[str, dict[str, str]]:
        wanted = {
            spec.kafka.secret_name,
            spec.kafka.schema_registry.secret_name,
            spec.cassandra.secret_name,
            spec.postgres.secret_name,
            spec.keycloak.secret_name,
            *(model.secret_name for model in spec.models if model.secret_name is not None),
        }
        found: dict[str, dict[str, str]] = {}
        for secret_name in sorted(wanted):
            secret = await self._client.get(SECRET, secret_name, self._settings.namespace)
            if secret is None:
                raise SecretMissing(
                    f"Secret {self._settings.namespace}/{secret_name}, which TenantClass "
                    f"{class_name} refers to, does not exist; create it"
                )
            data = secret.get("data") or {}
            found[secret_name] = {key: decode(data, key) for key in data}
        return found


class _Assembly:
    """Puts one class together from its spec and its Secrets."""

    def __init__(
        self,
        name: str,
        spec: TenantClassSpec,
        secrets: Mapping[str, Mapping[str, str]],
        overrides: Mapping[str, str],
        scratch: Path,
    ) -> None:
        self._name = name
        self._spec = spec
        self._secrets = secrets
        self._overrides = overrides
        self._scratch = scratch

    def __call__(self) -> ResolvedClass:
        spec = self._spec
        host, _, port = self._at(spec.postgres.address).rpartition(":")
        keycloak = spec.keycloak
        return ResolvedClass(
            name=self._name,
            spec=spec,
            kafka=self._kafka(),
            cassandra=CassandraTarget(
                contact_points=tuple(map(self._at, spec.cassandra.contact_points)),
                datacenter=spec.cassandra.datacenter,
                replication_factor=spec.cassandra.replication_factor,
                admin=self._login(spec.cassandra.secret_name),
            ),
            postgres=PostgresTarget(
                host, int(port), spec.postgres.database, self._login(spec.postgres.secret_name)
            ),
            keycloak=KeycloakTarget(
                url=self._url(keycloak.url),
                issuer=f"{keycloak.url.rstrip('/')}/realms/{keycloak.realm}",
                realm=keycloak.realm,
                admin=self._login(keycloak.secret_name, "clientId", "clientSecret"),
            ),
            ca_pem=self._authorities(),
            model_keys={
                model.name: self._value(model.secret_name, "api-key")
                for model in spec.models
                if model.secret_name is not None
            },
        )

    def _kafka(self) -> KafkaTarget:
        kafka = self._spec.kafka
        return KafkaTarget(
            bootstrap_servers=tuple(map(self._at, kafka.bootstrap_servers)),
            admin=self._login(kafka.secret_name),
            replication_factor=kafka.replication_factor,
            min_in_sync_replicas=kafka.min_in_sync_replicas,
            registry_url=self._url(kafka.schema_registry.url),
            registry_admin=self._login(kafka.schema_registry.secret_name),
        )

    def _login(self, secret: str, user: str = "username", password: str = "password") -> AdminLogin:  # noqa: S107 - names of keys
        ca = self._secrets[secret].get(_CA, "")
        return AdminLogin(
            username=self._value(secret, user),
            password=self._value(secret, password),
            ca_pem=ca,
            ca_file=self._file(ca) if ca else None,
        )

    def _value(self, secret: str, key: str) -> str:
        value = self._secrets[secret].get(key, "")
        if not value:
            raise SecretMissing(
                f"Secret {secret}, which TenantClass {self._name} refers to, has no {key}; add it"
            )
        return value

    def _authorities(self) -> str:
        """Return each authority once, in a stable order."""
        pems = {values[_CA].strip() for values in self._secrets.values() if values.get(_CA)}
        return "".join(f"{pem}\n" for pem in sorted(pems))

    def _file(self, pem: str) -> Path:
        path = self._scratch / f"{hashlib.sha256(pem.encode()).hexdigest()[:16]}.crt"
        if not path.exists():
            path.write_text(pem, "ascii")
        return path

    def _at(self, address: str) -> str:
        return self._overrides.get(address, address)

    def _url(self, url: str) -> str:
        parts = urlsplit(url)
        return urlunsplit(parts._replace(netloc=self._at(parts.netloc)))
