"""Answers Kubernetes' probes, on a thread of its own that goes on when everything else hangs."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from typing_extensions import override

Check = Callable[[], list[str]]
"""Returns what is wrong, in words; nothing where all is well."""


@contextmanager
def probe_server(port: int, checks: Mapping[str, Check], host: str = "") -> Iterator[int]:
    """Serve each check under its path while the block runs; yield the port.

    Args:
        port: to listen on; 0 for any that is free.
        checks: by path, such as ``/healthz``.
        host: address to listen on; empty for all.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            check = checks.get(self.path)
            if check is None:
                self._answer(HTTPStatus.NOT_FOUND, "no such probe")
            elif wrong := check():
                self._answer(HTTPStatus.SERVICE_UNAVAILABLE, "\n".join(wrong))
            else:
                self._answer(HTTPStatus.OK, "ok")

        def _answer(self, status: HTTPStatus, text: str) -> None:
            content = f"{text}\n".encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Log nothing: probes come every few seconds."""

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="probes", daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
