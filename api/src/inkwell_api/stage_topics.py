"""Which stage reads and writes which events: the one table that rights, workers and scaling follow.

The operator gives each stage exactly these rights in Kafka, tells its worker these topics, and
counts the records that wait in what it reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from inkwell_api import names
from inkwell_api.names import EventKind, Stage


@dataclass(frozen=True, slots=True)
class StageTopics:
    """What one stage has to do with the topics of its pipeline.

    Attributes:
        reads: events that it takes in.
        result: what it tells when its work is done.
        writes_dead: whether it writes dead letters as well.
    """

    reads: tuple[EventKind, ...]
    result: EventKind
    writes_dead: bool = True

    @property
    def writes(self) -> tuple[EventKind, ...]:
        """Events that it writes: its result and, where it does, dead letters."""
        return (self.result, EventKind.DEAD) if self.writes_dead else (self.result,)


STAGE_TOPICS: Final[Mapping[Stage, StageTopics]] = {
    Stage.GATEWAY: StageTopics((), EventKind.UPLOADED, writes_dead=False),
    Stage.OCR: StageTopics((EventKind.UPLOADED,), EventKind.RECOGNIZED),
    Stage.EXTRACT: StageTopics((EventKind.RECOGNIZED,), EventKind.ANALYZED),
    # It keeps the pages as well as the results, and the causes of what failed.
    Stage.ARCHIVE: StageTopics(
        (EventKind.RECOGNIZED, EventKind.ANALYZED, EventKind.DEAD), EventKind.ARCHIVED
    ),
}


def consumed_topics(tenant: str, pipeline: str, stage: Stage) -> tuple[str, ...]:
    """Name the topics that a stage reads, whose lag says how much work waits for it."""
    return tuple(names.topic(tenant, pipeline, kind) for kind in STAGE_TOPICS[stage].reads)
