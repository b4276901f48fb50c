import http.client
import threading
from dataclasses import replace
from http import HTTPStatus

import pytest

from inkwell_operator.health import Health
from inkwell_operator.probes import probe_server

WELL = Health(
    pulse_age=lambda: 0.1,
    stalled_seconds=lambda: 0.0,
    stuck_seconds=600,
    is_leading=lambda: True,
    look_age=lambda: 1.0,
    is_served=lambda: True,
    is_synced=lambda: True,
)


def test_a_leader_that_works_is_well() -> None:
    assert WELL.ailments() == WELL.obstacles() == []


def test_a_loop_that_stands_still_is_found() -> None:
    ill = replace(WELL, pulse_age=lambda: 31.0)
    assert ill.ailments() == ["the event loop stands still"]
    assert ill.obstacles() == ill.ailments()


def test_a_queue_that_hangs_is_found_in_the_leader_alone() -> None:
    ill = replace(WELL, stalled_seconds=lambda: 601.0)
    assert ill.ailments()
    assert replace(ill, is_leading=lambda: False).ailments() == []


def test_before_everything_was_listed_a_replica_lives_and_is_not_ready() -> None:
    early = replace(WELL, is_synced=lambda: False)
    assert early.ailments() == []
    assert early.obstacles() == ["not every object has been listed yet"]


def test_an_operator_without_its_kinds_says_what_to_apply() -> None:
    (obstacle,) = replace(WELL, is_served=lambda: False, is_synced=lambda: False).obstacles()
    assert "apply the CRDs" in obstacle


def test_a_standby_is_ready_while_it_sees_the_lease() -> None:
    standby = replace(WELL, is_leading=lambda: False)
    assert standby.obstacles() == []
    assert replace(standby, look_age=lambda: 21.0).obstacles()


@pytest.mark.enable_socket
def test_probes_are_answered_by_a_thread_of_their_own() -> None:
    wrong: list[str] = []
    with probe_server(0, {"/healthz": lambda: wrong}, host="127.0.0.1") as port:
        assert _get(port, "/healthz") == (HTTPStatus.OK, "ok\n")
        wrong.append("the event loop stands still")
        assert _get(port, "/healthz") == (
            HTTPStatus.SERVICE_UNAVAILABLE,
            "the event loop stands still\n",
        )
        assert _get(port, "/readyz")[0] == HTTPStatus.NOT_FOUND
        assert any(thread.name == "probes" for thread in threading.enumerate())


def _get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()
