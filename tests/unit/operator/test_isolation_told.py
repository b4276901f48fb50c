"""What is told of isolation after a start of the operator, before every login was tried."""

from types import SimpleNamespace
from typing import Any

import pytest

from inkwell_api.conditions import ConditionStatus, ConditionType, Reason
from inkwell_operator.isolation import Isolation
from inkwell_operator.model.errors import Unreachable
from inkwell_operator.model.isolation import Verdict
from inkwell_operator.settings import IsolationSettings
from support import make
from support.isolation_world import NO_BACKENDS, OPEN, PROVEN, WRITING, Answers, Clock, of_uid
from support.reconciler_world import Fake


@pytest.mark.usefixtures("answers")
async def test_what_was_told_before_a_start_is_told_until_every_login_was_tried(
    isolation: Isolation, clock: Clock
) -> None:
    """An operator that is replaced leaves no tenant's isolation in doubt meanwhile."""
    pipeline = make.pipeline()
    assert isolation.told(pipeline, None) == isolation.judge(pipeline)
    for before in (PROVEN, OPEN):
        assert isolation.told(pipeline, before) == before
        assert isolation.is_open(pipeline), "somebody has to look again all the same"
    clock.now = 600.0
    later = isolation.told(pipeline, PROVEN)
    assert later is not None
    assert later.reason is Reason.PENDING, "nobody has proven anything for too long"
    assert isolation.told(pipeline, OPEN) == OPEN, "nobody has refused"
    clock.now = 1.0
    await isolation.check(pipeline, NO_BACKENDS, WRITING)
    now = isolation.told(pipeline, OPEN)
    assert now is not None
    assert now.status is ConditionStatus.TRUE
    assert not isolation.is_open(pipeline)


async def test_a_server_that_gives_no_answer_closes_nothing_that_was_open_before_a_start(
    answers: Answers, isolation: Isolation
) -> None:
    pipeline = make.pipeline()
    answers.verdict = Verdict.UNKNOWN
    await isolation.check(pipeline, NO_BACKENDS, WRITING)
    assert isolation.told(pipeline, OPEN) == OPEN
    now = isolation.told(pipeline, PROVEN)
    assert now is not None
    assert now.reason is Reason.UNREACHABLE
    assert isolation.is_open(pipeline), "the other logins were not tried yet"


async def test_what_is_wrong_with_the_canary_is_told_in_place_of_a_proof_and_not_of_an_opening(
    isolation: Isolation,
) -> None:
    kafka = Fake(ConditionType.KAFKA_READY, "kafka", [], defect=Unreachable("Kafka is away"))
    backends: Any = SimpleNamespace(all=lambda: (kafka,))
    tenant = of_uid("first")
    await isolation.check(tenant, backends, WRITING)
    now = isolation.told(tenant, PROVEN)
    assert now is not None
    assert (now.status, now.reason) == (ConditionStatus.UNKNOWN, Reason.DEPENDENCY_NOT_READY)
    assert isolation.told(tenant, OPEN) == OPEN
    assert not isolation.is_open(tenant), "the canary is looked at again by itself"


async def test_a_canary_in_trouble_closes_nothing_that_this_process_found_open(
    answers: Answers, isolation: Isolation, clock: Clock
) -> None:
    kafka = Fake(ConditionType.KAFKA_READY, "kafka", [])
    backends: Any = SimpleNamespace(all=lambda: (kafka,))
    answers.verdict = Verdict.LET_IN
    found = await isolation.check(of_uid("first"), backends, WRITING)
    kafka.defect = Unreachable("Kafka is away")
    clock.now = 1_000_000.0
    assert await isolation.check(of_uid("first"), backends, WRITING) == found
    assert found is not None
    assert found.reason is Reason.LET_IN


def test_an_opening_is_kept_by_a_pass_that_does_not_come_to_isolation() -> None:
    isolation = Isolation(IsolationSettings(), "test-installation")
    assert [isolation.kept(before) for before in (None, PROVEN, OPEN)] == [None, None, OPEN]
    isolation.close()
    switched_off = Isolation(IsolationSettings(enabled=False), "test-installation")
    assert switched_off.kept(OPEN) is None
    switched_off.close()
