from collections.abc import Iterator

import pytest

from inkwell_operator import prober as module
from inkwell_operator.isolation import Isolation
from inkwell_operator.settings import IsolationSettings
from support.isolation_world import Answers, Clock


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    made = Answers()
    for name in ("probe_kafka", "probe_cassandra"):
        monkeypatch.setattr(module, name, made.blocking)
    for name in ("probe_postgres", "probe_keycloak"):
        monkeypatch.setattr(module, name, made.awaited)
    return made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def isolation(clock: Clock) -> Iterator[Isolation]:
    made = Isolation(IsolationSettings(), "test-installation", clock)
    yield made
    made.close()
