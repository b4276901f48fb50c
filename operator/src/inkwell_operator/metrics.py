"""The operator's metrics; docs/reference/metrics.md is generated from here."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

from inkwell_api.conditions import Condition, ConditionStatus, ConditionType, Reason
from inkwell_operator.model.errors import InkwellError
from inkwell_operator.queue import Key

REGISTRY: Final = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

RECONCILE_SECONDS: Final = Histogram(
    "inkwell_operator_reconcile_seconds",
    "Time of one pass over one object, by kind and verdict; `defect` is an error of the operator's "
    "own, `interrupted` a pass that was cancelled.",
    ("kind", "verdict"),
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
    registry=REGISTRY,
)
STEPS: Final = Counter(
    "inkwell_operator_steps_total",
    "Changes that were made in backends, by the condition that tells of them.",
    ("backend",),
    registry=REGISTRY,
)
DRIFT_REPAIRED: Final = Counter(
    "inkwell_operator_drift_repaired_total",
    "Changes that were made though the object was Ready and its spec had not changed.",
    ("backend",),
    registry=REGISTRY,
)
FAILURES: Final = Counter(
    "inkwell_operator_failures_total",
    "Backends that were not as desired after a pass, by condition and reason.",
    ("backend", "reason"),
    registry=REGISTRY,
)
READY: Final = Gauge(
    "inkwell_operator_ready",
    "1 where Ready is True, 0 where it is not, for each Tenant and DocumentPipeline.",
    ("kind", "namespace", "name"),
    registry=REGISTRY,
)
RESYNC_SECONDS: Final = Histogram(
    "inkwell_operator_resync_seconds",
    "Time of one look at every object, their listing and waits for a next try of what fails "
    "included, by outcome: `complete`, or `cut` where it took longer than the interval between "
    "two, and what was left has to wait for the next.",
    ("outcome",),
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600),
    registry=REGISTRY,
)
QUEUE_OVERDUE: Final = Gauge(
    "inkwell_operator_queue_overdue",
    "Objects that are due and wait for a worker.",
    registry=REGISTRY,
)
QUEUE_OLDEST_SECONDS: Final = Gauge(
    "inkwell_operator_queue_oldest_overdue_seconds",
    "For how long the object has been due that has waited longest.",
    registry=REGISTRY,
)
QUEUE_STALLED_SECONDS: Final = Gauge(
    "inkwell_operator_queue_stalled_seconds",
    "For how long no pass has ended though objects are due, or the longest pass has run.",
    registry=REGISTRY,
)
QUEUE_ACTIVE: Final = Gauge(
    "inkwell_operator_queue_active", "Objects that are worked on.", registry=REGISTRY
)
BACKEND_SECONDS: Final = Histogram(
    "inkwell_operator_backend_call_seconds",
    "Time of one call of a backend, by server and outcome: `ok`, a reason, or `defect`.",
    ("server", "outcome"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
    registry=REGISTRY,
)
CIRCUIT_OPEN: Final = Gauge(
    "inkwell_operator_circuit_open",
    "1 where a server is not called because it was found away, 0 where it is.",
    ("server",),
    registry=REGISTRY,
)
KUBERNETES_WRITES: Final = Counter(
    "inkwell_operator_kubernetes_writes_total",
    "Writes to the Kubernetes API, renewals of the Lease included, by kind of object.",
    ("kind",),
    registry=REGISTRY,
)
LEADER: Final = Gauge(
    "inkwell_operator_leader", "1 in the replica that acts, 0 in a standby.", registry=REGISTRY
)
PROBES: Final = Counter(
    "inkwell_operator_isolation_probes",
    "Tries with tenants' logins on what is not theirs, by system (kafka, cassandra, postgres, "
    "keycloak, or a tenant's own api) and verdict: refused, let_in or unknown.",
    ("system", "verdict"),
    registry=REGISTRY,
)


_NO_FAILURES: Final = {
    Reason.PENDING,
    Reason.PROGRESSING,
    Reason.PLANNED,
    Reason.DELETING,
    Reason.NOT_YET_APPLIED,
}
"""Reasons of a condition that is on its way to be True, or was not asked to be."""


@contextmanager
def backend_call(server: str) -> Iterator[None]:
    """Time the call of a backend that the block makes, and count how it ended."""
    began, outcome = time.perf_counter(), "defect"
    try:
        yield
        outcome = "ok"
    except InkwellError as error:
        outcome = error.reason.value
        raise
    finally:
        BACKEND_SECONDS.labels(server, outcome).observe(time.perf_counter() - began)


def record_pass(
    key: Key,
    conditions: Iterable[Condition],
    applied: Mapping[ConditionType, Iterable[str]],
    *,
    is_drift: bool,
) -> None:
    """Count what one pass came to; called once for each pass that has a report.

    Args:
        key: of the object.
        conditions: all of them, `Ready` included.
        applied: the steps that were made, by the condition that tells of them.
        is_drift: whether the object was Ready before and its spec had not changed.
    """
    for condition in conditions:
        is_true = condition.status is ConditionStatus.TRUE
        if condition.type is ConditionType.READY:
            READY.labels(key.kind, key.namespace, key.name).set(is_true)
        elif not is_true and condition.reason not in _NO_FAILURES:
            FAILURES.labels(condition.type.value, condition.reason.value).inc()
    for backend, steps in applied.items():
        count = len(tuple(steps))
        STEPS.labels(backend.value).inc(count)
        if is_drift:
            DRIFT_REPAIRED.labels(backend.value).inc(count)


def forget(key: Key) -> None:
    """Drop the series of an object that is gone."""
    if (key.kind, key.namespace, key.name) in READY._metrics:  # noqa: SLF001 - it has no other way to ask
        READY.remove(key.kind, key.namespace, key.name)


def follow_queue(
    overdue: Callable[[], float],
    oldest_seconds: Callable[[], float],
    stalled_seconds: Callable[[], float],
    active: Callable[[], float],
) -> None:
    """Ask the queue at each scrape: what was set by a pass would stand still when passes hang."""
    QUEUE_OVERDUE.set_function(overdue)
    QUEUE_OLDEST_SECONDS.set_function(oldest_seconds)
    QUEUE_STALLED_SECONDS.set_function(stalled_seconds)
    QUEUE_ACTIVE.set_function(active)
