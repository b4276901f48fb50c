"""What a failure of a stage means, with a stage and a producer of the test's own making."""

import uuid
from dataclasses import dataclass, replace

import pytest

from inkwell_api.events import DeadLetter, Event
from inkwell_worker.backlog import Partition
from inkwell_worker.stage import Abandoned, Poison, Retryable, Skip, Task, Unavailable
from inkwell_worker.work import DEATHS_PER_ATTEMPT, STRIKES_PER_ATTEMPT
from support.work_bench import DEAD, ENV, EVENT, PARENT, RESULT, UPLOADED, Bench


def test_a_success_is_produced_with_its_trace_and_then_finished() -> None:
    bench = Bench(RESULT)
    bench.put()
    bench.turn()
    ((topic, event, headers),) = bench.clients.sent
    assert (topic, event) == ("acme.invoices.recognized", RESULT)
    assert headers["traceparent"].split("-")[1] == PARENT.split("-")[1]
    assert headers["inkwell-attempt"] == "1"
    assert bench.committed == 1


def test_a_poisoned_document_is_a_dead_letter_at_once() -> None:
    bench = Bench(Poison("encrypted-pdf", "the PDF asks for a password"))
    bench.put()
    bench.turn()
    ((topic, letter, headers),) = bench.clients.sent
    assert topic == DEAD
    assert isinstance(letter, DeadLetter)
    assert (letter.cause, letter.attempts, letter.stage) == ("encrypted-pdf", 1, "ocr")
    assert headers["inkwell-cause"] == "encrypted-pdf"
    assert bench.committed == 1


@pytest.mark.parametrize("error", [Retryable("ocr-crashed", "it crashed"), ZeroDivisionError()])
def test_trouble_of_its_own_is_tried_again_within_the_budget(error: Exception) -> None:
    bench = Bench(error, error, error)
    bench.put()
    bench.turn()
    bench.turn()
    assert not bench.clients.sent
    assert bench.committed == 0
    bench.turn()
    ((_, letter, _),) = bench.clients.sent
    assert isinstance(letter, DeadLetter)
    assert letter.attempts == ENV.attempts


def test_what_a_stage_says_of_an_unforeseen_error_stays_out_of_the_dead_letter() -> None:
    bench = Bench(*[ValueError("IBAN DE00 1234")] * 3)
    bench.put()
    for _ in range(3):
        bench.turn()
    ((_, letter, _),) = bench.clients.sent
    assert "IBAN" not in repr(letter)


def test_an_outage_costs_no_document_its_budget() -> None:
    bench = Bench(*[Unavailable("cassandra-away", "it is away")] * 20, RESULT)
    bench.put()
    for _ in range(20):
        bench.turn()
        assert bench.work.outage == "cassandra-away"
    bench.turn()
    assert bench.work.outage == ""
    assert [event for _, event, _ in bench.clients.sent] == [RESULT]


@dataclass
class Feller:
    """A stage whose backend falls whenever it works on one document."""

    fatal: str

    def process(self, task: Task) -> Event | None:
        if task.event.document_id == self.fatal:
            raise Unavailable("model-away", "the model's server died")
        return None

    def abandon(self) -> None:
        """Nothing runs."""


def test_a_document_that_alone_meets_outages_pays_in_the_end() -> None:
    bench = Bench()
    bench.run(Feller(EVENT.document_id))
    bench.put()
    turns = 0
    while not bench.clients.sent:
        turns += 1
        bench.put(replace(EVENT, document_id=str(uuid.uuid4())), number=turns)
        while bench.backlog.unfinished() > 1:
            bench.turn()
        bench.now += 100
        if bench.backlog.unfinished():
            bench.turn()
        assert turns < 2 * ENV.attempts * (STRIKES_PER_ATTEMPT + 1)
    ((topic, letter, _),) = bench.clients.sent
    assert turns > STRIKES_PER_ATTEMPT
    assert topic == DEAD
    assert letter.document_id == EVENT.document_id


def test_skipped_and_abandoned_are_no_failures() -> None:
    bench = Bench(Abandoned(), Skip("document-erased", "it was erased"))
    bench.put()
    bench.turn()
    assert bench.committed == 0
    bench.turn()
    assert bench.committed == 1
    assert bench.stage.seen[-1].attempt == 1
    assert not bench.clients.sent


def test_a_record_that_fells_the_process_runs_out_of_tries() -> None:
    bench = Bench()
    bench.backlog.assign(Partition(UPLOADED, 0), f"0:{ENV.attempts * DEATHS_PER_ATTEMPT}")
    bench.put()
    bench.turn()
    ((_, letter, _),) = bench.clients.sent
    assert isinstance(letter, DeadLetter)
    assert letter.cause == "worker-died"
    assert not bench.stage.seen


def test_a_dead_letter_is_never_lost_while_kafka_is_away() -> None:
    poison = Poison("encrypted-pdf", "the PDF asks for a password")
    bench = Bench(poison, poison)
    bench.put()
    bench.clients.is_away = True
    bench.turn()
    assert bench.committed == 0
    bench.clients.is_away = False
    bench.turn()
    assert len(bench.clients.sent) == 1


def test_what_lies_with_the_dead_letters_is_not_dead_lettered_again() -> None:
    bench = Bench(Poison("unexpected-event", "no"))
    bench.put(source=DEAD)
    bench.turn()
    assert not bench.clients.sent


def test_an_event_of_another_pipeline_is_refused() -> None:
    bench = Bench()
    bench.put(replace(EVENT, pipeline="letters"))
    bench.turn()
    ((_, letter, _),) = bench.clients.sent
    assert isinstance(letter, DeadLetter)
    assert (letter.pipeline, letter.cause) == ("invoices", "foreign-event")
