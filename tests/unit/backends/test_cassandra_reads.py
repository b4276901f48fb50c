"""What a read of Cassandra costs, and what it comes to when something is written meanwhile."""

import asyncio
import json
from typing import Any

import pytest

from inkwell_operator.backends.cassandra import CassandraBackend
from inkwell_operator.backends.cassandra.client import Client
from inkwell_operator.backends.cassandra.observe import Reader
from inkwell_operator.backends.cassandra.state import Kind
from inkwell_operator.backends.grouped_reads import MANY
from support import make

LOGIN = "acme.invoices.ocr"


class Busy:
    """A client of a Cassandra in which a login is marked and granted during the read."""

    def __init__(self) -> None:
        self.has_begun = False

    async def execute(self, statement: str) -> list[tuple[Any, ...]]:
        if "ownership" in statement:
            known, self.has_begun = self.has_begun, True
            row = {"tenant": "acme", "kind": "role", "name": LOGIN, "installation": "i", "uid": "u"}
            return [(json.dumps(row),)] if known else []
        if "resource_role" in statement:
            return [(LOGIN,), ("admin",)]
        if "role_permissions" in statement and "resource IN" in statement:
            return [(LOGIN, "data/tenant_acme/pages", {"SELECT"})]
        return []


async def test_a_login_that_is_made_during_the_read_is_no_stranger() -> None:
    snapshot = await Reader(Busy(), "admin").read(frozenset({"acme"}))  # type: ignore[arg-type]  # all it calls
    granted = snapshot.grants_on("tenant_acme", ())
    assert {grant.role for grant in granted} == {LOGIN}
    assert (Kind.ROLE, LOGIN) in snapshot.marks["acme"]


async def test_many_new_tenants_are_read_at_once_their_logins_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    statements = list[str]()

    async def execute(_: Client, statement: str) -> list[tuple[Any, ...]]:
        statements.append(statement)
        if "system_auth.roles" not in statement:
            return []
        return [("tenant-0.gateway", "", True, False, None)]  # somebody else's, without a mark

    monkeypatch.setattr(Client, "execute", execute)
    backend = CassandraBackend(make.resolved().cassandra)
    wanted = [backend.desire(make.tenant(f"tenant-{number}")) for number in range(MANY)]
    found = await asyncio.gather(*map(backend.observe, wanted))
    assert not [statement for statement in statements if "role IN" in statement]
    assert [list(seen.logins) for seen in found] == [["tenant-0.gateway"], *[[]] * (MANY - 1)]
    await backend.aclose()
