"""Starts the operator: `python -m inkwell_operator`, in a pod or from a shell."""

import asyncio
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import kopf
import structlog
from prometheus_client import start_http_server

from inkwell_operator import logs
from inkwell_operator.core import Core, open_core
from inkwell_operator.handlers import shell, watches
from inkwell_operator.metrics import REGISTRY
from inkwell_operator.settings import Settings

_TLS_GOODBYE_SECONDS: Final = 0.25
_log = structlog.get_logger()


@asynccontextmanager
async def running(settings: Settings, stop: asyncio.Event) -> AsyncIterator[Core]:
    """Watch and reconcile while the block runs; set `stop` should either end by itself.

    Kopf runs in a thread with a loop of its own: when it ends it cancels every task of its loop
    that it does not know, and the backends' connections live on such tasks.
    """
    over = threading.Event()
    watching: asyncio.Task[None] | None = None
    async with open_core(settings) as core:
        watching = asyncio.create_task(asyncio.to_thread(_watch, core, over))
        working = asyncio.create_task(core.run())
        for task in (watching, working):
            task.add_done_callback(lambda _: stop.set())
        try:
            yield core
        finally:
            over.set()
            working.cancel()
            results = await asyncio.gather(watching, working, return_exceptions=True)
            for result in results:
                if isinstance(result, Exception):
                    _log.error("ended by itself", error=repr(result))


def _watch(core: Core, over: threading.Event) -> None:
    asyncio.run(_run_kopf(core, over))


async def _run_kopf(core: Core, over: threading.Event) -> None:
    port = core.context.settings.probe_port
    registry = kopf.OperatorRegistry()
    shell.register(registry)
    watches.register(registry, core)
    await kopf.operator(
        registry=registry,
        clusterwide=True,
        standalone=True,
        liveness_endpoint=f"http://0.0.0.0:{port}/healthz" if port else None,
        stop_flag=over,
    )
    # aiohttp's TLS connections outlive their session by some turns of the loop (its documentation,
    # "Graceful Shutdown").
    await asyncio.sleep(_TLS_GOODBYE_SECONDS)


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
