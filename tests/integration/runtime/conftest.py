from collections.abc import Iterator

import pytest

from support import services, worker_tenant
from support.worker_tenant import WorkerTenant


@pytest.fixture
def tenant() -> Iterator[WorkerTenant]:
    """A tenant a test: its topics hold nothing else."""
    with worker_tenant.made(services.connected()) as made:
        yield made
