"""Checks run in a process of their own: the event loop goes on, whatever an owner wrote."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from inkwell_api.pipeline import DocumentPipelineSpec
from inkwell_operator.model.check_runner import SpecChecker
from inkwell_operator.model.errors import InvalidSpec
from support import make


def costly(fields: int) -> DocumentPipelineSpec:
    """Return a pipeline whose schema takes long to check and is within all bounds."""
    properties = {f"f{number}": {"pattern": f"[a-z]{{9,99}}{number}"} for number in range(fields)}
    return make.pipeline_spec(extraction={"schema": {"type": "object", "properties": properties}})


@pytest.fixture
async def checker() -> AsyncIterator[SpecChecker]:
    checker = SpecChecker()
    yield checker
    await checker.aclose()


async def test_a_spec_is_judged_as_by_the_check_itself(checker: SpecChecker) -> None:
    await checker.check("good", make.pipeline_spec(), make.resolved())
    rules = [{"name": "r", "expression": "1 + 1", "message": "m"}]
    with pytest.raises(InvalidSpec, match="neither true nor false"):
        await checker.check("bad", make.pipeline_spec(validation={"rules": rules}), make.resolved())


async def test_the_loop_goes_on_while_a_spec_is_checked(checker: SpecChecker) -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0.005)
            turns += 1

    counting = asyncio.create_task(count())
    await checker.check("large", costly(1200), make.resolved())
    counting.cancel()
    assert turns > 20


async def test_what_was_judged_once_is_not_judged_again(
    checker: SpecChecker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    judge = checker._judge

    async def counted(content: str) -> str:
        asked.append(content)
        return await judge(content)

    monkeypatch.setattr(checker, "_judge", counted)
    for changes in ({}, {}, {"scaling": {"ocr": {"maxReplicas": 3}}}):
        await checker.check("a", make.pipeline_spec(**changes), make.resolved())
    assert len(asked) == 1
    await checker.check("a", costly(2), make.resolved())
    checker.forget("a")
    await checker.check("a", costly(2), make.resolved())
    assert len(asked) == 3


async def test_a_spec_that_costs_more_than_its_budget_is_refused_and_the_next_is_judged() -> None:
    checker = SpecChecker(cpu_seconds=0.05)
    spec: dict[str, Any] = {"match": "take more than 0.05 s of computing"}
    try:
        with pytest.raises(InvalidSpec, **spec):
            await checker.check("large", costly(1200), make.resolved())
        await checker.check("small", make.pipeline_spec(), make.resolved())
    finally:
        await checker.aclose()


async def test_a_check_that_was_cut_short_answers_no_other(checker: SpecChecker) -> None:
    first = asyncio.create_task(checker.check("large", costly(1200), make.resolved()))
    await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    rules = [{"name": "r", "expression": "1 + 1", "message": "m"}]
    with pytest.raises(InvalidSpec, match="neither true nor false"):
        await checker.check("bad", make.pipeline_spec(validation={"rules": rules}), make.resolved())
