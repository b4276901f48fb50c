from collections import Counter

import pytest

from support.chaos.plan import LONGEST_PAUSE, SHORTEST_PAUSE, Target, draw


def test_a_seed_gives_one_plan() -> None:
    assert draw(7, 50) == draw(7, 50)
    assert draw(7, 50) != draw(8, 50)


@pytest.mark.parametrize("count", [9, 24, 200])
def test_every_target_is_hit(count: int) -> None:
    plan = draw(1, count)
    assert len(plan) == count
    assert {kill.target for kill in plan} == set(Target)


def test_stages_are_hit_most() -> None:
    hits = Counter(kill.target for kill in draw(1, 400))
    assert min(hits[Target.GATEWAY], hits[Target.OCR]) > max(hits[Target.KAFKA], hits[Target.REDIS])


def test_a_plan_is_bounded_in_time() -> None:
    pauses = [kill.pause for kill in draw(3, 200)]
    assert min(pauses) >= SHORTEST_PAUSE
    assert max(pauses) <= LONGEST_PAUSE
