"""What Kafka's error codes mean for the operator: one table for both drivers. Pure."""

from typing import Final

from inkwell_operator.backends.http_client import CertificateRefused
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


class TopicExists(WriteConflict):
    """A topic of that name was there before, whoever made it."""


TOPIC_EXISTS: Final = 36
UNKNOWN_TOPIC: Final = 3
INVALID_PARTITIONS: Final = 37
RESOURCE_NOT_FOUND: Final = 91
UNKNOWN_GROUP: Final = 69
TLS: Final = -181
LOGIN_REFUSED: Final = frozenset({-169, 58})
"""librdkafka's own code, and the broker's."""
NO_ANSWER: Final = frozenset({-195, -192, -187, -185, 7})
"""Transport failure, message time-out, all brokers down, time-out, request time-out.

None of them says why; what librdkafka told of its connections meanwhile may.
"""
NO_TLS: Final = (
    "no TLS connection; where that stays, name in kafka.bootstrapServers of the TenantClass a "
    "listener that speaks TLS"
)
_AWAY: Final = "it does not answer"
WORDS: Final = {
    -195: _AWAY,
    -193: "a name in kafka.bootstrapServers of the TenantClass has no address",
    -187: _AWAY,
}
"""For errors that librdkafka tells in terms of its own parts."""

_BY_CODE: Final[dict[int, type[InkwellError]]] = {
    -195: Unreachable,  # transport
    -193: Unreachable,  # host cannot be resolved
    -187: Unreachable,  # all brokers down
    -185: TimedOut,
    -192: TimedOut,
    TLS: Unreachable,
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
    33: AccessDenied,  # its listener takes no SCRAM-SHA-512
    TOPIC_EXISTS: TopicExists,
    38: DependencyNotReady,  # more replicas than brokers
    39: DependencyNotReady,
    40: Refused,
    41: WriteConflict,
    44: Refused,  # a policy of the cluster
    54: DependencyNotReady,  # it has no authorizer
    58: AccessDenied,
    60: WriteConflict,
    68: WriteConflict,  # the group still has members
    89: Throttled,
}


def translate(code: int, text: str, secret: str = "") -> InkwellError | None:
    """Return the error that says what to do, or None for a code that is not known.

    Args:
        code: the broker's, or librdkafka's own, which is negative.
        text: what the driver says of it.
        secret: name of the Secret with the operator's login, where it is known.
    """
    if code == TLS and "certificate" in text.lower():
        return certificate_refused(secret)
    if code in LOGIN_REFUSED:
        return login_refused(secret)
    kind = _BY_CODE.get(code)
    return kind(f"Kafka: {text}") if kind else None


def login_refused(secret: str) -> AccessDenied:
    """Return the error of an operator's login that Kafka does not let in."""
    return AccessDenied(f"Kafka refused the operator's login: correct it{_where(secret)}")


def certificate_refused(secret: str) -> CertificateRefused:
    """Return the error of a certificate that the operator does not trust."""
    return CertificateRefused(
        f"Kafka: its certificate is not trusted; put its authority into ca.crt{_of(secret)}"
    )


def _where(secret: str) -> str:
    return f" in Secret {secret}" if secret else ""


def _of(secret: str) -> str:
    return f" of Secret {secret}" if secret else ""
