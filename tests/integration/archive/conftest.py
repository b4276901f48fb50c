from collections.abc import Iterator
from functools import partial

import pytest

from inkwell_api.names import Stage
from inkwell_api.pipeline import ValidationSpec
from inkwell_archive.checks import ChildChecks
from inkwell_archive.grounding import Groundings
from inkwell_archive.ledger import Ledger
from inkwell_archive.postgres import open_pool
from inkwell_archive.records import CassandraRecords
from inkwell_archive.stage import ArchiveStage
from inkwell_worker.cassandra_stores import CassandraExtractions
from inkwell_worker.connections import Connections
from inkwell_worker.stage import Unavailable
from support import services, worker_backends
from support.archive_room import POSITIVE, Room
from support.worker_documents import connections_of
from support.worker_process import eventually
from support.worker_tenant import WorkerTenant


@pytest.fixture(scope="session")
def tenant() -> Iterator[WorkerTenant]:
    """One tenant for all tests of the room; each test uses documents of its own."""
    with worker_backends.made(services.connected()) as made:
        yield made


def _is_connected(connections: Connections) -> bool:
    """Open the session, again where Cassandra took its time: the stage would be tried again too."""
    try:
        connections.cassandra().session()
    except Unavailable:
        return False
    return True


@pytest.fixture(scope="module")
def room(tenant: WorkerTenant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    own = connections_of(tenant, Stage.ARCHIVE, tmp_path_factory.mktemp("archive"))
    other = connections_of(tenant, Stage.EXTRACT, tmp_path_factory.mktemp("extract"))
    for connections in (own, other):
        eventually("Cassandra", partial(_is_connected, connections))
    pool = open_pool(own, tenant.postgres_access(), 3)
    checks = ChildChecks([POSITIVE])
    stage = ArchiveStage(
        ledger=Ledger(pool),
        extractions=own.extractions(),
        records=CassandraRecords(own.cassandra()),
        groundings=Groundings({}, ValidationSpec(rules=[POSITIVE])),
        checks=checks,
        committed=lambda: None,
    )
    yield Room(tenant, stage, pool, own, CassandraExtractions(other.cassandra()))
    checks.close()
    pool.close()
    own.close()
    other.close()
