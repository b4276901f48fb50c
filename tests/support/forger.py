"""Another pipeline of the same tenant, whose login writes into the tables that all share."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from cassandra.cluster import Session

from inkwell_api import names
from inkwell_api.names import Stage
from support import worker_backends
from support.worker_tenant import WorkerTenant

OTHER_PIPELINE: Final = "receipts"


@contextmanager
def forging(tenant: WorkerTenant, stage: Stage) -> Iterator[Session]:
    """Give a session of the other pipeline's login of a stage, with a stage's usual rights."""
    name = names.stage_principal(tenant.name, OTHER_PIPELINE, stage)
    password, keyspace = secrets.token_urlsafe(24), names.keyspace(tenant.name)
    with tenant.cassandra() as admin:
        worker_backends.make_role(admin, keyspace, stage, name, password)
        try:
            with tenant.cassandra(name, password) as session:
                session.set_keyspace(keyspace)
                yield session
        finally:
            admin.execute(f'DROP ROLE IF EXISTS "{name}"')
