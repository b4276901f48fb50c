"""What Kafka's error codes mean for the operator: one table for both drivers. Pure."""

from typing import Final

from inkwell_operator.model.errors import (
    AccessDenied,
    DependencyNotReady,
    InkwellError,
    NotYetApplied,
    Refused,
    Throttled,
    TimedOut,
    Unreachable,
    WriteConflict,
)

TOPIC_EXISTS: Final = 36
UNKNOWN_TOPIC: Final = 3
INVALID_PARTITIONS: Final = 37
RESOURCE_NOT_FOUND: Final = 91
UNKNOWN_GROUP: Final = 69
TIMED_OUT: Final = frozenset({-185, -192, 7})
"""Local time-out, message time-out, request time-out."""

_BY_CODE: Final[dict[int, type[InkwellError]]] = {
    -195: Unreachable,  # transport
    -193: Unreachable,  # host cannot be resolved
    -187: Unreachable,  # all brokers down
    -185: TimedOut,
    -192: TimedOut,
    -181: Unreachable,  # TLS
    -169: AccessDenied,  # authentication
    3: NotYetApplied,  # a topic that was just made is not known everywhere yet
    5: NotYetApplied,
    6: NotYetApplied,
    7: TimedOut,
    8: Unreachable,
    13: Unreachable,
    14: NotYetApplied,
    15: NotYetApplied,
    16: NotYetApplied,
    29: AccessDenied,
    30: AccessDenied,
    31: AccessDenied,
    38: DependencyNotReady,  # more replicas than brokers
    39: DependencyNotReady,
    40: Refused,
    41: WriteConflict,
    44: Refused,  # a policy of the cluster
    58: AccessDenied,
    60: WriteConflict,
    68: WriteConflict,  # the group still has members
    89: Throttled,
}


def translate(code: int, text: str) -> InkwellError | None:
    """Return the error that says what to do, or None for a code that is not known."""
    kind = _BY_CODE.get(code)
    return kind(f"Kafka: {text}") if kind else None
