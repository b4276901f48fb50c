from collections.abc import Iterator

import pytest

from support import services, worker_tenant
from support.worker_tenant import WorkerTenant


@pytest.fixture(scope="session")
def tenant() -> Iterator[WorkerTenant]:
    """One tenant for all tests of the room; each test uses documents of its own."""
    with worker_tenant.made(services.connected()) as made:
        yield made
