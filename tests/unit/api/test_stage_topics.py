"""The one table of who reads and writes which events."""

from inkwell_api.names import PIPELINE_STAGES, EventKind, Stage
from inkwell_api.stage_topics import STAGE_TOPICS, consumed_topics


def test_every_event_that_is_read_is_written_by_a_stage_before() -> None:
    written = {EventKind.DEAD}
    for stage in (Stage.GATEWAY, *PIPELINE_STAGES):
        assert set(STAGE_TOPICS[stage].reads) <= written, stage
        written |= set(STAGE_TOPICS[stage].writes)
    assert written == set(EventKind)


def test_only_the_gateway_writes_no_dead_letters() -> None:
    silent = {
        stage for stage, topics in STAGE_TOPICS.items() if EventKind.DEAD not in topics.writes
    }
    assert silent == {Stage.GATEWAY}


def test_a_stage_waits_for_the_topics_that_it_reads() -> None:
    assert consumed_topics("acme", "invoices", Stage.EXTRACT) == ("acme.invoices.recognized",)
