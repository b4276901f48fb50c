"""What probes found is told of the object that they were made for, and of no later one."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from inkwell_api.conditions import ConditionStatus, ConditionType, Reason
from inkwell_api.names import Stage
from inkwell_operator import prober as module
from inkwell_operator.isolation import Isolation
from inkwell_operator.model.errors import NotYetApplied, Unreachable
from inkwell_operator.model.isolation import Probe, Verdict
from inkwell_operator.queue import Key
from inkwell_operator.settings import IsolationSettings
from support import make
from support.isolation_world import NO_BACKENDS, PROVEN, WRITING, Answers, Clock, of_uid
from support.reconciler_world import Fake


@pytest.mark.usefixtures("answers")
async def test_a_tenant_of_the_same_name_has_to_be_tried_anew(isolation: Isolation) -> None:
    first, second = of_uid("first"), of_uid("second")
    found = await isolation.check(first, NO_BACKENDS, WRITING)
    assert found is not None
    assert (found.status, found.reason) == (ConditionStatus.TRUE, Reason.AS_SPECIFIED)
    later = isolation.judge(second)
    assert later is not None
    assert (later.status, later.reason) == (ConditionStatus.UNKNOWN, Reason.PENDING)
    assert isolation.is_due(second)
    assert not isolation.is_due(first)


async def test_nothing_is_known_of_an_object_that_is_gone(
    answers: Answers, isolation: Isolation
) -> None:
    answers.verdict = Verdict.LET_IN
    tenant = of_uid("first")
    found = await isolation.check(tenant, NO_BACKENDS, WRITING)
    assert found is not None
    assert found.reason is Reason.LET_IN
    isolation.forget("first")
    after = isolation.judge(tenant)
    assert after is not None
    assert after.reason is Reason.PENDING


@pytest.mark.usefixtures("answers")
async def test_a_proof_holds_for_some_time_and_for_the_servers_that_gave_it(
    isolation: Isolation, clock: Clock
) -> None:
    tenant = of_uid("first")
    await isolation.check(tenant, NO_BACKENDS, WRITING)
    spec = make.class_spec(gateway={"serviceType": "ClusterIP"})
    elsewhere = isolation.judge(replace(tenant, resolved=replace(tenant.resolved, spec=spec)))
    assert elsewhere is not None
    assert elsewhere.reason is Reason.PENDING
    moved = replace(tenant, resolved=replace(tenant.resolved, spec=spec))
    assert isolation.told(moved, PROVEN) == elsewhere, "other servers have proven nothing"
    clock.now = 2100.0
    later = isolation.judge(tenant)
    assert later is not None
    assert (later.status, later.reason) == (ConditionStatus.UNKNOWN, Reason.PENDING)


@pytest.mark.usefixtures("answers")
async def test_servers_that_hang_say_nothing_and_hold_nobody_up(
    isolation: Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: object) -> tuple[Probe, ...]:
        await asyncio.Event().wait()
        return ()

    monkeypatch.setattr(module, "probe_postgres", hang)
    monkeypatch.setattr(module, "_PROBE_SECONDS", 0.05)
    found = await isolation.check(of_uid("first"), NO_BACKENDS, WRITING)
    assert found is not None
    assert (found.status, found.reason) == (ConditionStatus.UNKNOWN, Reason.UNREACHABLE)


@pytest.mark.usefixtures("answers")
async def test_a_login_that_waits_long_for_its_turn_is_tried_all_the_same(
    isolation: Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With hundreds of objects the last is tried minutes after the first."""

    async def slow(*_: object) -> tuple[Probe, ...]:
        await asyncio.sleep(0.1)
        return (Probe("reads a table", Verdict.REFUSED),)

    monkeypatch.setattr(module, "probe_postgres", slow)
    monkeypatch.setattr(module, "_PROBE_SECONDS", 0.25)
    found = await asyncio.gather(
        *(isolation.check(of_uid(f"{number}"), NO_BACKENDS, WRITING) for number in range(10))
    )
    assert [one.status for one in found if one] == [ConditionStatus.TRUE] * 10


async def test_what_let_in_is_open_until_it_refuses_whatever_gives_no_answer(
    answers: Answers, isolation: Isolation
) -> None:
    tenant = of_uid("first")
    expected = []
    for answers.verdict in (Verdict.LET_IN, Verdict.UNKNOWN, Verdict.UNKNOWN, Verdict.REFUSED):
        found = await isolation.check(tenant, NO_BACKENDS, WRITING)
        assert found is not None
        expected.append(found.status)
    assert [status.value for status in expected] == ["False", "False", "False", "True"]


@pytest.mark.usefixtures("answers")
async def test_a_canary_that_is_not_seen_yet_is_looked_for_in_the_next_seconds(
    isolation: Isolation, clock: Clock
) -> None:
    """Kafka shows a topic some moments after it was made; a server that is away takes longer."""
    kafka = Fake(ConditionType.KAFKA_READY, "kafka", [], defect=NotYetApplied("not seen yet"))
    backends: Any = SimpleNamespace(all=lambda: (kafka,))
    found = await isolation.check(of_uid("first"), backends, WRITING)
    assert found is not None
    assert (found.status, found.reason) == (ConditionStatus.UNKNOWN, Reason.PENDING)
    assert found.message == "the canary could not be made: not seen yet"
    kafka.defect = None
    clock.now = 5.0
    found = await isolation.check(of_uid("first"), backends, WRITING)
    assert found is not None
    assert found.status is ConditionStatus.TRUE


@pytest.mark.usefixtures("answers")
async def test_the_first_pass_tries_every_login_and_the_next_ones_one_each(
    isolation: Isolation, clock: Clock
) -> None:
    """A pipeline's proof does not stay open for four passes after each start of the operator."""
    pipeline = make.pipeline()
    found = await isolation.check(pipeline, NO_BACKENDS, WRITING)
    assert found is not None
    assert (found.status, found.reason) == (ConditionStatus.TRUE, Reason.AS_SPECIFIED)
    assert not isolation.is_due(pipeline)
    clock.now = 250.0
    logins = len(pipeline.logins) + 1
    for _ in range(logins):
        assert isolation.is_due(pipeline)
        await isolation.check(pipeline, NO_BACKENDS, WRITING)
    assert not isolation.is_due(pipeline)


async def test_a_login_that_was_let_in_is_told_of_before_all_others_were_tried(
    answers: Answers, isolation: Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    async def let_in(_: object, login: Any, *__: object) -> tuple[Probe, ...]:
        tried.append(login.principal)
        return (Probe("reads a table", Verdict.LET_IN),)

    # Of a pipeline's logins the archive's alone has a place in PostgreSQL, and only the machine's,
    # which comes after it, one in Keycloak.
    monkeypatch.setattr(module, "probe_postgres", let_in)
    monkeypatch.setattr(module, "probe_keycloak", let_in)
    answers.verdict = Verdict.REFUSED
    pipeline = make.pipeline()
    found = await isolation.check(pipeline, NO_BACKENDS, WRITING)
    assert found is not None
    assert found.reason is Reason.LET_IN
    assert tried == [pipeline.logins[Stage.ARCHIVE].principal]


async def test_a_defect_in_one_probe_hides_no_other_systems_answer(
    answers: Answers, isolation: Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def defect(*_: object) -> tuple[Probe, ...]:
        raise ValueError("of a driver")

    monkeypatch.setattr(module, "probe_postgres", defect)
    found = await isolation.check(of_uid("first"), NO_BACKENDS, WRITING)
    assert found is not None
    assert (found.status, found.reason) == (ConditionStatus.UNKNOWN, Reason.UNREACHABLE)
    assert "a defect; the log says more" in found.message
    answers.verdict = Verdict.LET_IN
    found = await isolation.check(of_uid("second"), NO_BACKENDS, WRITING)
    assert found is not None
    assert found.reason is Reason.LET_IN


@pytest.mark.usefixtures("answers")
async def test_a_proof_is_made_of_servers_and_passwords(isolation: Isolation) -> None:
    before = make.pipeline()
    assert isolation.basis(before) == isolation.basis(make.pipeline(replicas={Stage.OCR: 3}))
    assert isolation.basis(before) != isolation.basis(make.pipeline(password="another"))
    # Errors are never equal; one that is found anew in each pass is no other server.
    failing = [
        make.tenant(of=make.resolved(failures={ConditionType.KAFKA_READY: Unreachable("away")}))
        for _ in range(2)
    ]
    assert isolation.basis(failing[0]) == isolation.basis(failing[1])


@pytest.mark.usefixtures("answers")
async def test_a_login_waits_for_passes_that_are_due(isolation: Isolation) -> None:
    due = [True]
    isolation.proofs.follow(lambda *_: None, lambda: due[0])
    checking = asyncio.create_task(isolation.check(of_uid("first"), NO_BACKENDS, WRITING))
    await asyncio.sleep(0.2)
    assert isolation.is_due(of_uid("first"))
    due[0] = False
    async with asyncio.timeout(5):
        found = await checking
    assert found is not None
    assert found.status is ConditionStatus.TRUE


async def test_closing_ends_the_proofs_that_are_under_way() -> None:
    isolation = Isolation(IsolationSettings(), "test-installation")
    forever = asyncio.Event()

    async def prove() -> None:
        await forever.wait()

    isolation.proofs.begin(Key("Tenant", "", "acme"), "uid", (), None, prove)
    task = isolation.proofs._running["uid"].task
    await asyncio.sleep(0)
    isolation.close()
    await asyncio.sleep(0)
    assert task is not None
    assert task.cancelled()
