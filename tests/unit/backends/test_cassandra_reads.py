"""What a read of Cassandra comes to when something is written meanwhile."""

import json
from typing import Any

from inkwell_operator.backends.cassandra.observe import Reader
from inkwell_operator.backends.cassandra.state import Kind

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
