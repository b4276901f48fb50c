"""The writes of the PostgreSQL backend.

One function an action, one transaction each, safe to repeat.
"""

from collections.abc import Collection
from typing import Final

from inkwell_operator.backends.postgres.client import (
    SQL,
    Client,
    Composable,
    Composed,
    Connection,
    Identifier,
    Literal,
)
from inkwell_operator.backends.postgres.desire import EXTENSIONS_SCHEMA
from inkwell_operator.backends.postgres.diff import (
    ChangeRights,
    CreateSchema,
    DeleteRows,
    DropLogin,
    DropSchema,
    Migrate,
    PutLogin,
)
from inkwell_operator.backends.postgres.queries import TABLES_WITH_PIPELINE
from inkwell_operator.backends.postgres.state import Mark, ObjectKind, Right, read_mark
from inkwell_operator.model.errors import NameTaken

_MIGRATION_TIMEOUT: Final = "10min"


async def create_schema(client: Client, action: CreateSchema) -> None:
    """Make the schema and its mark at once, so that no crash leaves one without the other."""
    async with client.transaction(action.schema) as connection:
        if await _schema_is_ours(connection, action.schema, action.tenant):
            return
        await connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(action.schema)))
        await _mark_schema(connection, action.schema, Mark(action.tenant))


async def migrate(client: Client, action: Migrate) -> None:
    """Run a migration, its row in `schema_migrations` and the new mark in one transaction."""
    migration = action.migration
    async with client.transaction(action.schema) as connection:
        path = [Identifier(action.schema), Identifier(EXTENSIONS_SCHEMA)]
        await connection.execute(SQL("SET LOCAL search_path TO {}, {}").format(*path))
        await connection.execute(
            SQL("SET LOCAL statement_timeout TO {}").format(Literal(_MIGRATION_TIMEOUT))
        )
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations"
            " (number integer PRIMARY KEY, name text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT now())"
        )
        done = await connection.execute(
            "SELECT FROM schema_migrations WHERE number = %s", [migration.number]
        )
        if await done.fetchone() is None:
            await connection.execute(migration.sql.encode())
            await connection.execute(
                "INSERT INTO schema_migrations (number, name) VALUES (%s, %s)",
                [migration.number, migration.name],
            )
            await _mark_schema(connection, action.schema, Mark(action.tenant, action.done))


async def put_login(client: Client, action: PutLogin) -> None:
    """Make the login or bring it to what is wanted: password, mark and settings at once."""
    login = action.wanted.login
    verifier = await client.scram_verifier(login.name, action.wanted.password)
    name = Identifier(login.name)
    async with client.transaction() as connection:
        if await _login_is_ours(connection, login.name, action.tenant):
            wishes = "".join(f"{_opposite(attribute)} " for attribute in sorted(action.excess))
            head = SQL("ALTER ROLE {} ").format(name) + SQL(wishes)
        else:
            head = SQL(
                "CREATE ROLE {} LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"
                " NOBYPASSRLS "
            ).format(name)
        async with connection.pipeline():
            limits = SQL("CONNECTION LIMIT {} PASSWORD {}").format(
                Literal(login.connection_limit), Literal(verifier)
            )
            await connection.execute(head + limits)
            await connection.execute(
                SQL("COMMENT ON ROLE {} IS {}").format(name, Literal(str(login.mark)))
            )
            for setting in sorted(login.settings):
                key, _, value = setting.partition("=")
                values = SQL(", ").join(Literal(part) for part in value.split(", "))
                await connection.execute(
                    SQL("ALTER ROLE {} SET {} TO {}").format(name, Identifier(key), values)
                )
            for key in sorted(action.stale_settings):
                await connection.execute(
                    SQL("ALTER ROLE {} RESET {}").format(name, Identifier(key))
                )


async def change_rights(client: Client, action: ChangeRights) -> None:
    """Revoke and grant; rights on the database come last, as all tenants wait for its lock."""
    changes = [(right, False) for right in action.revoke] + [
        (right, True) for right in action.grant
    ]
    changes.sort(key=lambda change: (change[0].kind is ObjectKind.DATABASE, change[1], change[0]))
    async with client.transaction(action.schema) as connection:
        for right, is_granted in changes:
            if right.kind is ObjectKind.DATABASE:
                await client.lock_database(connection)
            await connection.execute(_change(right, action.login, is_granted=is_granted))


async def drop_login(client: Client, action: DropLogin) -> None:
    """End the login's sessions and drop it with all of its rights."""
    name = Identifier(action.login)
    async with client.transaction(action.schema) as connection:
        if not await _login_is_ours(connection, action.login, action.tenant):
            return
        await connection.execute(SQL("ALTER ROLE {} NOLOGIN").format(name))
        # Ending sessions and DROP OWNED ask for membership; the operator, as its creator, may give
        # it to itself.
        await connection.execute(
            SQL("GRANT {} TO CURRENT_USER WITH INHERIT TRUE, SET FALSE").format(name)
        )
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s",
            [action.login],
        )
        await client.lock_database(connection)
        await connection.execute(SQL("DROP OWNED BY {}").format(name))
        await connection.execute(SQL("DROP ROLE {}").format(name))


async def drop_schema(client: Client, action: DropSchema) -> None:
    """Drop the schema and all in it, when it is the tenant's."""
    async with client.transaction(action.schema) as connection:
        if await _schema_is_ours(connection, action.schema, action.tenant):
            await connection.execute(
                SQL("DROP SCHEMA {} CASCADE").format(Identifier(action.schema))
            )


async def delete_rows(client: Client, action: DeleteRows) -> None:
    """Delete a pipeline's rows from every table of the schema that has a column `pipeline`."""
    async with client.transaction(action.schema) as connection:
        if not await _schema_is_ours(connection, action.schema, action.tenant):
            return
        tables = await connection.execute(TABLES_WITH_PIPELINE, {"schema": action.schema})
        for (table,) in await tables.fetchall():
            name = Identifier(action.schema, table)
            await connection.execute(
                SQL("DELETE FROM {} WHERE pipeline = %s").format(name), [action.pipeline]
            )


async def pipeline_has_rows(client: Client, schema: str, pipeline: str) -> bool:
    """Say whether any table of the schema holds a row of the pipeline."""
    async with client.transaction() as connection:
        tables = await connection.execute(TABLES_WITH_PIPELINE, {"schema": schema})
        for (table,) in await tables.fetchall():
            name = Identifier(schema, table)
            row = await connection.execute(
                SQL("SELECT FROM {} WHERE pipeline = %s LIMIT 1").format(name), [pipeline]
            )
            if await row.fetchone() is not None:
                return True
    return False


async def document_ids(client: Client, schema: str, pipeline: str, limit: int) -> tuple[str, ...]:
    """Return the ids of at most `limit` documents; none when there is no such schema or table."""
    async with client.transaction() as connection:
        if not await _has_documents(connection, schema):
            return ()
        rows = await connection.execute(
            SQL(
                "SELECT document_id FROM {} WHERE pipeline = %s ORDER BY document_id LIMIT %s"
            ).format(Identifier(schema, "documents")),
            [pipeline, limit],
        )
        return tuple(str(row[0]) for row in await rows.fetchall())


async def count_documents(client: Client, schema: str, pipeline: str) -> int:
    """Return how many documents a pipeline has; none when there is no such schema or table."""
    async with client.transaction() as connection:
        if not await _has_documents(connection, schema):
            return 0
        query = SQL("SELECT count(*) FROM {} WHERE pipeline = %s")
        rows = await connection.execute(query.format(Identifier(schema, "documents")), [pipeline])
        return int((await rows.fetchone() or (0,))[0])


async def delete_documents(
    client: Client, schema: str, pipeline: str, ids: Collection[str]
) -> None:
    """Delete documents of a pipeline; what else is known of them goes by its foreign key."""
    async with client.transaction(schema) as connection:
        await connection.execute(
            SQL("DELETE FROM {} WHERE pipeline = %s AND document_id = ANY (%s::uuid[])").format(
                Identifier(schema, "documents")
            ),
            [pipeline, list(ids)],
        )


async def _has_documents(connection: Connection, schema: str) -> bool:
    exists = await connection.execute("SELECT to_regclass(%s)", [f"{schema}.documents"])
    return (await exists.fetchone() or (None,))[0] is not None


async def _schema_is_ours(connection: Connection, schema: str, tenant: str) -> bool:
    found = await connection.execute(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", [schema]
    )
    return _is_ours(await found.fetchone(), f"schema {schema}", tenant)


async def _login_is_ours(connection: Connection, login: str, tenant: str) -> bool:
    found = await connection.execute(
        "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = %s", [login]
    )
    return _is_ours(await found.fetchone(), f"login {login}", tenant)


def _is_ours(row: tuple[str | None] | None, what: str, tenant: str) -> bool:
    """Say whether it exists.

    The mark may have gone since the plan was made, so it is looked at once more.
    """
    if row is None:
        return False
    mark = read_mark(row[0])
    if mark is None or mark.tenant != tenant:
        raise NameTaken(f"{what} exists in PostgreSQL without the mark of tenant {tenant}")
    return True


async def _mark_schema(connection: Connection, schema: str, mark: Mark) -> None:
    await connection.execute(
        SQL("COMMENT ON SCHEMA {} IS {}").format(Identifier(schema), Literal(str(mark)))
    )


def _opposite(attribute: str) -> str:
    return attribute.removeprefix("NO") if attribute.startswith("NO") else f"NO{attribute}"


def _change(right: Right, login: str, *, is_granted: bool) -> Composed:
    role = Identifier(login)
    if right.kind is ObjectKind.ROLE:
        verb = "GRANT {} TO {}" if is_granted else "REVOKE {} FROM {}"
        return SQL(verb).format(Identifier(right.name), role)
    verb = "GRANT {} ON {} TO {}" if is_granted else "REVOKE {} ON {} FROM {}"
    return SQL(verb).format(_privilege(right), _object(right), role)


def _privilege(right: Right) -> Composable:
    word = SQL(right.privilege)  # a keyword, from the catalogue or from our own table
    return (
        word
        if right.kind is not ObjectKind.COLUMN
        else word + SQL(" ({})").format(Identifier(right.column))
    )


def _object(right: Right) -> Composable:
    match right.kind:
        case ObjectKind.DATABASE:
            return SQL("DATABASE {}").format(Identifier(right.name))
        case ObjectKind.SCHEMA:
            return SQL("SCHEMA {}").format(Identifier(right.name))
        case ObjectKind.ROUTINE:
            return SQL("ROUTINE {}").format(SQL(right.name))  # quoted by the server itself
        case _:
            return SQL("TABLE {}").format(Identifier(right.schema, right.name))
