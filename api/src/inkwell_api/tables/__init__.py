"""The tables of a tenant in PostgreSQL and Cassandra, and which stage may do what with them.

The operator makes them (no worker login may change a table) and the stages use them.
"""

from dataclasses import dataclass
from importlib import resources
from typing import Final

from inkwell_api.names import Stage
from inkwell_api.tables.cassandra import CASSANDRA_GRANTS, CASSANDRA_TABLES, CassandraTable

__all__ = [
    "CASSANDRA_GRANTS",
    "CASSANDRA_TABLES",
    "POSTGRES_GRANTS",
    "CassandraTable",
    "Migration",
    "PostgresGrant",
    "postgres_migrations",
]


@dataclass(frozen=True, slots=True, order=True)
class Migration:
    """One step of the PostgreSQL schema; run once, with the tenant's schema as `search_path`."""

    number: int
    name: str
    sql: str


def postgres_migrations() -> tuple[Migration, ...]:
    """Return the migrations in order; numbers start at 1 and have no gap."""
    files = resources.files(__package__).joinpath("postgres").iterdir()
    return tuple(
        sorted(
            Migration(int(file.name[:4]), file.name.removesuffix(".sql"), file.read_text("utf-8"))
            for file in files
            if file.name.endswith(".sql")
        )
    )


@dataclass(frozen=True, slots=True)
class PostgresGrant:
    """Privileges of one stage on one table; `columns` narrows INSERT or UPDATE where not empty."""

    table: str
    privilege: str
    columns: tuple[str, ...] = ()


def _grants(table: str, *privileges: str) -> tuple[PostgresGrant, ...]:
    return tuple(PostgresGrant(table, privilege) for privilege in privileges)


POSTGRES_GRANTS: Final[dict[Stage, tuple[PostgresGrant, ...]]] = {
    Stage.GATEWAY: (
        *_grants("documents", "SELECT", "INSERT"),
        PostgresGrant("documents", "UPDATE", ("published_at",)),
        *_grants("document_history", "SELECT", "INSERT"),
        *_grants("results", "SELECT"),
        *_grants("result_history", "SELECT"),
        *_grants("allowed_transitions", "SELECT"),
    ),
    Stage.ARCHIVE: (
        *_grants("documents", "SELECT"),
        PostgresGrant(
            "documents",
            "UPDATE",
            (
                "state",
                "page_count",
                "pages_sha256",
                "failure_stage",
                "failure_cause",
                "failure_detail",
                "updated_at",
            ),
        ),
        *_grants("document_history", "SELECT", "INSERT"),
        *_grants("results", "SELECT", "INSERT"),
        PostgresGrant(
            "results",
            "UPDATE",
            (
                "version",
                "result",
                "fields",
                "findings",
                "engine",
                "model",
                "extraction_sha256",
                "archived_at",
            ),
        ),
        *_grants("result_history", "SELECT", "INSERT"),
        *_grants("inbox", "SELECT", "INSERT"),
        *_grants("outbox", "SELECT", "INSERT"),
        PostgresGrant("outbox", "UPDATE", ("published_at",)),
        *_grants("outbox_relay", "SELECT", "INSERT"),
        PostgresGrant("outbox_relay", "UPDATE", ("pipeline",)),
        *_grants("allowed_transitions", "SELECT"),
    ),
}
"""Stages that are not named here have no PostgreSQL login.

Row security narrows each login to its own pipeline. It does not narrow LOCK TABLE, which asks for
UPDATE or DELETE on the whole table: so none of them has either, but UPDATE of columns alone.
"""
