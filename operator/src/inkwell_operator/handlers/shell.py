"""Kopf itself: how it logs in, what it must leave alone, and the thread that it runs on."""

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

import kopf
import structlog

_TOKEN: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")
_TLS_CLOSE_SECONDS: Final = 0.25
_log = structlog.get_logger()

Register = Callable[[kopf.OperatorRegistry], None]


class Served(Protocol):
    """Who knows whether the API server has our kinds."""

    async def served(self) -> None:
        """Wait until the API server knows our kinds."""
        ...

    async def served_again(self) -> None:
        """Wait until it knows them after it did not."""
        ...


class Shell:
    """Kopf, on a thread and an event loop of its own; made and awaited on the core's loop.

    When Kopf ends it cancels every task of its loop that it does not know, and the backends'
    connections live on such tasks. The thread is no one's of the loop's executor, of which a place
    would be lost for good.
    """

    def __init__(self, register: Register) -> None:
        """Run nothing yet; `register` adds the handlers."""
        self._register = register
        self._core = asyncio.get_running_loop()
        self._over = threading.Event()
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="kopf", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    async def stop(self) -> None:
        """Watch no more; wait until the connections are closed."""
        self._over.set()
        await self._ended.wait()

    async def ended(self) -> None:
        """Wait until Kopf has ended, by itself or because it was stopped."""
        await self._ended.wait()

    def _run(self) -> None:
        try:
            asyncio.run(self._watch())
        except Exception:  # noqa: BLE001 - whatever it was, the core must end as well
            _log.exception("watches ended by themselves")
        finally:
            with contextlib.suppress(RuntimeError):  # the core's loop has ended
                self._core.call_soon_threadsafe(self._ended.set)

    async def _watch(self) -> None:
        registry = kopf.OperatorRegistry()
        _configure(registry)
        self._register(registry)
        try:
            await kopf.operator(
                registry=registry, clusterwide=True, standalone=True, stop_flag=self._over
            )
        finally:
            # Kopf waits for it in a thread of this loop, which does not end before its threads do.
            self._over.set()
        # aiohttp's TLS connections outlive their session by some turns of the loop (its
        # documentation, "Graceful Shutdown").
        await asyncio.sleep(_TLS_CLOSE_SECONDS)


def _configure(registry: kopf.OperatorRegistry) -> None:
    """Log in as the pod, or else as KUBECONFIG says; keep kopf from writing to anything."""

    def log_in(**parameters: Any) -> kopf.ConnectionInfo | None:
        """Return the API server's address and our credentials."""
        if _TOKEN.exists() and "KUBECONFIG" not in os.environ:
            return kopf.login_with_service_account(**parameters)
        return kopf.login_with_kubeconfig(**parameters)

    def configure(settings: kopf.OperatorSettings, **_: Any) -> None:
        """Post no events of kopf's own, and never stop watching."""
        settings.posting.enabled = False
        settings.watching.server_timeout = 300
        settings.watching.client_timeout = 330
        # Bookmarks come about every minute: a stream without any is a connection that died.
        settings.watching.inactivity_timeout = 90
        settings.scanning.disabled = True

    kopf.on.login(registry=registry)(log_in)
    kopf.on.startup(registry=registry)(configure)


async def watch(register: Register, served: Served) -> None:
    """Watch until cancelled, or until Kopf ends by itself.

    Kopf looks once for the kinds that it is to watch, so it starts when they exist, and anew when
    they exist again.
    """
    while True:
        await served.served()
        shell = Shell(register)
        shell.start()
        ended = asyncio.create_task(shell.ended())
        again = asyncio.create_task(served.served_again())
        try:
            await asyncio.wait({ended, again}, return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                return
        finally:
            again.cancel()
            await shell.stop()
            ended.cancel()
