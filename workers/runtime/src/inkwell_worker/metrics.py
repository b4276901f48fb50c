"""The Prometheus metrics of a stage; labels have few values and never name a document."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from inkwell_api.stage_env import StageEnv

_STAGE: Final = ("tenant", "pipeline", "stage")
_SECONDS: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900)

DOCUMENTS: Final = Counter(
    "inkwell_stage_documents_total", "Tries of documents, by how they ended.", (*_STAGE, "outcome")
)
SECONDS: Final = Histogram(
    "inkwell_stage_document_duration_seconds",
    "Time of one try, production of its event included.",
    _STAGE,
    buckets=_SECONDS,
)
DEAD_LETTERS: Final = Counter(
    "inkwell_stage_dead_letters_total", "Documents given up, by cause.", (*_STAGE, "cause")
)
OUTAGES: Final = Counter(
    "inkwell_stage_outages_total",
    "Tries that ended because a backend was away, by cause.",
    (*_STAGE, "cause"),
)
SKIPPED: Final = Counter(
    "inkwell_stage_skipped_total", "Events that asked for nothing, by cause.", (*_STAGE, "cause")
)
LAG: Final = Gauge(
    "inkwell_stage_lag_documents",
    "Records of the partitions of this process that are not finished.",
    (*_STAGE, "topic"),
)
UNFINISHED: Final = Gauge(
    "inkwell_stage_unfinished_documents", "Records consumed and not finished.", _STAGE
)
READY: Final = Gauge("inkwell_stage_ready", "1 while all backends answer, else 0.", _STAGE)


class StageMetrics:
    """The metrics of one stage, with its labels filled in."""

    def __init__(self, env: StageEnv) -> None:
        """Bind the labels."""
        self._labels = (env.tenant, env.pipeline, env.stage.value)
        self.seconds = SECONDS.labels(*self._labels)
        self.unfinished = UNFINISHED.labels(*self._labels)
        self.ready = READY.labels(*self._labels)

    def ended(self, outcome: str) -> None:
        """Count a try by its outcome: succeeded, skipped, retried, outage, dead or abandoned."""
        DOCUMENTS.labels(*self._labels, outcome).inc()

    def dead_letter(self, cause: str) -> None:
        """Count a document that was given up."""
        DEAD_LETTERS.labels(*self._labels, cause).inc()

    def outage(self, cause: str) -> None:
        """Count a try that a backend's absence ended."""
        OUTAGES.labels(*self._labels, cause).inc()

    def skipped(self, cause: str) -> None:
        """Count an event that asked for nothing."""
        SKIPPED.labels(*self._labels, cause).inc()

    def lag(self, topic: str, records: int) -> None:
        """Tell how many records of a topic wait."""
        LAG.labels(*self._labels, topic).set(records)
