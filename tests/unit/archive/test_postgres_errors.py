"""What PostgreSQL's errors mean for a document."""

from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from psycopg import errors

from inkwell_archive.postgres import translated
from inkwell_worker.stage import Poison, Retryable, StageError, Unavailable


def refused_by(function: str) -> psycopg.Error:
    """Return a refusal as the server's function of that name raises it."""

    class Refused(errors.InsufficientPrivilege):
        diag: Any = SimpleNamespace(source_function=function)

    return Refused()


@pytest.mark.parametrize(
    ("error", "kind", "cause"),
    [
        (refused_by("ExecWithCheckOptions"), Retryable, "row-refused"),
        (refused_by("aclcheck_error"), Unavailable, "postgres-denied"),
        (errors.UndefinedColumn(), Unavailable, "postgres-away"),
        (errors.AdminShutdown(), Unavailable, "postgres-away"),
        (errors.InvalidColumnReference(), Retryable, "postgres-refused"),
        (errors.ForeignKeyViolation(), Retryable, "postgres-refused"),
        (errors.DataError(), Poison, "unstorable-result"),
    ],
)
def test_a_document_pays_for_what_is_about_it_alone(
    error: psycopg.Error, kind: type[StageError], cause: str
) -> None:
    told = translated(error)
    assert type(told) is kind
    assert isinstance(told, StageError)
    assert told.cause == cause
