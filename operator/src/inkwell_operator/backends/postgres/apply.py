"""The writes of the PostgreSQL backend: one function an action, safe to repeat."""

from inkwell_operator.backends.postgres import rows
from inkwell_operator.backends.postgres.actions import (
    ChangeRights,
    CreateSchema,
    DeleteRows,
    DropLogin,
    DropSchema,
    InDatabase,
    MarkSchema,
    Migrate,
    PutLogin,
    Restore,
)
from inkwell_operator.backends.postgres.client import (
    SHARED,
    SQL,
    Client,
    Composable,
    Composed,
    Connection,
    Identifier,
    Literal,
    scram_verifier,
)
from inkwell_operator.backends.postgres.containers import (
    mark_schema,
    may_change_login,
    may_change_schema,
    may_remove_schema,
)
from inkwell_operator.backends.postgres.dependents import refuse_dependents
from inkwell_operator.backends.postgres.drop_login import drop_login
from inkwell_operator.backends.postgres.migrations import (
    TIMEOUT_SECONDS,
    run_migration,
    use_schema,
)
from inkwell_operator.backends.postgres.state import ObjectKind, Right


async def apply(client: Client, action: InDatabase) -> None:
    """Carry out one action, in the database with the tenant's schema.

    Raises:
        NameTaken: what it is about turned out not to be ours.
        InkwellError: it was not done.
    """
    match action:
        case CreateSchema():
            await _create_schema(client, action)
        case MarkSchema():
            await _mark_schema(client, action)
        case Migrate():
            await _migrate(client, action)
        case Restore():
            await _restore(client, action)
        case PutLogin():
            await _put_login(client, action)
        case ChangeRights():
            await _change_rights(client, action)
        case DropLogin():
            await drop_login(client, action)
        case DropSchema():
            await _drop_schema(client, action)
        case DeleteRows():
            await rows.delete_rows(client, action.claim, action.schema, action.pipeline)


async def _create_schema(client: Client, action: CreateSchema) -> None:
    """Make the schema and its mark at once, so that no crash leaves one without the other."""

    async def work(connection: Connection) -> None:
        if await may_change_schema(connection, action.schema, action.claim):
            return
        await connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(action.schema)))
        await mark_schema(connection, action.schema, action.claim, "")

    await client.write(work, action.schema)


async def _mark_schema(client: Client, action: MarkSchema) -> None:
    async def work(connection: Connection) -> None:
        if await may_change_schema(connection, action.schema, action.claim):
            await mark_schema(connection, action.schema, action.claim, action.facts)

    await client.write(work, action.schema)


async def _migrate(client: Client, action: Migrate) -> None:
    """Run a migration, its row in `schema_migrations` and the new mark in one transaction."""

    async def work(connection: Connection) -> None:
        if await may_change_schema(connection, action.schema, action.claim):
            await run_migration(connection, action.schema, action.migration)
            await mark_schema(connection, action.schema, action.claim, action.done)

    await client.write(work, action.schema, deadline_seconds=TIMEOUT_SECONDS)


async def _restore(client: Client, action: Restore) -> None:
    async def work(connection: Connection) -> None:
        if not await may_change_schema(connection, action.schema, action.claim):
            return
        await use_schema(connection, action.schema)
        for statement in action.statements:
            await connection.execute(statement.replace("{schema}", action.schema).encode())

    await client.write(work, action.schema)


async def _put_login(client: Client, action: PutLogin) -> None:
    """Make the login or bring it to what is wanted: password, mark and settings at once."""
    login = action.wanted.login
    name = Identifier(login.name)

    async def work(connection: Connection) -> None:
        exists = await may_change_login(connection, login.name, action.claim)
        verifier = scram_verifier(connection, login.name, action.wanted.password)
        async with connection.pipeline():
            await connection.execute(_role(action, verifier, exists=exists))
            comment = f"{action.claim.mark.to_text()} {login.facts}"
            await connection.execute(SQL("COMMENT ON ROLE {} IS {}").format(name, Literal(comment)))
            for setting in sorted(login.settings):
                key, _, value = setting.partition("=")
                values = SQL(", ").join(Literal(part) for part in value.split(", "))
                await connection.execute(
                    SQL("ALTER ROLE {} SET {} TO {}").format(name, Identifier(key), values)
                )
            for statement in _resets(action, client.database):
                await connection.execute(statement)

    await client.write(work)


def _role(action: PutLogin, verifier: str, *, exists: bool) -> Composed:
    login = action.wanted.login
    name = Identifier(login.name)
    if exists:
        opposites = "".join(f"{_opposite(attribute)} " for attribute in sorted(action.excess))
        head = SQL("ALTER ROLE {} ").format(name) + SQL(opposites)  # keywords out of our own query
    else:
        head = SQL(
            "CREATE ROLE {} LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"
            " NOBYPASSRLS "
        ).format(name)
    return head + SQL("CONNECTION LIMIT {} PASSWORD {} VALID UNTIL 'infinity'").format(
        Literal(login.connection_limit), Literal(verifier)
    )


def _resets(action: PutLogin, database: str) -> list[Composed]:
    name = Identifier(action.wanted.login.name)
    statements = [
        SQL("ALTER ROLE {} RESET {}").format(name, Identifier(key))
        for key in sorted(action.stale_settings)
    ]
    if action.has_database_settings:
        in_database = SQL("ALTER ROLE {} IN DATABASE {} RESET ALL")
        statements.append(in_database.format(name, Identifier(database)))
    statements += [
        SQL("REVOKE {} FROM {}").format(name, Identifier(member))
        for member in sorted(action.members)
    ]
    return statements


async def _change_rights(client: Client, action: ChangeRights) -> None:
    """Revoke and grant; rights on the database by themselves, as all tenants take turns there."""
    changes = sorted(
        [(False, right) for right in action.revoke] + [(True, right) for right in action.grant]
    )
    of_database = [change for change in changes if change[1].kind is ObjectKind.DATABASE]
    of_schema = [change for change in changes if change[1].kind is not ObjectKind.DATABASE]
    for lock, part in ((action.schema, of_schema), (SHARED, of_database)):
        statements = [
            _change(right, action.login, is_granted=is_granted) for is_granted, right in part
        ]
        if statements:
            await _change_some(client, action, statements, lock)


async def _change_some(
    client: Client, action: ChangeRights, statements: list[Composed], lock: str
) -> None:
    async def work(connection: Connection) -> None:
        await may_change_schema(connection, action.schema, action.claim)
        if await may_change_login(connection, action.login, action.claim):
            for statement in statements:
                await connection.execute(statement)

    await client.write(work, lock)


async def _drop_schema(client: Client, action: DropSchema) -> None:
    async def work(connection: Connection) -> None:
        if await may_remove_schema(connection, action.schema, action.claim):
            await refuse_dependents(connection, action.schema)
            await connection.execute(
                SQL("DROP SCHEMA {} CASCADE").format(Identifier(action.schema))
            )

    await client.write(work, action.schema)


def _opposite(attribute: str) -> str:
    return attribute.removeprefix("NO") if attribute.startswith("NO") else f"NO{attribute}"


def _change(right: Right, login: str, *, is_granted: bool) -> Composed:
    role = Identifier(login)
    if right.kind is ObjectKind.ROLE:
        verb = "GRANT {} TO {}" if is_granted else "REVOKE {} FROM {}"
        return SQL(verb).format(Identifier(right.name), role)
    verb = "GRANT {} ON {} TO {}" if is_granted else "REVOKE {} ON {} FROM {} CASCADE"
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
