"""What a PostgreSQL that lets nobody in is said to lack, and what to do about it."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from psycopg import sql

from inkwell_operator.backends.postgres import connections
from inkwell_operator.backends.postgres.client import Client
from inkwell_operator.model.errors import AccessDenied, InkwellError, Throttled
from inkwell_operator.model.targets import PostgresTarget, ResolvedClass
from support import make, refusing_postgres
from support.postgres_logins import as_admin

pytestmark = pytest.mark.integration

FROM = 'host "10.244.0.7", user "inkwell_operator", database "inkwell", SSL encryption'
HBA = (
    "pg_hba.conf lets no login of the operator in from where the operator runs; add a hostssl line"
)
FULL = "has no connection left; end sessions or raise max_connections"
RESERVED = "remaining connection slots are reserved for roles with"
REFUSALS: dict[str, tuple[str, str, type[InkwellError], str]] = {
    "no line of pg_hba.conf": ("28000", f"no pg_hba.conf entry for {FROM}", AccessDenied, HBA),
    "a line of pg_hba.conf that rejects": (
        "28000",
        f"pg_hba.conf rejects connection for {FROM}",
        AccessDenied,
        HBA,
    ),
    "all connections in use": ("53300", "sorry, too many clients already", Throttled, FULL),
    "all but those of superusers": (
        "53300",
        f"{RESERVED} the SUPERUSER attribute",
        Throttled,
        FULL,
    ),
    "all but reserved ones": (
        "53300",
        f'{RESERVED} privileges of the "pg_use_reserved_connections" role',
        Throttled,
        FULL,
    ),
    "all of the role's": (
        "53300",
        'too many connections for role "inkwell_operator"',
        Throttled,
        "the operator's role has no connection left; raise its CONNECTION LIMIT",
    ),
    "all of the database's": (
        "53300",
        'too many connections for database "inkwell"',
        Throttled,
        "the database has no connection left; raise its CONNECTION LIMIT",
    ),
    "no such role": (
        "28000",
        'role "inkwell_operator" does not exist',
        AccessDenied,
        "has no such role as the operator's login names; put the right username and password into",
    ),
    "no login": (
        "28000",
        'role "inkwell_operator" is not permitted to log in',
        AccessDenied,
        "the operator's role may not log in; ALTER ROLE ... LOGIN",
    ),
}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_CONNECT_SECONDS", 2)


async def told_by(target: PostgresTarget) -> InkwellError:
    """Return what a client says of a server that lets it in nowhere."""
    opened = Client(target)
    try:
        with pytest.raises(InkwellError) as told:
            await opened.read(("SELECT 1", {}))
    finally:
        await opened.aclose()
    return told.value


@pytest.mark.parametrize("case", REFUSALS)
async def test_a_refusal_says_what_is_wrong_and_what_to_do(tmp_path: Path, case: str) -> None:
    sqlstate, words, kind, wanted = REFUSALS[case]
    with refusing_postgres.opened(tmp_path, sqlstate, words) as (port, ca_file):
        admin = replace(make.ADMIN, ca_file=ca_file)
        told = await told_by(PostgresTarget("127.0.0.1", port, "inkwell", admin))
    assert type(told) is kind
    assert wanted in told.message
    assert told.message.startswith("PostgreSQL: ")


async def test_the_real_server_says_when_a_role_has_no_connection_left(
    resolved: ResolvedClass,
) -> None:
    target, role = resolved.postgres, f"test-full-{uuid4().hex[:8]}"
    name = sql.Identifier(role)
    async with as_admin(target) as session:
        make_it = "CREATE ROLE {} LOGIN PASSWORD 'x' CONNECTION LIMIT 0"
        await session.execute(sql.SQL(make_it).format(name))
        try:
            admin = replace(target.admin, username=role, password="x")
            told = await told_by(replace(target, admin=admin))
        finally:
            await session.execute(sql.SQL("DROP ROLE {}").format(name))
    assert type(told) is Throttled
    assert "the operator's role has no connection left" in told.message
