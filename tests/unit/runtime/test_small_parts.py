from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_worker import tracing
from inkwell_worker.credentials import Credentials
from inkwell_worker.retry import Backoff
from inkwell_worker.stage import Unavailable

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_delay_grows_and_is_bounded(failures: int, chance: float) -> None:
    backoff = Backoff(first=2, limit=60)
    delay = backoff.delay(failures, lambda: chance)
    assert 1 <= delay <= 60
    assert delay <= backoff.delay(failures + 1, lambda: chance)


def test_a_child_stays_in_its_trace() -> None:
    child = tracing.child_of(PARENT)
    assert child.split("-")[1] == PARENT.split("-")[1]
    assert child.split("-")[2] != PARENT.split("-")[2]


@pytest.mark.parametrize(
    "parent", ["", "rubbish", "00-00000000000000000000000000000000-b7ad6b7169203331-01"]
)
def test_without_a_trace_one_begins(parent: str) -> None:
    assert tracing.checked(parent) == ""
    assert tracing.checked(tracing.child_of(parent))


def test_headers_of_a_record_are_read() -> None:
    assert tracing.trace_parent_of([("other", None), ("traceparent", PARENT.encode())]) == PARENT
    assert tracing.trace_parent_of(None) == ""


def test_a_rotated_password_is_read_and_never_shown(tmp_path: Path) -> None:
    credentials = Credentials(tmp_path)
    with pytest.raises(Unavailable):
        credentials.login()
    (tmp_path / "username").write_text("acme.gateway\n")
    (tmp_path / "password").write_text("one")
    assert credentials.login().password == "one"
    (tmp_path / "password").write_text("two")
    assert credentials.login() == ("acme.gateway", "two")
    assert "two" not in repr(credentials.login())
    assert credentials.optional("llm-api-key") is None
