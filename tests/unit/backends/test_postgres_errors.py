"""What an error of PostgreSQL is told as."""

from inkwell_operator.backends.postgres.errors import by_code
from inkwell_operator.model.errors import WriteConflict


def test_who_is_in_the_way_of_dropping_a_database_is_told() -> None:
    message = 'database "tenant_acme" is being accessed by other users'
    for detail in (
        "There is 1 other session using the database.",
        "There is 1 prepared transaction using the database.",
    ):
        told = by_code("55006", message, detail)
        assert isinstance(told, WriteConflict)
        assert told.message == f"PostgreSQL: {message}: {detail}"
