"""What the vault makes of what Cassandra answers, or of an answer that does not come."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Self, cast

import pytest
from cassandra.cluster import NoHostAvailable

from inkwell_gateway.vault import CassandraVault
from inkwell_worker.cassandra_session import CassandraSession
from inkwell_worker.stage import Unavailable


@dataclass
class Server:
    """Answers every statement with these rows, or refuses to prepare any."""

    rows: list[SimpleNamespace] = field(default_factory=list)
    is_away: bool = False

    def session(self) -> Self:
        return self

    def prepared(self, statement: str) -> str:
        if self.is_away:
            raise NoHostAvailable("nobody", {})
        return statement

    def execute_async(self, _prepared: str, _values: tuple[Any, ...]) -> Self:
        return self

    def add_callbacks(self, answered: Callable[[Any], None], _failed: object) -> None:
        answered(self.rows)


def vault(server: Server) -> CassandraVault:
    return CassandraVault(cast("CassandraSession", server))


async def test_a_record_is_its_bytes() -> None:
    server = Server([SimpleNamespace(content='{"é": 1}')])
    assert await vault(server).record(uuid.uuid4(), 1) == '{"é": 1}'.encode()


@pytest.mark.parametrize("rows", [[], [SimpleNamespace(content=None)]])
async def test_a_row_without_content_is_no_record(rows: list[SimpleNamespace]) -> None:
    assert await vault(Server(rows)).record(uuid.uuid4(), 1) is None


async def test_a_server_that_is_away_before_a_statement_is_prepared_is_an_outage() -> None:
    with pytest.raises(Unavailable, match="cassandra-away"):
        await vault(Server(is_away=True)).record(uuid.uuid4(), 1)
