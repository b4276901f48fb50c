"""Structured logs: one JSON object a line, with tenant and pipeline, and never a secret."""

import logging
import sys

import structlog

from inkwell_operator.settings import Settings


def configure(settings: Settings) -> None:
    """Log everything, the libraries' lines too, as JSON to standard error."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(allow=())],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    # They tell of every single request and heartbeat at INFO.
    for noisy in ("kopf", "cassandra", "httpx", "httpcore", "kafka", "aiohttp", "urllib3"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
