from types import SimpleNamespace
from typing import Any

import pytest
from kafka.errors import (
    GroupAuthorizationFailedError,
    GroupIdNotFoundError,
    KafkaTimeoutError,
    TransactionalIdNotFoundError,
)

from inkwell_operator.backends.cassandra.probe import probe as probe_cassandra
from inkwell_operator.backends.kafka import probe
from inkwell_operator.backends.keycloak.probe import probe as probe_keycloak
from inkwell_operator.model.isolation import Canary, Verdict
from support import make

CANARY = Canary.of("test-installation")
_STRANGE = 3


class Admin:
    """What Kafka says to whoever describes something."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer
        self.is_closed = False

    def _describe(self, _: list[str]) -> Any:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    describe_topics = describe_groups = describe_transactions = _describe

    def send(self, *_: Any) -> Any:
        """Answer a message of the protocol as the calls above; one of entries holds one code."""
        results = [SimpleNamespace(**each) for each in self._describe([])]
        code = results[0].error_code if len(results) == 1 else _STRANGE
        return SimpleNamespace(results=results, error_code=code)

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ([{"error_code": 29}], Verdict.REFUSED),
        (GroupAuthorizationFailedError(), Verdict.REFUSED),
        ([{"error_code": 31}], Verdict.REFUSED),
        ([{"error_code": 0}], Verdict.LET_IN),
        (GroupIdNotFoundError(), Verdict.LET_IN),
        (TransactionalIdNotFoundError(), Verdict.LET_IN),
        ([{"error_code": 29}, {"error_code": 0}], Verdict.UNKNOWN),
        ([{"error_code": _STRANGE}], Verdict.UNKNOWN),
        ([], Verdict.UNKNOWN),
        (KafkaTimeoutError(), Verdict.UNKNOWN),
    ],
)
def test_only_a_refusal_is_one(
    answer: Any, verdict: Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = Admin(answer)
    monkeypatch.setattr(probe, "_connect", lambda *_: admin)
    monkeypatch.setattr(probe, "send", admin.send)
    found = probe.probe(make.resolved().kafka, make.tenant().gateway, CANARY)
    assert [one.verdict for one in found] == [verdict] * 6
    assert admin.is_closed


async def test_an_authority_that_cannot_be_read_proves_nothing() -> None:
    resolved, login = make.resolved(), make.tenant().gateway
    assert "BEGIN" not in resolved.kafka.admin.ca_pem
    found = [
        *probe.probe(resolved.kafka, login, CANARY),
        *probe_cassandra(resolved.cassandra, login, CANARY),
        *await probe_keycloak(resolved.keycloak, login, CANARY),
    ]
    assert {one.verdict for one in found} == {Verdict.UNKNOWN}
