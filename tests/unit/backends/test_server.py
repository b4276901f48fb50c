"""A server that hangs, fails or asks for a pause costs its callers little."""

import asyncio
from typing import NoReturn

import pytest

from inkwell_operator.backends.server import Server, ServerLimits, Servers
from inkwell_operator.model.errors import Refused, Throttled, TimedOut, Unreachable

QUICK = ServerLimits(deadline_seconds=0.05, failures=2, rest_seconds=0.2)


async def hang() -> None:
    await asyncio.sleep(60)


async def answer() -> str:
    return "answer"


async def fail() -> NoReturn:
    raise Unreachable("Kafka does not answer")


async def refuse() -> NoReturn:
    raise Refused("no")


async def test_a_call_that_hangs_ends_at_its_deadline() -> None:
    with pytest.raises(TimedOut, match=r"Kafka did not answer in 0\.05 s"):
        await Server("Kafka", QUICK).call(hang)


async def test_a_call_known_to_take_long_has_a_deadline_of_its_own() -> None:
    async def slow() -> str:
        await asyncio.sleep(0.1)
        return "done"

    assert await Server("Kafka", QUICK).call(slow, deadline_seconds=5) == "done"


async def test_after_some_failures_callers_fail_at_once_and_in_the_same_words() -> None:
    server, calls = Server("Kafka", QUICK), 0

    async def counted() -> None:
        nonlocal calls
        calls += 1
        await fail()

    messages = []
    for _ in range(5):
        with pytest.raises(Unreachable) as caught:
            await server.call(counted)
        messages.append(caught.value.message)
    assert calls == QUICK.failures
    assert set(messages) == {"Kafka does not answer"}


async def test_after_its_rest_a_server_is_tried_again_and_serves_on() -> None:
    server = Server("Kafka", QUICK)
    for _ in range(QUICK.failures):
        with pytest.raises(Unreachable):
            await server.call(fail)
    await asyncio.sleep(QUICK.rest_seconds * 1.5)
    assert await server.call(answer) == "answer"
    assert await server.call(answer) == "answer"


async def test_a_refusal_is_an_answer_and_opens_no_circuit() -> None:
    server = Server("Kafka", QUICK)
    for _ in range(QUICK.failures * 3):
        with pytest.raises(Refused):
            await server.call(refuse)
    assert await server.call(answer) == "answer"


async def test_a_defect_is_raised_as_it_is_and_opens_no_circuit() -> None:
    server = Server("Kafka", QUICK)

    async def defect() -> NoReturn:
        raise ValueError

    for _ in range(QUICK.failures * 3):
        with pytest.raises(ValueError):  # noqa: PT011 - it has no words
            await server.call(defect)
    assert await server.call(answer) == "answer"


async def test_a_pause_that_the_server_asked_for_is_kept_by_all_callers() -> None:
    server = Server("Keycloak", QUICK)

    async def throttle() -> NoReturn:
        raise Throttled("slow down", retry_after=30)

    with pytest.raises(Throttled):
        await server.call(throttle)
    with pytest.raises(Throttled, match="Keycloak asked for fewer requests") as caught:
        await server.call(answer)
    assert 25 < (caught.value.retry_after or 0) <= 30


async def test_no_more_calls_run_at_once_than_the_server_is_to_bear() -> None:
    server, running, most = Server("Kafka", ServerLimits(at_once=3)), 0, 0

    async def counted() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1

    await asyncio.gather(*(server.call(counted) for _ in range(20)))
    assert most == 3


async def test_a_cancelled_caller_opens_no_circuit() -> None:
    server = Server("Kafka", ServerLimits(failures=1))
    task = asyncio.create_task(server.call(hang))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await server.call(answer) == "answer"


def test_all_clients_of_an_address_share_one_server() -> None:
    servers = Servers()
    assert servers.at("Keycloak", "https://a/") is servers.at("Keycloak", "https://a")
    assert servers.at("Keycloak", "https://a") is not servers.at("Keycloak", "https://b")
