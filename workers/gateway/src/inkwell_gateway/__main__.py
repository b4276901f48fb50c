"""Start of the gateway: one process, one event loop."""

import asyncio
import os
import sys
from typing import Final

import uvicorn

from inkwell_api.stage_env import HTTP_PORT, GatewayEnv
from inkwell_gateway.app import create_app
from inkwell_gateway.services import Health, Services
from inkwell_worker import logs
from inkwell_worker.connections import Connections
from inkwell_worker.environment import Places
from inkwell_worker.health import HealthServer

HTTP_PORT_VARIABLE: Final = "INKWELL_HTTP_PORT"
"""Overrides the port where several gateways share one machine, as in tests."""
GRACE_SECONDS: Final = 18
"""After SIGTERM: how long requests may still take."""
_KEEP_ALIVE_SECONDS: Final = 30
_BACKLOG: Final = 512


async def serve(env: GatewayEnv, connections: Connections, places: Places, port: int) -> None:
    """Serve until SIGTERM."""
    health = Health()
    server = HealthServer(places.health_port, live=health.live, ready=health.ready)
    server.start()
    app = create_app(env.tenant)
    try:
        async with Services.opened(env, connections, health) as services:
            app.state.services = services
            await uvicorn.Server(_configuration(app, port)).serve()
    finally:
        server.stop()


def _configuration(app: object, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type] # uvicorn's own union of ASGI flavours is narrower than Starlette's
        host="0.0.0.0",  # noqa: S104 -- a pod's port; network policies say who reaches it
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def main() -> int:
    """Run the gateway that the mounted file describes."""
    places = Places.of_environment()
    env = places.load(GatewayEnv)
    logs.configure(tenant=env.tenant, stage=env.stage.value)
    connections = Connections.of(env, places)
    try:
        asyncio.run(
            serve(env, connections, places, int(os.environ.get(HTTP_PORT_VARIABLE, HTTP_PORT)))
        )
    finally:
        connections.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
