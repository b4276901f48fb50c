"""How many pods each stage is to have, from how many documents wait for it.

One decision in one place: the scaler only remembers a number a stage and wakes the pipeline's key;
the workloads backend is the only writer of `replicas`, so the two never fight.
"""

import asyncio
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from inkwell_api import names
from inkwell_api.names import PIPELINE_STAGES, Stage
from inkwell_api.pipeline import DocumentPipelineSpec, StageScaling
from inkwell_api.stage_topics import consumed_topics
from inkwell_operator.context import Context
from inkwell_operator.model.errors import InkwellError
from inkwell_operator.queue import Key
from inkwell_operator.store import PIPELINE, StoredPipeline

_log = structlog.get_logger()


@dataclass(slots=True)
class _Known:
    """What is known of one pipeline."""

    replicas: dict[Stage, int] = field(default_factory=dict)
    busy_at: float = float("-inf")


def settings_of(spec: DocumentPipelineSpec, stage: Stage) -> StageScaling:
    """Return the scaling of a stage."""
    match stage:
        case Stage.OCR:
            return spec.scaling.ocr
        case Stage.EXTRACT:
            return spec.scaling.extract
        case Stage.ARCHIVE:
            return spec.scaling.archive
        case Stage.GATEWAY:
            raise ValueError("the gateway is the tenant's")


def decide(
    spec: DocumentPipelineSpec,
    lag: Mapping[Stage, int],
    now: Mapping[Stage, int],
    *,
    is_cooled_down: bool,
) -> dict[Stage, int]:
    """Say how many pods each stage is to have.

    When anything waits anywhere in the pipeline, all stages are awake, so that a document never
    waits for one stage after the other to start. Pods go only when nothing has waited for a while.

    Args:
        spec: with bounds and documents a pod.
        lag: documents that wait for each stage.
        now: pods that each stage has been given.
        is_cooled_down: whether nothing has waited for long enough.
    """
    is_awake = any(lag.values())
    decided = {}
    for stage in PIPELINE_STAGES:
        bounds = settings_of(spec, stage)
        most = max(bounds.min_replicas, min(bounds.max_replicas, spec.topics.partitions))
        wanted = max(math.ceil(lag.get(stage, 0) / bounds.documents_per_replica), int(is_awake))
        if not is_cooled_down:
            wanted = max(wanted, now.get(stage, 0))
        decided[stage] = min(max(wanted, bounds.min_replicas), most)
    return decided


class Scaler:
    """Watches the lag of every pipeline and remembers how many pods its stages are to have."""

    def __init__(
        self,
        context: Context,
        wake: Callable[[Key], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Call `wake` with a pipeline's key when a number of it changes."""
        self._context = context
        self._wake = wake
        self._clock = clock
        self._known: dict[tuple[str, str], _Known] = {}

    def is_tracked(self, tenant: str, pipeline: str) -> bool:
        """Whether the pipeline was seen since the start."""
        return (tenant, pipeline) in self._known

    def resume_from(self, tenant: str, pipeline: str, running: Mapping[Stage, int]) -> None:
        """Go on from what is running, so that a restart of the operator stops nobody's work."""
        busy_at = self._clock() if running else float("-inf")
        self._known[tenant, pipeline] = _Known(dict(running), busy_at)

    def forget(self, tenant: str, pipeline: str) -> None:
        """Drop what is known of a pipeline that is gone."""
        self._known.pop((tenant, pipeline), None)

    def replicas(self, tenant: str, pipeline: str, spec: DocumentPipelineSpec) -> dict[Stage, int]:
        """Return how many pods each stage is to have now, within today's bounds."""
        known = self._known[tenant, pipeline]
        return {
            stage: min(
                max(known.replicas.get(stage, 0), settings_of(spec, stage).min_replicas),
                max(settings_of(spec, stage).max_replicas, settings_of(spec, stage).min_replicas),
            )
            for stage in PIPELINE_STAGES
        }

    async def run(self) -> None:
        """Look at all lags again and again, until cancelled."""
        while True:
            await asyncio.sleep(self._context.settings.scaling.interval_seconds)
            for class_name, pipelines in self._by_class().items():
                try:
                    await self._look(class_name, pipelines)
                except InkwellError as error:
                    # The pods stay as they are; the conditions tell of Kafka's trouble.
                    _log.warning("lag not read", tenant_class=class_name, error=error.message)
                except Exception:  # noqa: BLE001 - a defect here must not end the scaling
                    _log.exception("lag not read", tenant_class=class_name)

    def _by_class(self) -> dict[str, list[tuple[str, StoredPipeline]]]:
        """Return the pipelines of which pods run, by the class of their tenant."""
        found: dict[str, list[tuple[str, StoredPipeline]]] = {}
        for pipeline in self._context.store.all_of(PIPELINE):
            name = names.tenant_of_namespace(pipeline.key.namespace) or ""
            tenant = self._context.store.tenant(name)
            if tenant is None or pipeline.spec is None or pipeline.is_deleting:
                continue
            is_running = tenant.spec is not None and not tenant.spec.suspended
            if is_running and self.is_tracked(name, pipeline.key.name):
                found.setdefault(tenant.essentials.class_name, []).append((name, pipeline))
        return found

    async def _look(self, class_name: str, pipelines: list[tuple[str, StoredPipeline]]) -> None:
        resolved = await self._context.classes.resolve(class_name)
        groups = {
            names.group(tenant, pipeline.key.name, stage): consumed_topics(
                tenant, pipeline.key.name, stage
            )
            for tenant, pipeline in pipelines
            for stage in PIPELINE_STAGES
        }
        lags = await self._context.pool.for_class(resolved).kafka.read_lag(groups)
        for tenant, pipeline in pipelines:
            name = pipeline.key.name
            lag = {
                stage: _total(lags[names.group(tenant, name, stage)]) for stage in PIPELINE_STAGES
            }
            known = {stage: waiting for stage, waiting in lag.items() if waiting is not None}
            # What is unknown is not zero: the pods stay as they are until it is known again.
            if len(known) < len(lag) or pipeline.spec is None:
                continue
            if self.record_lag(tenant, name, pipeline.spec, known):
                self._wake(pipeline.key)

    def record_lag(
        self, tenant: str, pipeline: str, spec: DocumentPipelineSpec, lag: Mapping[Stage, int]
    ) -> bool:
        """Take note of a pipeline's lag; say whether a stage is to have another number of pods."""
        known = self._known[tenant, pipeline]
        now = self._clock()
        if any(lag.values()):
            known.busy_at = now
        idle = now - known.busy_at
        is_cooled_down = idle >= self._context.settings.scaling.cool_down_seconds
        before = self.replicas(tenant, pipeline, spec)
        after = decide(spec, lag, before, is_cooled_down=is_cooled_down)
        known.replicas = after
        return after != before


def _total(lag: Mapping[str, int | None]) -> int | None:
    """Return how many records wait in all topics, or None where one of them is not known."""
    counted = [waiting for waiting in lag.values() if waiting is not None]
    return sum(counted) if len(counted) == len(lag) else None
