"""Looks at a Kafka as the operator does, in a process of its own, and prints what came of it.

For looks that a driver may not survive, or that leave sockets to the garbage collector.
"""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

from inkwell_operator.backends.kafka import KafkaBackend
from inkwell_operator.model.errors import InkwellError
from inkwell_operator.model.targets import AdminLogin, KafkaTarget
from support import make

_TESTS = Path(__file__).resolve().parents[1]
_VARIABLE = "KAFKA_LOOK"


async def outcome_of_look(target: KafkaTarget) -> str:
    """Return the class and message of the error that a look ends with, or ``looked``."""
    admin = target.admin
    described = {
        "servers": target.bootstrap_servers,
        "login": [admin.username, admin.password, admin.ca_pem],
        "secret": admin.secret,
        "registry": target.registry_url,
    }
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-W", "ignore", __file__],
        env=os.environ | {_VARIABLE: json.dumps(described), "PYTHONPATH": str(_TESTS)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return ended.stdout.strip() or f"ended with {ended.returncode}: {ended.stderr}"


async def _look() -> str:
    said = json.loads(os.environ[_VARIABLE])
    name, password, ca_pem = said["login"]
    login = AdminLogin(name, password, ca_pem, secret=said["secret"])
    target = KafkaTarget(tuple(said["servers"]), login, 1, 1, said["registry"], login)
    backend = KafkaBackend(target)
    try:
        await backend.observe(backend.desire(make.pipeline()))
    except InkwellError as error:
        return f"{type(error).__name__}: {error.message}"
    finally:
        await backend.aclose()
    return "looked"


if __name__ == "__main__":
    print(asyncio.run(_look()))  # noqa: T201 - the answer to the process that started this one
