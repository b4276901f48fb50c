"""The process that checks: what it says in few words, and how it ends; a broken one says nothing.

A made-up process stands where `check_child` does in some of these.
"""

import asyncio
import io
import signal
import sys
from collections.abc import AsyncIterator

import pytest

from inkwell_api.pipeline import DocumentPipelineSpec
from inkwell_operator.model import check_child
from inkwell_operator.model.check_runner import SpecChecker
from inkwell_operator.model.errors import InvalidSpec
from support import make

NAME = "é" * 30_000
"""Of a property: what is wrong with it takes 180 kB to tell as JSON."""

OWN_END = 5.0
"""Seconds in which a test of processes ends on a busy machine."""


def spec(properties: object, **keywords: object) -> DocumentPipelineSpec:
    """Return a pipeline with these fields."""
    schema = {"type": "object", "properties": properties, **keywords}
    return make.pipeline_spec(extraction={"schema": schema})


@pytest.fixture
async def checker() -> AsyncIterator[SpecChecker]:
    checker = SpecChecker()
    yield checker
    await checker.aclose()


async def instead(checker: SpecChecker, program: str) -> asyncio.subprocess.Process:
    """Put a process that runs a Python program in the place of the one that checks."""
    checker._child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", f"import os, sys\nfor line in sys.stdin:\n    {program}"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    return checker._child


async def refusal(checker: SpecChecker, wanted: DocumentPipelineSpec) -> str:
    """Return why a pipeline is refused."""
    with pytest.raises(InvalidSpec) as caught:
        await checker.check("of", wanted, make.resolved())
    return caught.value.message


async def test_what_is_wrong_is_told_in_few_words_and_to_who_asked(checker: SpecChecker) -> None:
    wordy = spec({NAME: {"type": 5}})
    assert "is no JSON Schema: 5 is not valid" in await refusal(checker, wordy)
    await checker.check("of another", make.pipeline_spec(), make.resolved())
    told = await refusal(checker, spec({"a": {}}, required=[NAME]))
    assert len(told) == check_child.LONGEST_VERDICT
    await checker.check("of a third", spec({"a": {}}), make.resolved())


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("print('[1, \"' + 'x' * 2_000_000 + '\"]', flush=True)", ValueError),
        ("print('[0, \"of the question before\"]', flush=True)", RuntimeError),
        ("print('{', flush=True)", ValueError),
    ],
)
async def test_a_process_that_answered_amiss_answers_nothing_more(
    checker: SpecChecker, program: str, error: type[Exception]
) -> None:
    broken = await instead(checker, program)
    async with asyncio.timeout(OWN_END):
        with pytest.raises(error):
            await checker.check("of", make.pipeline_spec(), make.resolved())
    assert broken.returncode == -signal.SIGKILL
    await checker.check("of", make.pipeline_spec(), make.resolved())


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (f"sys.exit({12})", "take too much memory"),
        ("os.kill(os.getpid(), 9)", "take too much memory"),
        ("os.kill(os.getpid(), 15)", "cannot be checked: that ended with SIGTERM"),
        ("sys.exit(1)", "cannot be checked: that ended with status 1"),
        ("print('[1, ', end=''); sys.exit(1)", "that ended with status 1"),
    ],
)
async def test_it_is_told_how_the_process_ended_and_memory_only_where_it_was(
    checker: SpecChecker, end: str, told: str
) -> None:
    await instead(checker, end)
    assert told in await refusal(checker, make.pipeline_spec())
    await checker.check("of another", make.pipeline_spec(), make.resolved())


@pytest.mark.parametrize(
    "field",
    [
        {"pattern": "a{99999999999999999999}"},
        {"pattern": "(" * 3000 + ")" * 3000},
        {"patternProperties": {"(" * 3000 + ")" * 3000: {}}},
    ],
)
async def test_a_pattern_beyond_the_compiler_is_named(
    checker: SpecChecker, field: dict[str, object]
) -> None:
    name = str(field.get("pattern", "((("))[:20]
    told = await refusal(checker, spec({"a": {"type": "string"}, "b": {"items": field}}))
    assert f"spec.extraction.schema has pattern {name}" in told


def test_a_lack_of_memory_has_a_status_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def verdict(text: str) -> str:
        raise MemoryError(text)

    monkeypatch.setattr(check_child, "verdict", verdict)
    monkeypatch.setattr("resource.setrlimit", lambda *_: None)
    monkeypatch.setattr("signal.setitimer", lambda *_: None)
    monkeypatch.setattr(sys, "argv", ["check_child", "1"])
    monkeypatch.setattr(sys, "stdin", io.StringIO("1 {}\n"))
    with pytest.raises(SystemExit) as caught:
        check_child.main()
    assert caught.value.code == check_child.OUT_OF_MEMORY
