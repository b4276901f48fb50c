"""A tenant with its extract and archive at work, and a login of another of its pipelines."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from cassandra.cluster import Session

from inkwell_api.names import EventKind, Stage
from inkwell_api.pipeline import ExtractionSpec
from inkwell_worker.cassandra_stores import CassandraPages
from support import services, worker_backends, worker_process
from support.forger import forging
from support.typeset import pages
from support.worker_documents import Announcer, Reader, add_row, connections_of
from support.worker_process import WorkerProcess, eventually
from support.worker_tenant import WorkerTenant

SCHEMA = {"type": "object", "properties": {"total": {"type": "number"}}}
SPEC = ExtractionSpec.model_validate({"engine": "Rules", "schema": SCHEMA})
ENDS = ("ARCHIVED", "NEEDS_REVIEW", "FAILED")


@dataclass(frozen=True)
class House:
    """What a test of forged rows works with."""

    tenant: WorkerTenant
    pages: CassandraPages
    extract: WorkerProcess
    dead: Reader

    @property
    def announce(self) -> Announcer:
        return Announcer(self.tenant)

    def recognized(self, *texts: list[str]) -> tuple[str, str]:
        """Store pages with these lines as the ocr stage does; return document and digest."""
        document_id = add_row(self.tenant)
        return document_id, self.pages.write(document_id, pages(*texts))

    def outcome(self, document_id: str) -> tuple[str, str | None, str | None]:
        """Wait until the document is at its end; return state, failed stage and cause."""
        query = b"SELECT state, failure_stage, failure_cause FROM documents WHERE document_id = %s"

        def look() -> tuple[str, str | None, str | None] | None:
            with self.tenant.postgres() as connection:
                row = connection.execute(query, (document_id,)).fetchone()
            assert row is not None
            return (row[0], row[1], row[2]) if row[0] in ENDS else None

        return eventually(f"end of {document_id}", look, 120)

    def left(self, document_id: str) -> dict[str, int]:
        """Count what an archived document leaves."""
        with self.tenant.postgres() as connection:
            return {
                table: len(
                    connection.execute(
                        f"SELECT 1 FROM {table} WHERE document_id = %s".encode(),  # noqa: S608 -- names of our own
                        (document_id,),
                    ).fetchall()
                )
                for table in ("results", "result_history")
            }


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp
    with ExitStack() as stack:
        tenant = stack.enter_context(worker_backends.made(services.connected()))
        started = []
        for stage, changes in (
            (Stage.EXTRACT, {"extraction": SPEC, "attempts": 2}),
            (Stage.ARCHIVE, {"attempts": 2}),
        ):
            place = folder(stage.value)
            variables = tenant.mount(stage, place, tenant.stage_env(stage, **changes))
            command = ("-m", f"inkwell_{stage.value}")
            started.append(
                stack.enter_context(
                    worker_process.running(*command, variables=variables, folder=place)
                )
            )
        ocr = connections_of(tenant, Stage.OCR, folder("ocr"))
        stack.callback(ocr.close)
        dead = Reader(tenant, EventKind.DEAD)
        stack.callback(dead.close)
        for worker in started:
            worker.wait_ready(120)
        yield House(tenant, CassandraPages(ocr.cassandra()), started[0], dead)


@pytest.fixture
def forger_of_pages(house: House) -> Iterator[Session]:
    with forging(house.tenant, Stage.OCR) as session:
        yield session


@pytest.fixture
def forger_of_extractions(house: House) -> Iterator[Session]:
    with forging(house.tenant, Stage.EXTRACT) as session:
        yield session
