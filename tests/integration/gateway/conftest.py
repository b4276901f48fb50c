from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from inkwell_api.names import Stage
from support import realm_clients, services, worker_backends, worker_process
from support.worker_process import WorkerProcess
from support.worker_tenant import PIPELINE, WorkerTenant


@dataclass(frozen=True)
class House:
    """A running gateway, and tokens of several callers."""

    tenant: WorkerTenant
    gateway: WorkerProcess
    tokens: dict[str, str]
    documents: str = f"/v1/pipelines/{PIPELINE}/documents"

    def client(self, caller: str = "machine") -> httpx.Client:
        token = self.tokens.get(caller)
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.gateway.http_port}",
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=30,
        )


@pytest.fixture(scope="session")
def tenant() -> Iterator[WorkerTenant]:
    """One tenant for all tests of the room; each test uses documents of its own."""
    with worker_backends.made(services.connected()) as made:
        yield made


@pytest.fixture(scope="session")
def tokens(tenant: WorkerTenant) -> Iterator[dict[str, str]]:
    name = tenant.name
    roles = [f"uploader:{PIPELINE}", f"viewer:{PIPELINE}", "admin", "viewer", "viewer:other"]
    with realm_clients.opened(tenant.services) as clients:
        api = clients.api(name, *roles)
        foreign = clients.api(f"{name}x", "admin")
        yield {
            "machine": clients.token(clients.machine(f"{name}.{PIPELINE}", api, *roles[:2])),
            "admin": clients.token(clients.machine(f"{name}.admin", api, "admin")),
            "viewer": clients.token(clients.machine(f"{name}.viewer", api, "viewer")),
            "elsewhere": clients.token(clients.machine(f"{name}.other", api, "viewer:other")),
            "foreign": clients.token(clients.machine(f"{name}x.m", foreign, "admin")),
        }


@pytest.fixture(scope="session")
def house(
    tenant: WorkerTenant, tokens: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    variables = tenant.mount(Stage.GATEWAY, folder, tenant.gateway_env())
    with worker_process.running(
        "-m", "inkwell_gateway", variables=variables, folder=folder
    ) as process:
        yield House(tenant, process.wait_ready(), tokens)
