"""The port that the platform asks: /healthz (restart me?), /readyz (can I work?) and /metrics."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder
from typing_extensions import override

Probe = Callable[[], str]
"""Says what is wrong in a few words without a secret; an empty text means that all is well."""

_SOCKET_SECONDS: Final = 10


class HealthServer:
    """Serves the health port in threads of its own."""

    def __init__(self, port: int, *, live: Probe, ready: Probe, host: str = "") -> None:
        """Open the port; `port` 0 takes any free one."""
        self._server = ThreadingHTTPServer((host, port), _handler(live, ready))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="health", daemon=True
        )

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()


def _handler(live: Probe, ready: Probe) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _SOCKET_SECONDS
        server_version = "inkwell"
        sys_version = ""

        def do_GET(self) -> None:
            """Answer one request."""
            match self.path.partition("?")[0]:
                case "/healthz":
                    self._tell(live())
                case "/readyz":
                    self._tell(ready())
                case "/metrics":
                    encode, content_type = choose_encoder(self.headers.get("Accept", ""))
                    self._send(200, content_type, encode(REGISTRY))
                case _:
                    self._send(404, "text/plain", b"not found\n")

        def _tell(self, trouble: str) -> None:
            self._send(
                503 if trouble else 200,
                "text/plain; charset=utf-8",
                f"{trouble or 'ok'}\n".encode(),
            )

        def _send(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Keep probes out of the log."""

    return Handler
