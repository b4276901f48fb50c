"""Starts the operator: `python -m inkwell_operator`, in a pod or from a shell."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from functools import partial

import structlog
from prometheus_client import start_http_server

from inkwell_operator import logs
from inkwell_operator.handlers import watches
from inkwell_operator.handlers.shell import watch
from inkwell_operator.metrics import REGISTRY
from inkwell_operator.operator import Operator, open_operator
from inkwell_operator.probes import probe_server
from inkwell_operator.settings import Settings

_log = structlog.get_logger()


@asynccontextmanager
async def running(settings: Settings, stop: asyncio.Event) -> AsyncIterator[Operator]:
    """Watch and reconcile while the block runs; set `stop` should either end by itself."""
    async with open_operator(settings) as operator:
        register = partial(watches.register, receiver=operator)
        tasks = (
            asyncio.create_task(watch(register, operator.listing)),
            asyncio.create_task(operator.run()),
        )
        for task in tasks:
            task.add_done_callback(lambda _: stop.set())
        try:
            with _probes(operator):
                yield operator
        finally:
            for task in tasks:
                task.cancel()
            for result in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(result, Exception):
                    _log.error("ended by itself", error=repr(result))


def _probes(operator: Operator) -> AbstractContextManager[object]:
    port, health = operator.context.settings.probe_port, operator.health
    if not port:
        return nullcontext()
    return probe_server(port, {"/healthz": health.ailments, "/readyz": health.obstacles})


async def _run_until_signalled(settings: Settings) -> int:
    stop, asked = asyncio.Event(), asyncio.Event()

    def ask() -> None:
        asked.set()
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask)
    async with running(settings, stop):
        await stop.wait()
    return 0 if asked.is_set() else 1


def main() -> None:
    """Read the settings and run until SIGTERM or SIGINT."""
    settings = Settings()
    logs.configure(settings)
    if settings.metrics_port:
        start_http_server(settings.metrics_port, registry=REGISTRY)
    _log.info("starting", namespace=settings.namespace, overrides=len(settings.endpoint_overrides))
    code = asyncio.run(_run_until_signalled(settings))
    _log.info("stopped", code=code)
    sys.exit(code)


if __name__ == "__main__":
    main()
