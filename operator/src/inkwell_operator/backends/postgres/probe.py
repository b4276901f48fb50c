"""Tries to reach the canary in PostgreSQL with a tenant's login."""

import asyncio
from typing import Any, Final

import psycopg

from inkwell_operator.model.isolation import Canary, Probe, Verdict
from inkwell_operator.model.targets import PostgresTarget
from inkwell_operator.model.validate import Credential

_SECONDS: Final = 10
_REFUSED: Final = "42501"
"""Insufficient privilege."""
_NO_ENTRY: Final = "permission denied for database"
"""A connection that cannot be opened has no code; the password was right before this is said."""


async def probe(target: PostgresTarget, login: Credential, canary: Canary) -> tuple[Probe, ...]:
    """Try to read a table of the canary's schema, or to enter any database but the tenant's own.

    Those are the canary's and the class's, in which logins of all tenants would meet.
    """
    if not target.has_databases:
        what = f"reads {canary.schema}.documents in PostgreSQL"
        return (Probe(what, await _verdict(target, login, target.database, canary.schema)),)
    databases = (target.database_of(canary.tenant), target.database)
    return tuple(
        [
            Probe(f"enters database {name} in PostgreSQL", await _verdict(target, login, name))
            for name in databases
        ]
    )


async def _verdict(
    target: PostgresTarget, login: Credential, database: str, schema: str = ""
) -> Verdict:
    parameters: dict[str, Any] = {
        "host": target.host,
        "port": target.port,
        "dbname": database,
        "user": login.principal,
        "password": login.password,
        "sslmode": "verify-full",
        "sslrootcert": str(target.admin.ca_file) if target.admin.ca_file else "system",
        "connect_timeout": _SECONDS,
        "application_name": "inkwell-operator-probe",
        "options": f"-c statement_timeout={_SECONDS}s",
    }
    try:
        # For a server that hangs; psycopg then spends up to 10 s more to cancel the query.
        async with asyncio.timeout(2 * _SECONDS):
            await _try(parameters, schema)
    except psycopg.Error as error:
        return Verdict.REFUSED if _is_refusal(error, schema) else Verdict.UNKNOWN
    except TimeoutError:
        return Verdict.UNKNOWN
    return Verdict.LET_IN


def _is_refusal(error: psycopg.Error, schema: str) -> bool:
    """Say whether the wall answered: the schema's or, where none is tried, the database's."""
    if schema:
        return error.sqlstate == _REFUSED
    return error.sqlstate is None and _NO_ENTRY in str(error)


async def _try(parameters: dict[str, Any], schema: str) -> None:
    """Enter, and read a table of the schema unless entering is all that is tried."""
    connection = await psycopg.AsyncConnection.connect(**parameters)
    try:
        if schema:
            await connection.execute(f"SELECT FROM {schema}.documents LIMIT 1")
    finally:
        await connection.close()  # no word to the server, which may hang
