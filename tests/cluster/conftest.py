"""A real API server with our kinds: KUBECONFIG's.

Without one these tests are skipped; with REQUIRE_SERVICES=1 they fail.
"""

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import yaml

from inkwell_local.services.catalogue import SERVICES
from inkwell_operator.settings import QueueSettings, Settings
from support import limits, make
from support.api_server import kinds, kubeconfig
from support.operator_run import Operator, installed_at_rest, operator, tenant

__all__ = ["kinds", "kubeconfig"]

CLASS = make.ROOT / "manifests" / "examples" / "standard-class.yaml"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Several wait for the operator again and again, each time for two minutes at most."""
    limits.allow(900, items, Path(__file__).parent)


@pytest.fixture(scope="session", autouse=True)
def only_operator(kubeconfig: Path) -> Iterator[None]:
    """No operator but a test's own runs, also between two of them."""
    assert kubeconfig
    with installed_at_rest():
        yield


@pytest.fixture
async def running(kubeconfig: Path, kinds: None) -> AsyncIterator[Operator]:
    """An operator that runs in this process."""
    assert kubeconfig
    del kinds
    settings = Settings(
        endpoint_overrides={service.address: service.host_address for service in SERVICES},
        metrics_port=0,
        probe_port=0,
        # Should somebody start the installed operator again meanwhile, it stands by.
        leader_election=True,
        queue=QueueSettings(waiting_seconds=0.5, blocked_retry_seconds=2),
    )
    async with operator(settings) as run:
        await run.apply(yaml.safe_load(CLASS.read_text("utf-8")))
        yield run


@pytest.fixture
async def name(running: Operator) -> AsyncIterator[str]:
    """A tenant name of this test alone; nothing of it is left afterwards."""
    name = f"cluster-{secrets.token_hex(3)}"
    yield name
    if await running.get("tenant", name) is None:
        await running.apply(tenant(name, deletionPolicy="Delete", retainedData="Reuse"))
    else:
        await running.patch(
            "tenant", name, {"deletionPolicy": "Delete", "mode": "Apply", "retainedData": "Reuse"}
        )
    await running.provisioned("tenant", name)
    await running.delete("tenant", name)
