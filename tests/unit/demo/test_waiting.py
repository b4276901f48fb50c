"""Waiting ends with what was seen, or with what was waited for."""

import pytest

from inkwell_demo.waiting import WaitedInVain, until


def test_waiting_returns_what_was_seen_in_the_end() -> None:
    looks = iter([None, False, "there"])
    assert until(lambda: next(looks), "it", timeout=5, interval=0) == "there"


def test_waiting_in_vain_says_for_what_and_how_things_stood() -> None:
    with pytest.raises(WaitedInVain, match="waited 0 s for the moon\nit is cloudy"):
        until(lambda: None, "the moon", timeout=0, diagnose=lambda: "it is cloudy")
