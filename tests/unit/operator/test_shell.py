"""Kopf's thread: when Kopf ends, by itself or asked to, the operator hears of it."""

import asyncio
from typing import Any

import kopf

from inkwell_operator.handlers.shell import Shell


async def test_watches_that_end_by_themselves_are_heard_of() -> None:
    """Such as when the API server answers the first look for kinds with an error."""

    def register(registry: kopf.OperatorRegistry) -> None:
        def fails(**_: Any) -> None:
            raise kopf.PermanentError("for a test")

        kopf.on.startup(registry=registry)(fails)

    shell = Shell(register)
    shell.start()
    try:
        async with asyncio.timeout(30):
            await shell.ended()
    finally:
        shell._over.set()
        await shell.ended()
