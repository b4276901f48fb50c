from collections.abc import Iterator

import pytest

from support import services, worker_backends
from support.worker_tenant import WorkerTenant


@pytest.fixture
def tenant() -> Iterator[WorkerTenant]:
    """A tenant a test: its topics hold nothing else."""
    with worker_backends.made(services.connected()) as made:
        yield made
