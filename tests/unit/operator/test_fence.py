import pytest

from inkwell_operator.fence import Fence, Instant
from inkwell_operator.model.errors import NotLeading


class Clocks:
    """Two clocks that a test moves."""

    def __init__(self) -> None:
        self.now = Instant(0, 0)

    def __call__(self) -> Instant:
        return self.now


def test_nothing_is_written_before_the_lease_was_taken() -> None:
    with pytest.raises(NotLeading):
        Fence(7).check()


def test_writes_pass_for_as_long_as_the_last_renewal_is_fresh() -> None:
    clocks = Clocks()
    fence = Fence(7, clocks)
    fence.renew(clocks.now)
    clocks.now = Instant(7, 7)
    fence.check()
    clocks.now = Instant(7.1, 7.1)
    with pytest.raises(NotLeading):
        fence.check()


def test_sleep_of_the_machine_counts_though_one_clock_stood_still() -> None:
    clocks = Clocks()
    fence = Fence(7, clocks)
    fence.renew(clocks.now)
    clocks.now = Instant(0.1, 60)
    with pytest.raises(NotLeading):
        fence.check()


def test_a_renewal_opens_it_again_and_closing_shuts_it_at_once() -> None:
    clocks = Clocks()
    fence = Fence(7, clocks)
    clocks.now = Instant(60, 60)
    fence.renew(clocks.now)
    fence.check()
    fence.close()
    with pytest.raises(NotLeading):
        fence.check()


def test_an_operator_without_other_replicas_always_writes() -> None:
    Fence.open_for_ever().check()
