"""A Cassandra that accepts connections and never says a word costs nobody else anything."""

import asyncio
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest

from inkwell_operator.backends.cassandra.client import Client
from inkwell_operator.backends.server import ServerLimits
from inkwell_operator.model.errors import TimedOut, Unreachable
from inkwell_operator.model.targets import CassandraTarget
from support import make

QUICK = ServerLimits(deadline_seconds=0.5, at_once=8, failures=100)
ADMIN = replace(make.ADMIN, ca_pem="", secret="cassandra-admin")


@contextmanager
def silent_server() -> Iterator[CassandraTarget]:
    """Accept connections and never say a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        point = f"127.0.0.1:{server.getsockname()[1]}"
        yield CassandraTarget((point,), "datacenter1", 1, ADMIN)


async def test_calls_that_hang_leave_the_threads_of_others_alone() -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    with silent_server() as target:
        client = Client(target, QUICK)
        hanging = [asyncio.create_task(client.execute("SELECT 1")) for _ in range(5)]
        await asyncio.sleep(0.1)
        began = time.perf_counter()
        await asyncio.to_thread(lambda: None)
        assert time.perf_counter() - began < QUICK.deadline_seconds / 2
        failures = await asyncio.gather(*hanging, return_exceptions=True)
        assert {type(failure) for failure in failures} == {TimedOut}
    await client.aclose()


async def test_a_closed_client_never_connects_again() -> None:
    with silent_server() as target:
        client = Client(target, QUICK)
        await client.aclose()
        with pytest.raises(Unreachable, match="given up"):
            await client.execute("SELECT 1")
