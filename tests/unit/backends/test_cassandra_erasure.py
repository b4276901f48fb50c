"""What erasing documents in Cassandra takes for done, and what it takes for trouble."""

from typing import Any
from uuid import uuid4

import pytest
from cassandra import InvalidRequest
from typing_extensions import override

from inkwell_api.tables import CASSANDRA_TABLES
from inkwell_operator.backends.cassandra.apply import Writer
from inkwell_operator.backends.cassandra.client import translate
from inkwell_operator.model.errors import DependencyNotReady, NameTaken
from support import make

AWAY = DependencyNotReady("Cassandra: data centre dc2 is not one of dc1")


def invalid(message: str) -> Exception:
    """Return what the client makes of a server's words."""
    words = f'Error from server: code=2200 [Invalid query] message="{message}"'
    return translate(InvalidRequest(words), make.ADMIN)


CLAIM = make.tenant().claim
OURS = (CLAIM.mark.installation, CLAIM.mark.uid)
OLD_FORM = (None, None)


class Pretend:
    """A client of a Cassandra with a keyspace, its mark, and the mark of the gateway's login."""

    def __init__(
        self,
        error: Exception | None = None,
        *,
        keyspace: tuple[str | None, ...] | None = OURS,
        gateway: tuple[str | None, ...] | None = OURS,
        exists: bool = True,
    ) -> None:
        self.error = error
        self.marks = {"tenant_acme": keyspace, "acme.gateway": gateway}
        self.exists = exists
        self.deletions = 0

    async def execute(
        self, statement: str, parameters: tuple[str, ...] = ()
    ) -> list[tuple[str | None, ...]]:
        if "ownership" in statement:
            mark = self.marks[parameters[-1]]
            return [] if mark is None else [mark]
        if "system_schema.keyspaces" in statement:
            return [parameters] if self.exists else []
        assert statement.startswith("DELETE")
        self.deletions += 1
        if self.error is not None:
            raise self.error
        return []


def writer_of(client: Pretend) -> Writer:
    return Writer(client, {})  # type: ignore[arg-type]  # all it calls


@pytest.mark.parametrize(
    "error",
    [
        AWAY,
        invalid("Role acme.invoices.ocr doesn't exist"),
        invalid("Undefined column: class not found"),
        invalid("a table nope does not exist, or something like it"),
    ],
)
async def test_what_was_not_erased_is_never_taken_for_erased(error: Exception) -> None:
    with pytest.raises(DependencyNotReady):
        await writer_of(Pretend(error)).erase(CLAIM, [str(uuid4())])


@pytest.mark.parametrize(
    "message", ["keyspace tenant_acme does not exist", "table pages does not exist"]
)
async def test_a_table_that_is_gone_took_its_rows_along(message: str) -> None:
    await writer_of(Pretend(invalid(message))).erase(CLAIM, [str(uuid4())])


STRANGE: dict[str, dict[str, Any]] = {
    "no mark": {"keyspace": None},
    "another installation's": {"keyspace": ("staging", CLAIM.mark.uid)},
    "an earlier Tenant's": {"keyspace": (CLAIM.mark.installation, "uid-of-an-earlier-acme")},
    "what version 0.1 retained": {"keyspace": OLD_FORM, "gateway": None},
}


@pytest.mark.parametrize("strange", STRANGE.values(), ids=STRANGE)
async def test_from_a_keyspace_that_is_not_the_claims_nothing_is_erased(
    strange: dict[str, Any],
) -> None:
    client = Pretend(**strange)
    with pytest.raises(NameTaken, match="keyspace tenant_acme"):
        await writer_of(client).erase(CLAIM, [str(uuid4())])
    client.exists = False  # nor is anything left to erase
    await writer_of(client).erase(CLAIM, [str(uuid4())])
    assert client.deletions == 0


@pytest.mark.parametrize("gateway", [OLD_FORM, OURS])
async def test_a_live_tenant_of_version_0_1_is_erased_from(gateway: tuple[str | None, ...]) -> None:
    client = Pretend(keyspace=OLD_FORM, gateway=gateway)
    await writer_of(client).erase(CLAIM, [str(uuid4())])
    assert client.deletions


async def test_the_mark_is_looked_at_again_before_each_portion() -> None:
    class ChangesHands(Pretend):
        @override
        async def execute(
            self, statement: str, parameters: tuple[str, ...] = ()
        ) -> list[tuple[str | None, ...]]:
            if statement.startswith("DELETE"):
                self.marks["tenant_acme"] = ("staging", "another")
            return await super().execute(statement, parameters)

    client = ChangesHands()
    with pytest.raises(NameTaken):
        await writer_of(client).erase(CLAIM, [str(uuid4()) for _ in range(60)])
    assert client.deletions == len(CASSANDRA_TABLES)
