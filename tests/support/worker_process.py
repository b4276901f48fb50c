"""Workers as processes of their own, to be asked, stopped and killed."""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx

T = TypeVar("T")


def eventually(what: str, look: Callable[[], T | None], seconds: float = 60.0) -> T:
    """Return what `look` returns once that is true; an empty list is not.

    Raises:
        TimeoutError: the limit is over.
    """
    end = time.monotonic() + seconds
    while True:
        if found := look():
            return found
        if time.monotonic() > end:
            raise TimeoutError(f"no {what} within {seconds:g} s")
        time.sleep(0.1)


def free_ports(count: int) -> list[int]:
    """Return ports that nobody takes before a worker does: no outgoing connection is given one."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            probe = held.enter_context(socket.socket())
            port = random.randrange(20_000, 30_000)
            with suppress(OSError):
                probe.bind(("", port))
                found.append(port)
    return found


@dataclass
class WorkerProcess:
    """One running worker."""

    process: subprocess.Popen[bytes]
    health_port: int
    http_port: int
    log: Path

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.health_port}{path}", timeout=30)

    def is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"the worker ended with {self.process.returncode}:\n{self.tail()}")
        try:
            return self.get("/readyz").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def wait_ready(self, seconds: float = 60.0) -> "WorkerProcess":
        try:
            eventually("ready worker", self.is_ready, seconds)
        except TimeoutError as error:
            raise TimeoutError(f"{error}\n{self.tail()}") from error
        return self

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> tuple[int, float]:
        """Ask it to stop; return its status and the seconds that it took."""
        begun = time.monotonic()
        self.process.terminate()
        return self.process.wait(40), time.monotonic() - begun

    def tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-30:])


@contextmanager
def running(*command: str, variables: dict[str, str], folder: Path) -> Iterator[WorkerProcess]:
    """Run ``python COMMAND`` as a worker, and kill it at the end if it still runs."""
    health, http = free_ports(2)
    log = folder / f"worker-{health}.log"
    environment = {
        **os.environ,
        **variables,
        "INKWELL_HEALTH_PORT": str(health),
        "INKWELL_HTTP_PORT": str(http),
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *command], env=environment, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            yield WorkerProcess(process, health, http, log)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
