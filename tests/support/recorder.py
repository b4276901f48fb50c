"""A proxy between a client and the API server that takes note of every request.

It sees the calls of everybody in a process, Kopf's watches among them. Credentials pass through as
they are: the API server judges the client, not the proxy.
"""

import asyncio
import base64
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp
import yaml
from aiohttp import web
from yarl import URL

from support.rbac import Ask, Request, asks_of

_NOT_PASSED_ON: Final = frozenset(
    {"connection", "host", "keep-alive", "transfer-encoding", "content-length"}
)
_LONGEST_BODY: Final = 16 * 1024**2


class Recorder:
    """What went through the proxy at `url`."""

    def __init__(self, server: str, trust: ssl.SSLContext) -> None:
        self._server = server
        self._trust = trust
        self.url = ""
        self.asks: set[Ask] = set()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Serve on a free port of this machine."""
        connector = aiohttp.TCPConnector(ssl=self._trust, limit=0)
        no_limit = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(
            connector=connector, timeout=no_limit, auto_decompress=False
        ) as session:
            application = web.Application(client_max_size=_LONGEST_BODY)

            async def forward(request: web.Request) -> web.StreamResponse:
                return await self._forward(session, request)

            application.router.add_route("*", "/{path:.*}", forward)
            # A watch that its client has left ends with it.
            runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=1)
            await runner.setup()
            try:
                site = web.TCPSite(runner, "127.0.0.1", 0)
                await site.start()
                host, port = runner.addresses[0][:2]
                self.url = f"http://{host}:{port}"
                yield
            finally:
                await runner.cleanup()

    async def _forward(
        self, session: aiohttp.ClientSession, request: web.Request
    ) -> web.StreamResponse:
        body = await request.read()
        target = URL(f"{self._server}{request.raw_path}", encoded=True)
        headers = _passed_on(request.headers)
        async with session.request(
            request.method, target, data=body or None, headers=headers
        ) as answer:
            self._note(request, body, answer.status)
            response = web.StreamResponse(status=answer.status, headers=_passed_on(answer.headers))
            await response.prepare(request)
            async for part in answer.content.iter_any():
                await response.write(part)
            await response.write_eof()
            return response

    def _note(self, request: web.Request, body: bytes, status: int) -> None:
        role = _bound_role(body) if "/rolebindings" in request.path else ""
        self.asks.update(asks_of(Request(request.method, request.raw_path, status, role)))


def _passed_on(headers: Any) -> list[tuple[str, str]]:
    return [(key, value) for key, value in headers.items() if key.lower() not in _NOT_PASSED_ON]


def _bound_role(body: bytes) -> str:
    """Return the role that a written RoleBinding refers to."""
    written = json.loads(body or b"{}")
    return str(written["roleRef"]["name"]) if "roleRef" in written else ""


@asynccontextmanager
async def recorder(kubeconfig: Path) -> AsyncIterator[Recorder]:
    """Record what goes to the cluster of a kubeconfig."""
    config = yaml.safe_load(await asyncio.to_thread(kubeconfig.read_text, "utf-8"))
    cluster = config["clusters"][0]["cluster"]
    authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
    made = Recorder(cluster["server"], ssl.create_default_context(cadata=authority))
    async with made.serving():
        yield made


def kubeconfig_for(url: str, token: str) -> str:
    """Return a kubeconfig by which a client asks at `url`, with a ServiceAccount's token."""
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "recorded", "cluster": {"server": url}}],
            "users": [{"name": "operator", "user": {"token": token}}],
            "contexts": [
                {"name": "recorded", "context": {"cluster": "recorded", "user": "operator"}}
            ],
            "current-context": "recorded",
        }
    )
