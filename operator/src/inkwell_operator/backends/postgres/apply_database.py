"""The writes on a tenant's own database, from a session in the class's database."""

from typing import Final, LiteralString

from inkwell_operator.backends.postgres.actions import (
    DatabaseAction,
    DropDatabase,
    PutDatabase,
)
from inkwell_operator.backends.postgres.client import (
    SQL,
    Client,
    Composed,
    Connection,
    Identifier,
    Literal,
)
from inkwell_operator.backends.postgres.observe_databases import database_now
from inkwell_operator.backends.postgres.state import NO_LIMIT, UNFINISHED_LIMIT, Database
from inkwell_operator.model.errors import AccessDenied, NameTaken, Refused
from inkwell_operator.model.ownership import Claim, Ownership, judge, may_remove

_MOST_NAMED: Final = 5
_END_SESSIONS: Final[LiteralString] = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = %s AND pg_has_role(current_user, usesysid, 'USAGE')
"""
# What is part of another is dropped with it; what belongs to an extension holds nobody's rows. Only
# what a whole object is part of counts: columns of a partition key belong to their own table.
_LEFT: Final[LiteralString] = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
  AND NOT starts_with(n.nspname, 'pg_') AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                  AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype IN ('e', 'a', 'i'))
UNION ALL SELECT 'large object ' || oid FROM pg_largeobject_metadata
ORDER BY 1
"""


async def apply_database(client: Client, action: DatabaseAction) -> None:
    """Carry out one action, from the class's database.

    Raises:
        InkwellError: it was not done.
    """
    match action:
        case PutDatabase():
            await _put_database(client, action)
        case DropDatabase():
            await _drop_database(client, action)


async def _put_database(client: Client, action: PutDatabase) -> None:
    """Make the database or bring it to what is wanted.

    Until it has its mark and PUBLIC has no rights in it, it lets nobody in; so what a crash leaves
    unfinished is known for what it is, and empty.

    Raises:
        NameTaken: there is one, and it is not the claim's.
        AccessDenied: the operator's login may not make databases.
    """

    async def exists(connection: Connection) -> bool:
        return await _may_change(connection, action.database, action.claim)

    async def work(connection: Connection) -> None:
        if not await _may_change(connection, action.database, action.claim):
            return
        for statement in _settings(action):
            await connection.execute(statement)

    if not await client.look(exists):
        await _create(client, action.database)
    await client.write(work, action.database)


async def _create(client: Client, database: str) -> None:
    statement = SQL("CREATE DATABASE {} ALLOW_CONNECTIONS false CONNECTION LIMIT {}").format(
        Identifier(database), Literal(UNFINISHED_LIMIT)
    )
    try:
        await client.execute_alone(statement)
    except AccessDenied as error:
        raise AccessDenied(
            f"PostgreSQL: database {database} could not be made ({error.message}): isolation"
            " Database of the TenantClass asks for ALTER ROLE ... CREATEDB on the operator's login"
        ) from error


def _settings(action: PutDatabase) -> list[Composed]:
    name = Identifier(action.database)
    revokes = [
        SQL("REVOKE ALL ON DATABASE {} FROM {} CASCADE").format(name, SQL(grantee))
        for grantee in ("PUBLIC", *sorted(action.shut_out - {"PUBLIC"}))  # quoted by the server
    ]
    return [
        *revokes,
        SQL("GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {} TO CURRENT_USER").format(name),
        SQL("COMMENT ON DATABASE {} IS {}").format(name, Literal(action.claim.mark.to_text())),
        SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true CONNECTION LIMIT {}").format(
            name, Literal(NO_LIMIT)
        ),
    ]


async def _drop_database(client: Client, action: DropDatabase) -> None:
    """Drop the database, whose schema and logins went before.

    Sessions of the operator's role in it are ended; those of roles that it has no power over are
    left to end, and so is the server's own vacuuming, which FORCE would fail on.

    Raises:
        Refused: it holds something else, which no migration made.
        WriteConflict: somebody is still in it.
    """

    async def still_ours(connection: Connection) -> Database | None:
        found = await database_now(connection, action.database)
        if found is None or not _may_remove(found, action.claim):
            return None
        return found

    async def left(connection: Connection) -> list[str]:
        rows = await connection.execute(_LEFT)
        return [str(row[0]) for row in await rows.fetchall()]

    found = await client.look(still_ours)
    if found is None:
        return
    if not found.is_half_dropped:
        _refuse(action.database, await client.inside(action.database).look(left))

    async def end_sessions(connection: Connection) -> bool:
        if await still_ours(connection) is None:
            return False
        await connection.execute(_END_SESSIONS, [action.database])
        return True

    if await client.write(end_sessions, action.database):
        statement = SQL("DROP DATABASE IF EXISTS {}").format(Identifier(action.database))
        await client.execute_alone(statement)


def _refuse(database: str, left: list[str]) -> None:
    if left:
        more = f" and {len(left) - _MOST_NAMED} more" if len(left) > _MOST_NAMED else ""
        raise Refused(
            f"PostgreSQL: database {database} was not dropped, as it holds what Inkwell did not"
            f" make: drop or move {', '.join(left[:_MOST_NAMED])}{more}"
        )


async def _may_change(connection: Connection, name: str, claim: Claim) -> bool:
    found = await database_now(connection, name)
    if found is None:
        return False
    if not found.is_unfinished and not judge(claim, found.mark).is_ours:
        raise NameTaken(
            f"database {name} exists in PostgreSQL without the mark of Tenant {claim.mark.tenant}"
            " of this installation: it was left alone"
        )
    return True


def _may_remove(found: Database, claim: Claim) -> bool:
    return may_remove(claim, found.mark) or judge(claim, found.mark) is Ownership.ERASE
