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
    """Try to read a table of the canary's schema, or to enter the database that it has."""
    what = f"reads {canary.schema}.documents in PostgreSQL"
    if target.has_databases:
        what = f"enters database {target.database_of(canary.tenant)} in PostgreSQL"
    return (Probe(what, await _verdict(target, login, canary)),)


async def _verdict(target: PostgresTarget, login: Credential, canary: Canary) -> Verdict:
    parameters: dict[str, Any] = {
        "host": target.host,
        "port": target.port,
        "dbname": target.database_of(canary.tenant),
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
            await _try(parameters, "" if target.has_databases else canary.schema)
    except psycopg.Error as error:
        return Verdict.REFUSED if _is_refusal(target, error) else Verdict.UNKNOWN
    except TimeoutError:
        return Verdict.UNKNOWN
    return Verdict.LET_IN


def _is_refusal(target: PostgresTarget, error: psycopg.Error) -> bool:
    """Say whether the wall answered: that of the database where there is one, else the schema's."""
    if target.has_databases:
        return error.sqlstate is None and _NO_ENTRY in str(error)
    return error.sqlstate == _REFUSED


async def _try(parameters: dict[str, Any], schema: str) -> None:
    """Enter, and read a table of the schema unless entering is all that is tried."""
    connection = await psycopg.AsyncConnection.connect(**parameters)
    try:
        if schema:
            await connection.execute(f"SELECT FROM {schema}.documents LIMIT 1")
    finally:
        await connection.close()  # no word to the server, which may hang
