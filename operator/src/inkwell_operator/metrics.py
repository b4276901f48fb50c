"""The operator's metrics; docs/reference/metrics.md is generated from here."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY: Final = CollectorRegistry()

RECONCILE_SECONDS: Final = Histogram(
    "inkwell_operator_reconcile_seconds",
    "Time of one pass over one object, by kind and verdict.",
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
FAILURES: Final = Counter(
    "inkwell_operator_failures_total",
    "Backends that were not as desired after a pass, by condition and reason.",
    ("backend", "reason"),
    registry=REGISTRY,
)
QUEUE_DEPTH: Final = Gauge(
    "inkwell_operator_queue_overdue",
    "Objects that are due and wait for a worker.",
    registry=REGISTRY,
)
QUEUE_ACTIVE: Final = Gauge(
    "inkwell_operator_queue_active", "Objects that are worked on.", registry=REGISTRY
)
READY: Final = Gauge(
    "inkwell_operator_ready",
    "1 where Ready is True, 0 where it is not, for each Tenant and DocumentPipeline.",
    ("kind", "namespace", "name"),
    registry=REGISTRY,
)
KUBERNETES_WRITES: Final = Gauge(
    "inkwell_operator_kubernetes_writes",
    "Writes to the Kubernetes API since the start.",
    registry=REGISTRY,
)
LEADER: Final = Gauge(
    "inkwell_operator_leader", "1 in the replica that acts, 0 in a standby.", registry=REGISTRY
)
PROBES: Final = Counter(
    "inkwell_operator_isolation_probes",
    "Tries with tenants' logins on what is not theirs: refused, let_in or unknown.",
    ("verdict",),
    registry=REGISTRY,
)
