"""What erasing documents in Cassandra takes for done, and what it takes for trouble."""

from typing import Any
from uuid import uuid4

import pytest
from cassandra import InvalidRequest

from inkwell_operator.backends.cassandra.apply import Writer
from inkwell_operator.backends.cassandra.client import translate
from inkwell_operator.model.errors import DependencyNotReady
from support import make

AWAY = DependencyNotReady("Cassandra: data centre dc2 is not one of dc1")


def invalid(message: str) -> Exception:
    """Return what the client makes of a server's words."""
    words = f'Error from server: code=2200 [Invalid query] message="{message}"'
    return translate(InvalidRequest(words), make.ADMIN)


class Failing:
    """A client whose every deletion fails."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def execute(self, statement: str, _: Any = ()) -> list[tuple[Any, ...]]:
        assert statement.startswith("DELETE")
        raise self._error


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
    writer = Writer(Failing(error), {})  # type: ignore[arg-type]  # all it calls
    with pytest.raises(DependencyNotReady):
        await writer.erase("tenant_acme", [str(uuid4())])


@pytest.mark.parametrize(
    "message", ["keyspace tenant_acme does not exist", "table pages does not exist"]
)
async def test_a_table_that_is_gone_took_its_rows_along(message: str) -> None:
    writer = Writer(Failing(invalid(message)), {})  # type: ignore[arg-type]  # all it calls
    await writer.erase("tenant_acme", [str(uuid4())])
