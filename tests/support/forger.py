"""Another pipeline of the same tenant, whose login writes into the tables that all share."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from cassandra.cluster import Session

from inkwell_api import names
from inkwell_api.names import Stage
from support import worker_backends
from support.worker_tenant import WorkerTenant


@contextmanager
def forging(tenant: WorkerTenant, stage: Stage) -> Iterator[Session]:
    """Give a session of the other pipeline's login of a stage, with a stage's usual rights."""
    # Each time another: Cassandra remembers for a while the password of one that had the name.
    other = f"receipts-{secrets.token_hex(3)}"
    name = names.stage_principal(tenant.name, other, stage)
    password, keyspace = secrets.token_urlsafe(24), names.keyspace(tenant.name)
    with tenant.cassandra() as admin:
        worker_backends.make_role(admin, keyspace, stage, name, password)
        try:
            with tenant.cassandra(name, password) as session:
                session.set_keyspace(keyspace)
                yield session
        finally:
            admin.execute(f'DROP ROLE IF EXISTS "{name}"')
