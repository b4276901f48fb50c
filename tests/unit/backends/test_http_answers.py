"""What an answer over HTTP asks for."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from inkwell_operator.backends.http_client import error_for
from inkwell_operator.model.errors import Unreachable


def pause(header: str) -> float | None:
    answer = httpx.Response(502, headers=[(b"Retry-After", header.encode("latin-1"))])
    error = error_for(answer, "away", {})
    assert isinstance(error, Unreachable)
    return error.retry_after


@pytest.mark.parametrize("header", ["86400", "9" * 400, "301"])
def test_a_pause_of_a_day_is_one_of_five_minutes(header: str) -> None:
    assert pause(header) == 300


def test_so_is_one_until_tomorrow() -> None:
    assert pause(format_datetime(datetime.now(UTC) + timedelta(days=1))) == 300


def test_a_shorter_one_is_heeded() -> None:
    assert pause("7") == 7


@pytest.mark.parametrize("header", ["", "soon", "\u00b2"])
def test_what_is_no_time_asks_for_nothing(header: str) -> None:
    assert pause(header) is None
