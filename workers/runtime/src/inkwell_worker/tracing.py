"""W3C trace context in Kafka headers and HTTP: passed on, and begun where there is none.

Workers record and export no spans.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Final

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

TRACE_HEADER: Final = "traceparent"
_PROPAGATOR: Final = TraceContextTextMapPropagator()

Headers = Mapping[str, str | bytes | None] | Sequence[tuple[str, str | bytes | None]]
"""What confluent-kafka gives."""


def trace_parent_of(headers: Headers | None) -> str:
    """Return the valid `traceparent` among the headers of a record, or an empty text."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
    for name, value in pairs:
        if name.lower() == TRACE_HEADER and value is not None:
            return checked(value.decode("ascii", "replace") if isinstance(value, bytes) else value)
    return ""


def checked(trace_parent: str) -> str:
    """Return `trace_parent` when it is a valid W3C one, else an empty text."""
    span = trace.get_current_span(_PROPAGATOR.extract({TRACE_HEADER: trace_parent}))
    return trace_parent if span.get_span_context().is_valid else ""


def child_of(trace_parent: str) -> str:
    """Return the `traceparent` of a new span in `trace_parent`'s trace, or a new one."""
    parent = trace.get_current_span(
        _PROPAGATOR.extract({TRACE_HEADER: trace_parent})
    ).get_span_context()
    context = trace.SpanContext(
        trace_id=parent.trace_id if parent.is_valid else secrets.randbits(128) | 1,
        span_id=secrets.randbits(64) | 1,
        is_remote=False,
        trace_flags=parent.trace_flags,
        trace_state=parent.trace_state,
    )
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier, trace.set_span_in_context(trace.NonRecordingSpan(context)))
    return carrier[TRACE_HEADER]
