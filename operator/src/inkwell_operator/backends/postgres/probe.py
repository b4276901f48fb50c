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


async def probe(target: PostgresTarget, login: Credential, canary: Canary) -> tuple[Probe, ...]:
    """Try to read a table of the canary's schema."""
    what = f"reads {canary.schema}.documents in PostgreSQL"
    return (Probe(what, await _verdict(target, login, canary)),)


async def _verdict(target: PostgresTarget, login: Credential, canary: Canary) -> Verdict:
    parameters: dict[str, Any] = {
        "host": target.host,
        "port": target.port,
        "dbname": target.database,
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
            await _read(parameters, canary)
    except psycopg.Error as error:
        return Verdict.REFUSED if error.sqlstate == _REFUSED else Verdict.UNKNOWN
    except TimeoutError:
        return Verdict.UNKNOWN
    return Verdict.LET_IN


async def _read(parameters: dict[str, Any], canary: Canary) -> None:
    connection = await psycopg.AsyncConnection.connect(**parameters)
    try:
        await connection.execute(f"SELECT FROM {canary.schema}.documents LIMIT 1")
    finally:
        await connection.close()  # no word to the server, which may hang
