"""Start of the archive stage."""

import sys
from typing import Final

from inkwell_api.pipeline import ValidationSpec
from inkwell_api.stage_env import StageEnv
from inkwell_archive.checks import CHILD_BYTES, LEAST_CHILD_BYTES, PARENT_BYTES, ChildChecks
from inkwell_archive.grounding import Groundings
from inkwell_archive.ledger import Ledger
from inkwell_archive.postgres import open_pool
from inkwell_archive.records import CassandraRecords
from inkwell_archive.relay import Relay
from inkwell_archive.stage import ArchiveStage
from inkwell_worker import runner
from inkwell_worker.connections import Connections
from inkwell_worker.memory import container_bytes, divide

CONCURRENCY: Final = 4
"""Documents at once: the stage waits for databases far more than it computes."""


def build(env: StageEnv, connections: Connections) -> ArchiveStage:
    """Put the stage together and start its relay."""
    if env.postgres is None:
        msg = "the archive stage needs `postgres` in its stage file"
        raise ValueError(msg)
    pool = open_pool(connections, env.postgres, CONCURRENCY + 1)
    relay = Relay(pool, connections.producer(), env.kafka.produces, env.pipeline)
    validation = env.validation or ValidationSpec()
    share = divide(
        container_bytes(), parent=PARENT_BYTES, wanted=1, least=LEAST_CHILD_BYTES, most=CHILD_BYTES
    )
    checks = ChildChecks(validation.rules, memory_bytes=share.child_bytes)
    relay.start()
    for closer in (relay.stop, pool.close, checks.close):
        connections.on_close(closer)
    return ArchiveStage(
        ledger=Ledger(pool),
        extractions=connections.extractions(),
        records=CassandraRecords(connections.cassandra()),
        groundings=Groundings(
            env.extraction.result_schema if env.extraction is not None else {}, validation
        ),
        checks=checks,
        committed=relay.wake,
    )


if __name__ == "__main__":
    sys.exit(runner.main(build, concurrency=CONCURRENCY))
