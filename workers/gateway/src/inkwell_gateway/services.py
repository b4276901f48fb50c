"""What the routes work with: opened at start, closed at the end, and asked for their health."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Final, Self

import structlog
from fastapi import Depends, Request

from inkwell_api.stage_env import GatewayEnv, GatewayPipeline
from inkwell_gateway.oidc import KeySet, TokenVerifier
from inkwell_gateway.overload import UploadSlots
from inkwell_gateway.publisher import Publisher
from inkwell_gateway.register import Register, make_pool
from inkwell_gateway.vault import CassandraVault, Vault
from inkwell_worker.connections import Connections
from inkwell_worker.stage import StageError

log = structlog.get_logger(__name__)

POOL_SIZE: Final = 10
_WATCH_SECONDS: Final = 5.0
_STALLED_SECONDS: Final = 30.0


@dataclass
class Health:
    """What the probes report: each answer is a reason, or empty when all is well."""

    trouble: str = "starting"
    _beat: float = field(default_factory=time.monotonic)

    def beat(self) -> None:
        """Note that the event loop runs."""
        self._beat = time.monotonic()

    def ready(self) -> str:
        """Say which backend is away, if one is."""
        return self.trouble

    def live(self) -> str:
        """Say whether the event loop stands still."""
        stalled = time.monotonic() - self._beat > _STALLED_SECONDS
        return "the event loop stands still" if stalled else ""


@dataclass
class Services:
    """Everything behind the routes."""

    env: GatewayEnv
    verifier: TokenVerifier
    register: Register
    vault: Vault
    publishers: Mapping[str, Publisher]
    health: Health
    upload_slots: UploadSlots = field(default_factory=UploadSlots)

    @property
    def pipelines(self) -> Mapping[str, GatewayPipeline]:
        """The tenant's pipelines by name."""
        return {pipeline.name: pipeline for pipeline in self.env.pipelines}

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, env: GatewayEnv, connections: Connections, health: Health
    ) -> AsyncIterator[Self]:
        """Open everything, publish in the background, and close it all at the end."""
        async with AsyncExitStack() as stack:
            keys = KeySet(env.oidc.jwks_url, connections.ca_file)
            stack.push_async_callback(keys.aclose)
            pool = await stack.enter_async_context(make_pool(connections, env.postgres, POOL_SIZE))
            # Publishing holds a connection while Kafka is asked: its own pool, so that uploads go
            # on when Kafka is away.
            publishing = make_pool(connections, env.postgres, max(1, len(env.pipelines)))
            own = Register(await stack.enter_async_context(publishing))
            producer = connections.producer()
            publishers = {p.name: Publisher(env.tenant, p, own, producer) for p in env.pipelines}
            services = cls(
                env=env,
                verifier=TokenVerifier(env.oidc, keys),
                register=Register(pool),
                vault=CassandraVault(connections.cassandra()),
                publishers=publishers,
                health=health,
            )
            group = await stack.enter_async_context(_Background())
            for publisher in publishers.values():
                group.start(publisher.run())
            group.start(services.watch())
            yield services

    async def watch(self) -> None:
        """Keep `health` true: ask the backends until they answer, and again after trouble."""
        while True:
            self.health.beat()
            if self.health.trouble:
                self.health.trouble = await self._look()
            await asyncio.sleep(_WATCH_SECONDS if not self.health.trouble else 1.0)

    async def _look(self) -> str:
        try:
            await self.register.probe()
            await self.vault.probe()
        except StageError as error:
            log.warning("a backend is away", cause=error.cause, detail=error.detail)
            return error.cause
        return ""


class _Background:
    """Tasks that are cancelled at the end; one that fails before ends the process."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    def start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a background task ended", kind=type(error).__name__)
            raise SystemExit(1) from error

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def services_of(request: Request) -> Services:
    """Return what the application was started with."""
    services: Services = request.app.state.services
    return services


ServicesOf = Annotated[Services, Depends(services_of)]
