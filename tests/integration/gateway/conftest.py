from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from inkwell_api.names import Stage
from support import realm_clients, services, worker_backends, worker_process
from support.realm_clients import RealmClients
from support.worker_process import WorkerProcess
from support.worker_tenant import PIPELINE, WorkerTenant


@dataclass(frozen=True)
class Tokens:
    """Gets tokens of several callers when they are needed: one lasts for five minutes."""

    clients: RealmClients
    machines: dict[str, tuple[str, str]]
    given: list[str] = field(default_factory=list)

    def of(self, caller: str) -> str:
        self.given.append(self.clients.token(self.machines[caller]))
        return self.given[-1]


@dataclass(frozen=True)
class House:
    """A running gateway, and tokens of several callers."""

    tenant: WorkerTenant
    gateway: WorkerProcess
    tokens: Tokens
    documents: str = f"/v1/pipelines/{PIPELINE}/documents"

    def authorization(self, caller: str = "machine") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens.of(caller)}"}

    def client(self, caller: str = "machine") -> httpx.Client:
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.gateway.http_port}",
            headers=self.authorization(caller) if caller in self.tokens.machines else {},
            timeout=30,
        )


@pytest.fixture(scope="session")
def tenant() -> Iterator[WorkerTenant]:
    """One tenant for all tests of the room; each test uses documents of its own."""
    with worker_backends.made(services.connected()) as made:
        yield made


@pytest.fixture(scope="session")
def tokens(tenant: WorkerTenant) -> Iterator[Tokens]:
    name = tenant.name
    roles = [f"uploader:{PIPELINE}", f"viewer:{PIPELINE}", "admin", "viewer", "viewer:other"]
    with realm_clients.opened(tenant.services) as clients:
        api = clients.api(name, *roles)
        foreign = clients.api(f"{name}x", "admin")
        machines = {
            "machine": clients.machine(f"{name}.{PIPELINE}", api, *roles[:2]),
            "admin": clients.machine(f"{name}.admin", api, "admin"),
            "viewer": clients.machine(f"{name}.viewer", api, "viewer"),
            "elsewhere": clients.machine(f"{name}.other", api, "viewer:other"),
            "foreign": clients.machine(f"{name}x.m", foreign, "admin"),
        }
        yield Tokens(clients, machines)


@pytest.fixture(scope="session")
def house(
    tenant: WorkerTenant, tokens: Tokens, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    variables = tenant.mount(Stage.GATEWAY, folder, tenant.gateway_env())
    with worker_process.running(
        "-m", "inkwell_gateway", variables=variables, folder=folder
    ) as process:
        yield House(tenant, process.wait_ready(), tokens)
