"""Starts the operator: `python -m inkwell_operator`, in a pod or from a shell."""

import asyncio
import contextlib
import signal

import kopf
import structlog
from prometheus_client import start_http_server

from inkwell_operator import logs
from inkwell_operator.core import open_core
from inkwell_operator.handlers import shell, watches
from inkwell_operator.metrics import REGISTRY
from inkwell_operator.settings import Settings

_log = structlog.get_logger()


async def operate(settings: Settings, stop: asyncio.Event) -> None:
    """Watch and reconcile until `stop` is set."""
    async with open_core(settings) as core:
        registry = kopf.OperatorRegistry()
        shell.register(registry)
        watches.register(registry, core)
        probes = f"http://0.0.0.0:{settings.probe_port}/healthz" if settings.probe_port else None
        work = asyncio.create_task(core.run())
        try:
            await kopf.operator(
                registry=registry,
                clusterwide=True,
                standalone=True,
                liveness_endpoint=probes,
                stop_flag=stop,
            )
        finally:
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work


async def _operate_until_signalled(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await operate(settings, stop)


def main() -> None:
    """Read the settings and run until SIGTERM or SIGINT."""
    settings = Settings()
    logs.configure(settings)
    if settings.metrics_port:
        start_http_server(settings.metrics_port, registry=REGISTRY)
    _log.info("starting", namespace=settings.namespace, overrides=len(settings.endpoint_overrides))
    asyncio.run(_operate_until_signalled(settings))
    _log.info("stopped")


if __name__ == "__main__":
    main()
