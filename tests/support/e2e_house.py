"""What an end-to-end test stands on: two tenants of its own, on a cluster with the chart."""

from contextlib import ExitStack
from dataclasses import dataclass, field

from inkwell_api import names
from inkwell_demo.backends.login import Login, Logins
from inkwell_demo.client import DocumentClient, read_machine
from inkwell_demo.cluster import Cluster, Reach
from support.made_tenants import Maker

PIPELINE = "invoices"


@dataclass(frozen=True, slots=True)
class House:
    """Two tenants, each with the pipeline `invoices`."""

    cluster: Cluster
    logins: Logins
    maker: Maker
    alpha: str
    beta: str
    open_clients: ExitStack = field(default_factory=ExitStack)

    def client(self, tenant: str, pipeline: str = PIPELINE) -> DocumentClient:
        """Return a client with a pipeline's own machine; closed with the house at the latest."""
        machine = read_machine(self.cluster, Reach(self.cluster), tenant, pipeline)
        return self.open_clients.enter_context(DocumentClient(machine))

    def gateway_postgres(self, tenant: str) -> Login:
        """Return the PostgreSQL login of a tenant's gateway."""
        return self.logins.postgres(self.logins.stage_secret(tenant, names.GATEWAY_WORKLOAD))
