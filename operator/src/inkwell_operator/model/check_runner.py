"""Runs the checks of pipelines away from the event loop, with a budget, once for each content.

The one instance is shared by all reconcilers: an owner's spec may be written to cost as much as it
can, and the Lease is renewed on the same loop. Checks that cost little stay here; the rest is done
by one process (`check_child`), one spec after another. It ends when nothing was asked for a while.
"""

import asyncio
import hashlib
import json
import signal
import sys
from collections.abc import Hashable
from typing import Final

from inkwell_api.pipeline import DocumentPipelineSpec
from inkwell_operator.model.check_child import OUT_OF_MEMORY
from inkwell_operator.model.checks import MAX_BYTES, check_bounds
from inkwell_operator.model.errors import InvalidSpec, TimedOut
from inkwell_operator.model.targets import ResolvedClass

_IDLE_SECONDS: Final = 60.0


class SpecChecker:
    """Judges pipelines; what was judged once is known until its content changes."""

    def __init__(self, *, cpu_seconds: float = 10.0, deadline_seconds: float = 60.0) -> None:
        """Give one spec `cpu_seconds` of computing, within `deadline_seconds` of waiting."""
        self._cpu_seconds = cpu_seconds
        self._deadline = deadline_seconds
        self._turn = asyncio.Lock()
        self._child: asyncio.subprocess.Process | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._asked = 0
        self._known: dict[Hashable, tuple[str, str]] = {}

    async def check(
        self, key: Hashable, spec: DocumentPipelineSpec, resolved: ResolvedClass
    ) -> None:
        """Raise for the first thing that cannot work.

        Args:
            key: of the pipeline; its last verdict is kept until `forget`.
            spec: the pipeline's.
            resolved: its tenant's class.

        Raises:
            InvalidSpec: the message names the field and what is wrong with it.
            TimedOut: the machine was too busy to judge it.
        """
        check_bounds(spec, resolved)
        content = spec.model_dump_json(include={"extraction", "validation"}, by_alias=True)
        digest = hashlib.sha256(content.encode()).hexdigest()
        known = self._known.get(key)
        if known is None or known[0] != digest:
            async with self._turn:
                known = digest, await self._judge(content)
            self._known[key] = known
        if known[1]:
            raise InvalidSpec(known[1])

    def forget(self, key: Hashable) -> None:
        """Drop what is known of a pipeline that is gone."""
        self._known.pop(key, None)

    async def aclose(self) -> None:
        """End the process."""
        await self._end()

    async def _judge(self, content: str) -> str:
        try:
            async with asyncio.timeout(self._deadline):
                return await self._answer(await self._started(), content)
        except TimeoutError as error:
            await self._end()
            raise TimedOut("the operator's machine is too busy to check the pipeline") from error
        except BaseException:
            # What is left of its answer would be taken for the next question's.
            await self._end()
            raise

    async def _answer(self, child: asyncio.subprocess.Process, content: str) -> str:
        assert child.stdin is not None  # noqa: S101 - it was started with pipes
        assert child.stdout is not None  # noqa: S101 - same
        self._asked += 1
        try:
            child.stdin.write(f"{self._asked} {content}\n".encode())
            await child.stdin.drain()
            answer = await child.stdout.readline()
        except (BrokenPipeError, ConnectionResetError):
            answer = b""
        if not answer.endswith(b"\n"):
            return await self._last_words(child)
        number, verdict = json.loads(answer)
        if number != self._asked:
            raise RuntimeError(f"the check of pipelines answered {number} to {self._asked}")
        self._end_when_idle()
        return str(verdict)

    async def _started(self) -> asyncio.subprocess.Process:
        if self._idle is not None:
            self._idle.cancel()
        if self._child is None or self._child.returncode is not None:
            self._child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "inkwell_operator.model.check_child"),
                str(self._cpu_seconds),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=MAX_BYTES,
            )
        return self._child

    async def _last_words(self, child: asyncio.subprocess.Process) -> str:
        """Say of a process that ended why; it ends of the spec that it was given."""
        code = await child.wait()
        self._child = None
        if code == -signal.SIGPROF:
            return (
                f"spec.extraction and spec.validation take more than {self._cpu_seconds:g} s of "
                "computing to check: shorten schema, patterns or rules"
            )
        if code in (-signal.SIGKILL, OUT_OF_MEMORY):
            return "spec.extraction and spec.validation take too much memory to check: shorten them"
        how = signal.Signals(-code).name if code < 0 else f"status {code}"
        return (
            f"spec.extraction and spec.validation cannot be checked: that ended with {how}; "
            "simplify schema, patterns or rules"
        )

    def _end_when_idle(self) -> None:
        def end() -> None:
            # It is given up first: who asks before it has ended starts another.
            child, self._child = self._child, None
            if child is not None and child.returncode is None:
                child.kill()

        self._idle = asyncio.get_running_loop().call_later(_IDLE_SECONDS, end)

    async def _end(self) -> None:
        child, self._child = self._child, None
        if self._idle is not None:
            self._idle.cancel()
        if child is not None and child.returncode is None:
            child.kill()
            # Its pipe is emptied: a process whose output is not read to the end is not waited for.
            await child.communicate()
