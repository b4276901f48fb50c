"""Watches the lag of every pipeline and remembers how many pods its stages are to have.

One decision in one place: the scaler only remembers a number a stage and wakes the pipeline's key;
the workloads backend is the only writer of `replicas`, so the two never fight.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog

from inkwell_api import names
from inkwell_api.names import PIPELINE_STAGES, Stage
from inkwell_api.pipeline import DocumentPipelineSpec
from inkwell_api.stage_topics import consumed_topics
from inkwell_operator.context import Context
from inkwell_operator.model.errors import InkwellError
from inkwell_operator.queue import Key
from inkwell_operator.scaling.decide import Window, recommend, within_bounds
from inkwell_operator.store import PIPELINE, StoredPipeline

_log = structlog.get_logger()
_LOOK_SECONDS: Final = 90.0
"""More than the requests of a look may take together, each by its own deadline."""
Lags = Mapping[str, Mapping[str, int | None]]
"""By group and topic, how many records wait; None where that is not known."""


@dataclass(slots=True)
class _Known:
    """What is known of one pipeline."""

    replicas: dict[Stage, int]
    windows: dict[Stage, Window] = field(default_factory=dict)


class Scaler:
    """The numbers of pods of all pipelines."""

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
        known = self._known[tenant, pipeline] = _Known(dict(running))
        for stage, pods in running.items():
            self._window(known, stage).add(self._clock(), pods)

    def forget(self, tenant: str, pipeline: str) -> None:
        """Drop what is known of a pipeline that is gone."""
        self._known.pop((tenant, pipeline), None)

    def replicas(self, tenant: str, pipeline: str, spec: DocumentPipelineSpec) -> dict[Stage, int]:
        """Return how many pods each stage is to have now, within today's bounds."""
        return _bounded(spec, self._known[tenant, pipeline].replicas)

    async def run(self) -> None:
        """Look at all lags again and again, until cancelled.

        Each class is looked at by itself: one whose look still runs is passed over, so that a Kafka
        that hangs holds up no other class's pods.
        """
        looks: dict[str, asyncio.Task[None]] = {}
        try:
            while True:
                await asyncio.sleep(self._context.settings.scaling.interval_seconds)
                looks = {name: look for name, look in looks.items() if not look.done()}
                for name, pipelines in self._by_class().items():
                    if name not in looks:
                        looks[name] = asyncio.create_task(self._look(name, pipelines))
        finally:
            for look in looks.values():
                look.cancel()
            await asyncio.gather(*looks.values(), return_exceptions=True)

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
        """Look at the pipelines of one class; its trouble is no other class's."""
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                lags = await self._read_lags(class_name, pipelines)
        except InkwellError as error:
            # The pods stay as they are; the conditions tell of Kafka's trouble.
            _log.warning("lag not read", tenant_class=class_name, error=error.message)
            return
        except TimeoutError:
            cause = f"not done in {_LOOK_SECONDS:g} s"
            _log.warning("lag not read", tenant_class=class_name, error=cause)
            return
        except Exception:  # noqa: BLE001 - a defect here must not end the scaling
            _log.exception("lag not read", tenant_class=class_name)
            return
        for tenant, pipeline in pipelines:
            lag = {stage: _waiting(lags, tenant, pipeline, stage) for stage in PIPELINE_STAGES}
            if pipeline.spec and self.record_lag(tenant, pipeline.key.name, pipeline.spec, lag):
                self._wake(pipeline.key)

    async def _read_lags(
        self, class_name: str, pipelines: list[tuple[str, StoredPipeline]]
    ) -> Lags:
        resolved = await self._context.classes.resolve(class_name)
        groups = {
            names.group(tenant, pipeline.key.name, stage): consumed_topics(
                tenant, pipeline.key.name, stage
            )
            for tenant, pipeline in pipelines
            for stage in PIPELINE_STAGES
        }
        return await self._context.pool.for_class(resolved).kafka.read_lag(groups)

    def record_lag(
        self,
        tenant: str,
        pipeline: str,
        spec: DocumentPipelineSpec,
        lag: Mapping[Stage, int | None],
    ) -> bool:
        """Take note of a pipeline's lag; say whether a stage is to have another number of pods.

        A pipeline that went while its lag was read is to have none.
        """
        known = self._known.get((tenant, pipeline))
        if known is None:
            return False
        before, now = _bounded(spec, known.replicas), self._clock()
        known.replicas = {
            stage: self._window(known, stage).add(now, pods)
            for stage, pods in recommend(spec, lag, before).items()
        }
        return _bounded(spec, known.replicas) != before

    def _window(self, known: _Known, stage: Stage) -> Window:
        seconds = self._context.settings.scaling.cool_down_seconds
        return known.windows.setdefault(stage, Window(seconds))


def _bounded(spec: DocumentPipelineSpec, pods: Mapping[Stage, int]) -> dict[Stage, int]:
    return {stage: within_bounds(spec, stage, pods.get(stage, 0)) for stage in PIPELINE_STAGES}


def _waiting(lags: Lags, tenant: str, pipeline: StoredPipeline, stage: Stage) -> int | None:
    """Return how many documents wait for a stage, or None where that is not known."""
    topics = lags.get(names.group(tenant, pipeline.key.name, stage))
    if topics is None:
        return None
    counts = list(topics.values())
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
