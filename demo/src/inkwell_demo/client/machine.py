"""What a machine needs to upload to one pipeline: the contents of its Secret, seen from here."""

import ssl
from dataclasses import dataclass, field

from inkwell_api import names
from inkwell_demo.cluster import Cluster, Reach


@dataclass(frozen=True, slots=True)
class Machine:
    """A client of one pipeline.

    Attributes:
        tenant: tenant name.
        pipeline: pipeline name.
        client_id: at Keycloak.
        client_secret: at Keycloak.
        token_url: where tokens are made, as reached from here.
        gateway_url: the tenant's API, as reached from here.
        ca: PEM of the authority that signed Keycloak's certificate; empty for a public one.
    """

    tenant: str
    pipeline: str
    client_id: str
    client_secret: str = field(repr=False)
    token_url: str
    gateway_url: str
    ca: str = field(default="", repr=False)

    def trust(self) -> ssl.SSLContext:
        """Return a TLS context that believes the machine's authority."""
        return ssl.create_default_context(cadata=self.ca or None)


class NoMachineError(LookupError):
    """The Secret of a pipeline's machine is not there, or lacks something."""


def read_machine(cluster: Cluster, reach: Reach, tenant: str, pipeline: str) -> Machine:
    """Read the machine of a pipeline from its Secret ``<pipeline>-client`` and the tenant's status.

    Raises:
        NoMachineError: it is not there yet.
    """
    namespace = names.namespace(tenant)
    secret = cluster.secret(namespace, names.machine_secret(pipeline))
    authority = cluster.get("v1", "ConfigMap", names.CERTIFICATE_AUTHORITY_CONFIG, namespace) or {}
    found = cluster.tenant(tenant)
    if (
        secret is None
        or found is None
        or not {"clientId", "clientSecret", "tokenUrl"} <= secret.keys()
    ):
        name = names.machine_secret(pipeline)
        raise NoMachineError(f"Secret {name} in {namespace} is not there: is the pipeline Ready?")
    return Machine(
        tenant=tenant,
        pipeline=pipeline,
        client_id=secret["clientId"],
        client_secret=secret["clientSecret"],
        token_url=reach.url(secret["tokenUrl"]),
        gateway_url=reach.url(found.status.gateway_url),
        ca=(authority.get("data") or {}).get("ca.crt", ""),
    )
