"""Writes sent together."""

import asyncio
from collections.abc import Mapping

import pytest

from inkwell_operator.backends.kafka.batch import Batch
from inkwell_operator.model.errors import NotYetApplied


async def test_writes_that_wait_go_out_together_and_fail_alone() -> None:
    sent: list[list[int]] = []

    async def send(items: Mapping[int, int]) -> dict[int, Exception | None]:
        sent.append(list(items))
        await asyncio.sleep(0)
        return {item: ValueError(str(item)) if item == 3 else None for item in items}

    batch = Batch(send, int)
    results = await asyncio.gather(
        *(batch.add(number) for number in range(10)), return_exceptions=True
    )
    assert [number for number, result in enumerate(results) if result is not None] == [3]
    assert len(sent) <= 2


async def test_a_write_that_is_not_answered_for_fails_and_holds_up_nobody() -> None:
    async def send(items: Mapping[str, str]) -> dict[str, Exception | None]:
        return {item: None for item in items if item != "lost"}

    batch = Batch(send, str)
    async with asyncio.timeout(5):
        await asyncio.gather(batch.add("one"), batch.add("other"))
        with pytest.raises(NotYetApplied, match="lost"):
            await batch.add("lost")
        await batch.add("next")


async def test_the_same_write_twice_goes_out_once_and_both_are_answered() -> None:
    sent: list[list[str]] = []

    async def send(items: Mapping[str, str]) -> dict[str, Exception | None]:
        sent.append(list(items.values()))
        return dict.fromkeys(items)

    batch = Batch(send, str)
    async with asyncio.timeout(5):
        await asyncio.gather(batch.add("topic"), batch.add("topic"))
    assert sent == [["topic"]]


async def test_two_different_writes_about_one_object_go_out_one_after_the_other() -> None:
    sent: list[list[tuple[str, int]]] = []

    async def send(items: Mapping[str, tuple[str, int]]) -> dict[str, Exception | None]:
        sent.append(list(items.values()))
        return dict.fromkeys(items)

    batch = Batch(send, lambda item: item[0])
    async with asyncio.timeout(5):
        await asyncio.gather(batch.add(("login", 1)), batch.add(("login", 2)))
    assert sent == [[("login", 1)], [("login", 2)]]


async def test_a_failed_request_fails_every_write_in_it() -> None:
    async def send(_: Mapping[str, str]) -> dict[str, Exception | None]:
        raise OSError("away")

    batch = Batch(send, str)
    async with asyncio.timeout(5):
        results = await asyncio.gather(batch.add("a"), batch.add("b"), return_exceptions=True)
    assert [type(result) for result in results] == [OSError, OSError]
