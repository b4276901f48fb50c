"""How many pods each stage is to have, from how many documents wait for it. Pure.

Pods come at once and go slowly: a stage has the highest number that was recommended within a window
of time, as the HorizontalPodAutoscaler does it. So a burst is held for the length of the window and
no longer, however often a single document comes in after it.
"""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from inkwell_api.names import PIPELINE_STAGES, Stage
from inkwell_api.pipeline import DocumentPipelineSpec, StageScaling


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


def within_bounds(spec: DocumentPipelineSpec, stage: Stage, pods: int) -> int:
    """Return the number of pods within today's bounds; more than partitions would idle."""
    bounds = settings_of(spec, stage)
    most = max(bounds.min_replicas, min(bounds.max_replicas, spec.topics.partitions))
    return min(max(pods, bounds.min_replicas), most)


def recommend(
    spec: DocumentPipelineSpec, lag: Mapping[Stage, int | None], now: Mapping[Stage, int]
) -> dict[Stage, int]:
    """Return how many pods the lag of this moment asks for.

    When anything waits anywhere in the pipeline, all stages are awake, so that a document never
    waits for one stage after the other to start. A stage of which the lag is not known keeps what
    it has, and as long as there is one, no other is put to sleep.

    Args:
        spec: with bounds and documents a pod.
        lag: documents that wait for each stage; None where that is not known.
        now: pods that each stage has been given.
    """
    is_awake = any(lag.values())
    is_known = all(lag.get(stage) is not None for stage in PIPELINE_STAGES)
    recommended = {}
    for stage in PIPELINE_STAGES:
        waiting, has = lag.get(stage), now.get(stage, 0)
        if waiting is None:
            wanted = has
        else:
            wanted = math.ceil(waiting / settings_of(spec, stage).documents_per_replica)
        least = 1 if is_awake else 0 if is_known else min(has, 1)
        recommended[stage] = within_bounds(spec, stage, max(wanted, least))
    return recommended


@dataclass(slots=True)
class Window:
    """What was recommended within the last seconds, as far as it may still be the highest.

    Attributes:
        seconds: length of the window.
    """

    seconds: float
    _falling: deque[tuple[float, int]] = field(default_factory=deque)
    """Times and numbers, each number lower than the one before it."""

    def add(self, at: float, number: int) -> int:
        """Take a recommendation; return the highest within the window that ends now."""
        while self._falling and self._falling[-1][1] <= number:
            self._falling.pop()
        self._falling.append((at, number))
        while self._falling[0][0] < at - self.seconds:
            self._falling.popleft()
        return self._falling[0][1]
