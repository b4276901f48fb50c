"""A stage in a process of its own, on the real services: killed, stopped, poisoned and cut off."""

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from inkwell_api.names import EventKind, Stage
from inkwell_api.stage_env import Address, StageEnv
from support import scripted_stage
from support.switchable_port import SwitchablePort
from support.worker_documents import Announcer, Reader, add_chunks, add_row
from support.worker_process import WorkerProcess, eventually, running
from support.worker_tenant import WorkerTenant

pytestmark = [pytest.mark.integration, pytest.mark.slow]


class House:
    """One stage of a tenant that is this test's alone: its topics hold nothing else."""

    def __init__(self, tenant: WorkerTenant, folder: Path) -> None:
        self.tenant = tenant
        self.folder = folder
        self.recognized = Reader(tenant, EventKind.RECOGNIZED)
        self.dead = Reader(tenant, EventKind.DEAD)

    def upload(self, *scripts: str) -> list[str]:
        announcer = Announcer(self.tenant)
        documents, events = [], []
        for script in scripts:
            content = f"{script} {random.random()}".encode()
            document_id = add_row(self.tenant, content)
            add_chunks(self.tenant, document_id, content)
            events.append(announcer.uploaded(document_id, content))
            documents.append(document_id)
        announcer.produce(*events)
        return documents

    def worker(self, env: StageEnv | None = None) -> Any:
        env = env or self.tenant.stage_env(Stage.OCR, attempts=2)
        variables = self.tenant.mount(Stage.OCR, self.folder, env)
        return running(scripted_stage.__file__, variables=variables, folder=self.folder)

    def recognized_ids(self) -> set[str]:
        return {event.document_id for event in self.recognized.read()}

    def arrived(self, documents: list[str], count: int) -> None:
        """Wait until so many of the documents were recognised."""
        eventually("progress", lambda: len(set(documents) & self.recognized_ids()) >= count, 90)

    def all_recognized(self, documents: list[str], seconds: float = 90) -> None:
        eventually("recognized", lambda: set(documents) <= self.recognized_ids(), seconds)


@pytest.fixture
def house(tenant: WorkerTenant, tmp_path: Path) -> Iterator[House]:
    made = House(tenant, tmp_path)
    yield made
    made.recognized.close()
    made.dead.close()


def test_each_document_arrives_once_though_workers_are_killed(house: House) -> None:
    documents = house.upload(*["work 0.8"] * 30)
    for after in (5, 12, 20):
        with house.worker() as worker:
            worker.wait_ready()
            house.arrived(documents, after)
            worker.kill()
    with house.worker() as worker:
        worker.wait_ready()
        house.all_recognized(documents)
        status, seconds = worker.stop()
    assert (status, seconds < 25) == (0, True)
    events = [e for e in house.recognized.read() if e.document_id in documents]
    assert len({event.event_id for event in events}) == len(documents)
    assert not [e for e in house.dead.read() if e.document_id in documents]


def test_one_bad_document_costs_its_neighbours_nothing(house: House) -> None:
    poison, stubborn, good = house.upload("poison", "retry", "work 0")
    Announcer(house.tenant).produce(
        b"junk", b"\0\0\0\0\1junk", topic=house.tenant.topic(EventKind.UPLOADED)
    )
    with house.worker() as worker:
        house.all_recognized([good])
        letters = eventually(
            "dead letters",
            lambda: (
                {e.cause: e for e in house.dead.read()} if len(house.dead.read()) >= 4 else None
            ),
        )
        assert letters["encrypted-pdf"].document_id == poison
        assert letters["encrypted-pdf"].attempts == 1
        assert letters["ocr-timeout"].document_id == stubborn
        assert letters["ocr-timeout"].attempts == 2
        assert letters["undecodable"].payload in {b"junk", b"\0\0\0\0\1junk"}
        for count in (
            'inkwell_stage_dead_letters_total{cause="encrypted-pdf"',
            'outcome="succeeded"',
        ):
            eventually(count, partial(_is_counted, worker, count))
        worker.stop()


def _is_counted(worker: WorkerProcess, count: str) -> bool:
    return count in worker.get("/metrics").text


def test_a_document_that_kills_the_process_is_given_up(house: House) -> None:
    killer, good = house.upload("die", "work 0")
    for _ in range(6):
        with house.worker() as worker:
            eventually("end or letter", partial(_ended_or_given_up, house, worker, killer))
            if worker.process.poll() is None:
                break
    (letter,) = house.dead.of(killer)
    assert letter.cause == "worker-died"
    with house.worker() as worker:
        house.all_recognized([good])
        worker.stop()


def _ended_or_given_up(house: House, worker: WorkerProcess, document_id: str) -> bool:
    return worker.process.poll() is not None or bool(house.dead.of(document_id))


def test_a_stop_abandons_what_takes_too_long_and_it_is_done_later(house: House) -> None:
    (slow,) = house.upload("hang")
    with house.worker() as worker:
        worker.wait_ready()
        eventually("begin", lambda: "unfinished_documents{" in _unfinished(worker))
        status, seconds = worker.stop()
    assert (status, seconds < 25) == (0, True), worker.tail()
    assert not house.dead.of(slow)
    assert slow not in house.recognized_ids()


def _unfinished(worker: WorkerProcess) -> str:
    lines = worker.get("/metrics").text.splitlines()
    return next(
        (x for x in lines if x.startswith("inkwell_stage_unfinished") and x.endswith(" 1.0")), ""
    )


def test_an_outage_costs_no_document_its_life(house: House) -> None:
    endpoint = house.tenant.services.cassandra
    with SwitchablePort(endpoint.host, endpoint.port) as port:
        env = house.tenant.stage_env(Stage.OCR, attempts=1)
        away = env.cassandra.model_copy(
            update={"contact_points": (Address(host="127.0.0.1", port=port.port),)}
        )
        with house.worker(env.model_copy(update={"cassandra": away})) as worker:
            first = house.upload("work 0")
            house.all_recognized(first)
            port.switch_off()
            second = house.upload(*["work 0"] * 3)
            eventually("unready worker", lambda: not worker.is_ready())
            assert worker.get("/healthz").status_code == 200
            port.switch_on()
            house.all_recognized(second)
            worker.wait_ready()
            worker.stop()
    assert not [e for e in house.dead.read() if e.document_id in {*first, *second}]
