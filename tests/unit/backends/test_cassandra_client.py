"""How Cassandra's client connects, gives up and says what is wrong, without a Cassandra."""

import socket
from dataclasses import replace
from typing import Any

import pytest
from cassandra import AuthenticationFailed
from cassandra.cluster import NoHostAvailable

from inkwell_operator.backends.cassandra.client import Client, translate
from inkwell_operator.backends.cassandra.node_names import NodeNames
from inkwell_operator.backends.server import ServerLimits
from inkwell_operator.model.errors import AccessDenied, Unreachable
from inkwell_operator.model.targets import CassandraTarget
from support import make

QUICK = ServerLimits(deadline_seconds=0.5, at_once=8, failures=100)
LONGEST_PAUSE_SECONDS = 10
ADMIN = replace(make.ADMIN, ca_pem="", secret="cassandra-admin")


async def test_a_node_that_was_away_is_tried_again_after_seconds_however_long_it_was() -> None:
    client = Client(CassandraTarget(("127.0.0.1:1",), "datacenter1", 1, ADMIN), QUICK)
    cluster = client._cluster()
    pauses = cluster.reconnection_policy.new_schedule()
    assert max(next(pauses) for _ in range(500)) <= LONGEST_PAUSE_SECONDS
    cluster.shutdown()
    await client.aclose()


def no_host(cause: Exception) -> NoHostAvailable:
    return NoHostAvailable("Unable to connect to any servers", {"cassandra:9042": cause})


WRONG: dict[str, tuple[Exception, str]] = {
    "an authority that is not ours": (
        OSError(1, "Last error: [SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate in chain"),
        (
            "Cassandra: its certificate is not trusted; put its authority into ca.crt of Secret "
            "cassandra-admin"
        ),
    ),
    "a certificate for another name": (
        OSError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] Hostname mismatch, not valid for 'cassandra'"),
        (
            "Cassandra: its certificate carries none of the names in spec.cassandra.contactPoints "
            "of the TenantClass; name a node as its certificate does"
        ),
    ),
    "a password that is not ours": (
        AuthenticationFailed("Bad credentials"),
        "Cassandra refused the operator's login of Secret cassandra-admin",
    ),
}


@pytest.mark.parametrize(("cause", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_a_person_must_mend_is_named(cause: Exception, message: str) -> None:
    error = translate(no_host(cause), ADMIN)
    assert isinstance(error, AccessDenied)
    assert error.message == message


def test_a_node_that_refuses_connections_is_unreachable() -> None:
    error = translate(no_host(OSError(111, "Connection refused")), ADMIN)
    assert isinstance(error, Unreachable)


ADDRESSES = {"one.example": ["10.0.0.1"], "two.example": ["10.0.0.2", "fd00::2"]}


@pytest.fixture
def _dns(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(host: str, *_: Any, **__: Any) -> list[Any]:
        if host not in ADDRESSES:
            raise OSError(host)
        return [(0, 0, 0, "", (address, 0)) for address in ADDRESSES[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.usefixtures("_dns")
@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("10.0.0.1", "one.example"),
        ("10.0.0.2", "two.example"),
        ("fd00::2", "two.example"),
        ("10.0.0.9", "one.example"),
        ("away.example", "away.example"),
    ],
)
def test_a_node_is_asked_for_the_name_that_leads_to_it_or_else_the_first(
    address: str, name: str
) -> None:
    points = ("one.example:9042", "away.example:9042", "two.example:9042")
    assert NodeNames(points).name_of(address) == name
