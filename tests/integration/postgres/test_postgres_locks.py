"""No login of a tenant holds what the operator, another tenant or another pipeline waits for."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import LiteralString
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool
from typing_extensions import override

from inkwell_api import names
from inkwell_api.events import Archived
from inkwell_api.names import EventKind, Stage
from inkwell_archive.postgres import Pool
from inkwell_archive.relay import Record, Relay
from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.model.targets import PostgresTarget, ResolvedClass
from inkwell_operator.model.validate import ValidatedPipeline, ValidatedTenant
from support import backend_services as services
from support.postgres_logins import as_login, upload

pytestmark = pytest.mark.integration


@contextmanager
def pool_of(target: PostgresTarget, pipeline: ValidatedPipeline) -> Iterator[Pool]:
    """Give the archive's pool of connections, as the archive itself logs in."""
    login = pipeline.logins[Stage.ARCHIVE]
    parameters = {
        "host": target.host,
        "port": target.port,
        "dbname": target.database,
        "user": login.principal,
        "password": login.password,
        "sslmode": "verify-full",
        "sslrootcert": str(target.admin.ca_file),
        "options": "-c lock_timeout=2s",
        "row_factory": dict_row,
    }
    with ConnectionPool(
        kwargs=parameters, connection_class=psycopg.Connection[DictRow], max_size=3, min_size=0
    ) as pool:
        yield pool


class Producer:
    """Takes what is relayed."""

    def __init__(self) -> None:
        self.sent: list[Record] = []

    def send_all(self, records: Sequence[Record]) -> None:
        self.sent += records


def relay_of(pool: Pool, pipeline: ValidatedPipeline, producer: Producer) -> Relay:
    topic = names.topic(pipeline.tenant, pipeline.pipeline, EventKind.ARCHIVED)
    return Relay(pool, producer, topic, pipeline.pipeline)


def announce(pool: Pool, pipeline: ValidatedPipeline, document_id: str) -> None:
    """Put one event into the outbox as the archive does."""
    event_id = str(uuid4())
    record = {
        "event_id": event_id,
        "tenant": pipeline.tenant,
        "pipeline": pipeline.pipeline,
        "document_id": document_id,
        "occurred_at": "2026-01-01T00:00:00+00:00",
        "state": "ARCHIVED",
        "result_version": 1,
    }
    with pool.connection() as connection:
        connection.execute(
            "INSERT INTO outbox (event_id, pipeline, kind, message) VALUES (%s, %s, %s, %s)",
            (
                event_id,
                pipeline.pipeline,
                Archived.KIND.value,
                Jsonb({"event": record, "trace_parent": ""}),
            ),
        )


def operator_lock(what: str) -> int:
    """Return the number of the advisory lock that version 0.1 of the operator waited for."""
    return int.from_bytes(hashlib.sha256(f"inkwell {what}".encode()).digest()[:8], "big") >> 1


async def test_advisory_locks_of_a_tenant_stop_neither_the_operator_nor_anothers_relay(
    opened: PostgresBackend,
    resolved: ResolvedClass,
    tenant: ValidatedTenant,
    pipeline: ValidatedPipeline,
) -> None:
    other = services.tenant(resolved)
    made_meanwhile = services.pipeline(tenant, "receipts")
    document_id = await upload(resolved.postgres, tenant, pipeline.pipeline)
    topic = names.topic(tenant.name, pipeline.pipeline, EventKind.ARCHIVED)
    producer = Producer()
    async with (
        services.made((opened,), other),
        as_login(resolved.postgres, other.gateway) as session,
    ):
        for what in (f"schema {names.schema(tenant.name)}", "database"):
            await session.execute("SELECT pg_advisory_lock(%s)", [operator_lock(what)])
        await session.execute(
            "SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"{topic}/outbox"]
        )
        async with services.made((opened,), made_meanwhile):
            pass
        with pool_of(resolved.postgres, pipeline) as pool:
            announce(pool, pipeline, document_id)
            assert relay_of(pool, pipeline, producer).drain() == 1
        assert [event.document_id for _, event, _ in producer.sent] == [document_id]


async def test_another_pipeline_of_the_tenant_holds_neither_row_nor_table_of_a_relay(
    opened: PostgresBackend,
    resolved: ResolvedClass,
    tenant: ValidatedTenant,
    pipeline: ValidatedPipeline,
) -> None:
    other = services.pipeline(tenant, "receipts")
    document_id = await upload(resolved.postgres, tenant, pipeline.pipeline)
    attempts: tuple[LiteralString, ...] = (
        "LOCK TABLE outbox_relay IN EXCLUSIVE MODE",
        "LOCK TABLE outbox IN SHARE MODE",
        "LOCK TABLE results IN SHARE ROW EXCLUSIVE MODE",
        "LOCK TABLE documents IN SHARE MODE",
        "INSERT INTO outbox_relay (pipeline) VALUES ('invoices')",
    )
    producer = Producer()
    async with services.made((opened,), other):
        with pool_of(resolved.postgres, pipeline) as pool:
            announce(pool, pipeline, document_id)
            relay = relay_of(pool, pipeline, producer)
            assert relay.drain() == 1
            async with as_login(resolved.postgres, other.logins[Stage.ARCHIVE]) as session:
                for attempt in attempts:
                    await session.execute("BEGIN")
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        await session.execute(attempt)
                    await session.execute("ROLLBACK")
                await session.execute("BEGIN")
                locked = await session.execute("SELECT FROM outbox_relay FOR UPDATE")
                assert locked.rowcount == 0
                announce(pool, pipeline, document_id)
                assert relay.drain() == 1
                relay.prune()


async def test_one_relay_of_a_pipeline_works_at_a_time_and_the_next_takes_over(
    resolved: ResolvedClass, tenant: ValidatedTenant, pipeline: ValidatedPipeline
) -> None:
    document_id = await upload(resolved.postgres, tenant, pipeline.pipeline)
    with pool_of(resolved.postgres, pipeline) as pool:
        announce(pool, pipeline, document_id)
        second = relay_of(pool, pipeline, Producer())
        found: list[int] = []

        class Watching(Producer):
            @override
            def send_all(self, records: Sequence[Record]) -> None:
                found.append(second.drain())
                super().send_all(records)

        assert relay_of(pool, pipeline, Watching()).drain() == 1
        assert found == [0]
        announce(pool, pipeline, document_id)
        assert second.drain() == 1
