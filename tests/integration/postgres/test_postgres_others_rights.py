"""What others give on what is theirs keeps no tenant of PostgreSQL from being as specified."""

from typing import LiteralString

import pytest
from psycopg import sql

from inkwell_api import names
from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.backends.run import Outcome, converge
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedTenant
from support import backend_services as services
from support.postgres_logins import as_admin, as_login, count, upload

pytestmark = pytest.mark.integration

GIFTS: dict[str, tuple[LiteralString, ...]] = {
    "default privileges": ("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {login}",),
    "a temporary table": (
        "CREATE TEMPORARY TABLE theirs (x int)",
        "GRANT SELECT, UPDATE (x) ON theirs TO {login}",
    ),
    "a policy": (
        "CREATE TEMPORARY TABLE theirs (x int)",
        "CREATE POLICY theirs ON theirs TO {login}",
    ),
}


async def as_at_the_next_resync(resolved: ResolvedClass, tenant: ValidatedTenant) -> Outcome:
    later = PostgresBackend(resolved.postgres)
    try:
        return await converge(later, later.desire(tenant))
    finally:
        await later.aclose()


async def allow_temporary_tables(resolved: ResolvedClass, tenant: ValidatedTenant) -> None:
    """Let a login do what PUBLIC may where nobody took it away."""
    grant: LiteralString = "GRANT TEMPORARY ON DATABASE {} TO {}"
    database = sql.Identifier(resolved.postgres.database)
    login = sql.Identifier(tenant.gateway.principal)
    async with as_admin(resolved.postgres) as admin:
        await admin.execute(sql.SQL(grant).format(database, login))


def mended(outcome: Outcome) -> list[str]:
    """Return the steps but those that share connections anew: other logins come and go."""
    return [step for step in outcome.applied if ": connection limit " not in step]


@pytest.mark.parametrize("statements", GIFTS.values(), ids=GIFTS.keys())
async def test_what_a_hostile_login_gives_is_told_and_hinders_no_mending(
    opened: PostgresBackend,
    resolved: ResolvedClass,
    tenant: ValidatedTenant,
    statements: tuple[LiteralString, ...],
) -> None:
    hostile = services.tenant(resolved)
    victim = sql.Identifier(tenant.gateway.principal)
    table = sql.Identifier(names.schema(tenant.name), "documents")
    async with (
        services.made((opened,), hostile),
        as_login(resolved.postgres, hostile.gateway) as session,
    ):
        await allow_temporary_tables(resolved, hostile)
        for statement in statements:
            await session.execute(sql.SQL(statement).format(login=victim))
        async with as_admin(resolved.postgres) as admin:
            await admin.execute(sql.SQL("REVOKE SELECT ON {} FROM {}").format(table, victim))
        outcome = await as_at_the_next_resync(resolved, tenant)
        assert (outcome.error, outcome.refusals) == (None, ())
        assert mended(outcome) == [
            f"~ rights of login {tenant.gateway.principal}: +SELECT on documents"
        ]
        assert "holds what others gave it" in outcome.notes[0]
        again = await as_at_the_next_resync(resolved, tenant)
        assert (mended(again), again.refusals) == ([], ())


@pytest.mark.parametrize("statements", GIFTS.values(), ids=GIFTS.keys())
async def test_what_a_hostile_login_gives_keeps_no_login_from_going(
    opened: PostgresBackend,
    resolved: ResolvedClass,
    tenant: ValidatedTenant,
    statements: tuple[LiteralString, ...],
) -> None:
    hostile = services.tenant(resolved)
    async with (
        services.made((opened,), hostile),
        as_login(resolved.postgres, hostile.gateway) as session,
    ):
        await allow_temporary_tables(resolved, hostile)
        for statement in statements:
            login = sql.Identifier(tenant.gateway.principal)
            await session.execute(sql.SQL(statement).format(login=login))
        await converge(opened, opened.desire(services.absent(tenant)))
        async with as_admin(resolved.postgres) as admin:
            found = await admin.execute(
                "SELECT rolname FROM pg_roles WHERE rolname = %s UNION ALL"
                " SELECT roleid::regrole::text FROM pg_auth_members"
                " WHERE member = current_user::regrole AND inherit_option AND roleid = %s::regrole",
                [tenant.gateway.principal, f'"{hostile.gateway.principal}"'],
            )
            assert await found.fetchall() == [], "it is gone, and nothing of the giver was kept"


async def test_however_much_a_hostile_login_gives_some_of_it_is_read_and_told(
    opened: PostgresBackend, resolved: ResolvedClass, tenant: ValidatedTenant
) -> None:
    hostile, login = services.tenant(resolved), sql.Identifier(tenant.gateway.principal)
    async with (
        services.made((opened,), hostile),
        as_login(resolved.postgres, hostile.gateway) as session,
    ):
        await allow_temporary_tables(resolved, hostile)
        await session.execute("CREATE TEMPORARY TABLE theirs (x int)")
        for number in range(30):
            policy = sql.Identifier(f"p{number}")
            await session.execute(sql.SQL("CREATE POLICY {} ON theirs TO {}").format(policy, login))
        later = PostgresBackend(resolved.postgres)
        try:
            seen = await later.observe(later.desire(tenant))
        finally:
            await later.aclose()
        assert len(seen.logins[tenant.gateway.principal].others_rights) < 10
        (note,) = (await as_at_the_next_resync(resolved, tenant)).notes
        assert note.endswith(" and more")


async def test_rights_on_what_others_keep_in_the_schema_are_told_and_hinder_no_mending(
    resolved: ResolvedClass, tenant: ValidatedTenant
) -> None:
    schema = sql.Identifier(names.schema(tenant.name))
    login = sql.Identifier(tenant.gateway.principal)
    async with as_admin(resolved.postgres) as admin:
        for statement in (
            "CREATE ROLE {owner} NOLOGIN",
            "GRANT {owner} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE",
            "GRANT CREATE, USAGE ON SCHEMA {schema} TO {owner}",
            "SET ROLE {owner}",
            "CREATE TABLE {schema}.theirs (pipeline text)",
            "INSERT INTO {schema}.theirs VALUES ('invoices')",
            "GRANT SELECT ON {schema}.theirs TO PUBLIC",
            "GRANT SELECT ON {schema}.theirs TO {login}",
            "RESET ROLE",
            "GRANT SELECT ON {schema}.documents TO PUBLIC",
            "GRANT DELETE ON {schema}.documents TO {login}",
        ):
            text: LiteralString = statement
            owner = sql.Identifier(f"{tenant.name}_owner")
            await admin.execute(sql.SQL(text).format(owner=owner, schema=schema, login=login))
        try:
            outcome = await as_at_the_next_resync(resolved, tenant)
            assert (outcome.error, outcome.refusals) == (None, ())
            assert [words for note in outcome.notes if (words := note.partition(" ")[0])] == [
                "login",
                "others",
            ]
            again = await as_at_the_next_resync(resolved, tenant)
            assert (again.applied, again.refusals) == ((), ())
        finally:
            for statement in (
                "GRANT {owner} TO CURRENT_USER WITH INHERIT TRUE",
                "DROP OWNED BY {owner}",
                "DROP ROLE {owner}",
            ):
                text = statement
                await admin.execute(sql.SQL(text).format(owner=owner))


@pytest.mark.parametrize("owner", ["operator", "another"])
async def test_rows_of_what_others_keep_in_the_schema_are_neither_erased_nor_in_the_way(
    opened: PostgresBackend, resolved: ResolvedClass, tenant: ValidatedTenant, owner: str
) -> None:
    await upload(resolved.postgres, tenant, "invoices")
    schema = sql.Identifier(names.schema(tenant.name))
    role = sql.Identifier(f"{tenant.name}_owner")
    async with as_admin(resolved.postgres) as admin:
        for statement in (
            "CREATE ROLE {role} NOLOGIN",
            "GRANT {role} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE",
            "GRANT CREATE, USAGE ON SCHEMA {schema} TO {role}",
            "SET ROLE {role}" if owner == "another" else "RESET ROLE",
            "CREATE TABLE {schema}.theirs (pipeline text)",
            "INSERT INTO {schema}.theirs VALUES ('invoices')",
        ):
            text: LiteralString = statement
            await admin.execute(sql.SQL(text).format(role=role, schema=schema))
        try:
            gone = services.absent(services.pipeline(tenant, "invoices"))
            await converge(opened, opened.desire(gone))
            assert await count(resolved.postgres, tenant) == 0
            found = await admin.execute(sql.SQL("SELECT FROM {}.theirs").format(schema))
            assert found.rowcount == 1
        finally:
            for statement in (
                "RESET ROLE",
                "GRANT {role} TO CURRENT_USER WITH INHERIT TRUE",
                "DROP OWNED BY {role}",
                "DROP ROLE {role}",
            ):
                text = statement
                await admin.execute(sql.SQL(text).format(role=role))
