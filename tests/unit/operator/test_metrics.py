"""Each metric has a sample after what it counts; one without is as good as none."""

import pytest
from prometheus_client import generate_latest
from prometheus_client.metrics import MetricWrapperBase

from inkwell_api.conditions import Condition, ConditionStatus, ConditionType, Reason
from inkwell_operator import metrics
from inkwell_operator.backends.server import Server, ServerLimits
from inkwell_operator.model.errors import Unreachable
from inkwell_operator.queue import Key, Result, Urgency, Verdict, WorkQueue
from inkwell_operator.settings import QueueSettings

ACME = Key("Tenant", "", "acme")
FOUND = (
    Condition(ConditionType.READY, ConditionStatus.FALSE, Reason.UNREACHABLE, "away"),
    Condition(ConditionType.KAFKA_READY, ConditionStatus.FALSE, Reason.UNREACHABLE, "away"),
    Condition(ConditionType.WORKERS_READY, ConditionStatus.FALSE, Reason.PROGRESSING, "soon"),
    Condition(ConditionType.POSTGRES_READY, ConditionStatus.TRUE, Reason.AS_SPECIFIED, "fine"),
)
APPLIED = {ConditionType.POSTGRES_READY: ("+ role", "+ grant")}


def value(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_pass_is_counted_by_backend_and_reason_and_its_object_is_shown() -> None:
    name = "inkwell_operator_steps_total"
    before = value(name, backend="PostgresReady")
    drift = value("inkwell_operator_drift_repaired_total", backend="PostgresReady")
    metrics.record_pass(ACME, FOUND, APPLIED, is_drift=False)
    metrics.record_pass(ACME, FOUND, APPLIED, is_drift=True)
    assert value(name, backend="PostgresReady") == before + 4
    repaired = value("inkwell_operator_drift_repaired_total", backend="PostgresReady")
    assert repaired == drift + 2
    failures = "inkwell_operator_failures_total"
    assert value(failures, backend="KafkaReady", reason="Unreachable") >= 2
    assert value(failures, backend="WorkersReady", reason="Progressing") == 0
    assert 'inkwell_operator_ready{kind="Tenant",name="acme",namespace=""} 0.0' in _scraped()
    metrics.forget(ACME)
    metrics.forget(ACME)
    assert 'name="acme"' not in _scraped()


async def test_a_server_that_is_away_is_shown_and_its_calls_are_timed() -> None:
    server = Server("MetricsTest", ServerLimits(failures=1, rest_seconds=30))

    async def answers() -> int:
        return 1

    async def is_away() -> int:
        raise Unreachable("away")

    assert await server.call(answers) == 1
    assert value("inkwell_operator_circuit_open", server="MetricsTest") == 0
    for _ in range(2):
        with pytest.raises(Unreachable):
            await server.call(is_away)
    assert value("inkwell_operator_circuit_open", server="MetricsTest") == 1
    count = "inkwell_operator_backend_call_seconds_count"
    assert value(count, server="MetricsTest", outcome="ok") == 1
    # The second call was not made.
    assert value(count, server="MetricsTest", outcome="Unreachable") == 1


async def test_the_queue_is_asked_at_each_scrape() -> None:
    async def reconcile(key: Key, urgency: Urgency) -> Result:
        del key, urgency
        return Result(Verdict.DONE)

    queue = WorkQueue(reconcile, QueueSettings())
    metrics.follow_queue(
        queue.overdue, queue.oldest_overdue_seconds, queue.stalled_seconds, lambda: queue.active
    )
    queue.add(ACME)
    assert value("inkwell_operator_queue_overdue") == 1
    assert value("inkwell_operator_queue_oldest_overdue_seconds") >= 0


async def test_every_metric_of_the_module_has_a_sample_once_its_cause_has_happened() -> None:
    metrics.record_pass(ACME, FOUND, APPLIED, is_drift=True)
    metrics.RECONCILE_SECONDS.labels("Tenant", "done").observe(0.1)
    metrics.RESYNC_SECONDS.labels("complete").observe(0.1)
    metrics.KUBERNETES_WRITES.labels("Lease").inc()
    metrics.PROBES.labels("kafka", "refused").inc()
    with metrics.backend_call("MetricsTest"):
        metrics.CIRCUIT_OPEN.labels("MetricsTest").set(0)
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            (family,) = metric.collect()
            assert family.samples, family.name
    assert "process_resident_memory_bytes" in _scraped()


def _scraped() -> str:
    return generate_latest(metrics.REGISTRY).decode()
