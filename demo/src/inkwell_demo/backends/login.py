"""Who logs in where: addresses of a TenantClass as reached from here, logins from Secrets."""

import ssl
from dataclasses import dataclass, field

from inkwell_api import names
from inkwell_api.tenant_class import TenantClass, TenantClassSpec
from inkwell_demo.cluster import Cluster, Reach
from inkwell_demo.cluster.cluster import OWN

OPERATOR_NAMESPACE = "inkwell-system"


@dataclass(frozen=True, slots=True)
class Login:
    """A name and password at an address.

    Attributes:
        host: as reached from here.
        port: as reached from here.
        username: or client id.
        password: or client secret.
        ca: PEM of the authority of the server's certificate; empty for a public one.
    """

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    ca: str = field(default="", repr=False)

    def trust(self) -> ssl.SSLContext:
        """Return a TLS context that believes the server's authority."""
        return ssl.create_default_context(cadata=self.ca or None)


class NoLoginError(LookupError):
    """A Secret or TenantClass that a login is made of does not exist."""


@dataclass(frozen=True, slots=True)
class Logins:
    """Makes logins at the backends of one TenantClass."""

    cluster: Cluster
    reach: Reach
    offer: TenantClassSpec

    @classmethod
    def of_class(cls, cluster: Cluster, name: str = "standard") -> "Logins":
        """Read a TenantClass.

        Raises:
            NoLoginError: it does not exist.
        """
        found = cluster.get(OWN, TenantClass.KIND, name)
        if found is None:
            raise NoLoginError(f"there is no TenantClass {name}")
        return cls(cluster, Reach(cluster), TenantClass.model_validate(found).spec)

    def kafka(self, secret: dict[str, str] | None = None) -> Login:
        """Return a login at Kafka: by the given Secret's values, else the administrator's."""
        kafka = self.offer.kafka
        return self._login(kafka.bootstrap_servers[0], kafka.secret_name, secret)

    def cassandra(self, secret: dict[str, str] | None = None) -> Login:
        """Return a login at Cassandra: by the given Secret's values, else the administrator's."""
        cassandra = self.offer.cassandra
        return self._login(cassandra.contact_points[0], cassandra.secret_name, secret)

    def postgres(self, secret: dict[str, str] | None = None) -> Login:
        """Return a login at PostgreSQL: by the given Secret's values, else the operator's."""
        postgres = self.offer.postgres
        return self._login(postgres.address, postgres.secret_name, secret)

    def keycloak(self) -> Login:
        """Return the operator's login at Keycloak."""
        address = self.offer.keycloak.url.removeprefix("https://")
        return self._login(address, self.offer.keycloak.secret_name, None)

    def stage_secret(self, tenant: str, name: str) -> dict[str, str]:
        """Return the Secret of a tenant's workload, such as ``gateway`` or ``invoices-ocr``."""
        return self._secret(names.namespace(tenant), name)

    def _login(self, inside: str, admin_secret: str, own: dict[str, str] | None) -> Login:
        admin = self._secret(OPERATOR_NAMESPACE, admin_secret)
        values = own or admin
        host, port = self.reach.address(inside)
        return Login(
            host=host,
            port=port,
            username=values.get("username") or values["clientId"],
            password=values.get("password") or values["clientSecret"],
            ca=admin.get("ca.crt", ""),
        )

    def _secret(self, namespace: str, name: str) -> dict[str, str]:
        values = self.cluster.secret(namespace, name)
        if values is None:
            raise NoLoginError(f"there is no Secret {name} in namespace {namespace}")
        return values
