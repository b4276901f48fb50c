"""The write that drops a login, whatever others gave it."""

from typing import Final, LiteralString

from inkwell_operator.backends.postgres.actions import DropLogin
from inkwell_operator.backends.postgres.client import SHARED, SQL, Client, Connection, Identifier
from inkwell_operator.backends.postgres.containers import still_bears

# Logins of tenants that gave this one something on what is theirs in this database: each can, on a
# temporary table or on a large object. A policy is its table's owner's.
_GIVERS: Final[LiteralString] = """
WITH given AS (
    SELECT d.dbid, d.classid, d.objid FROM pg_shdepend d
    WHERE d.refclassid = 'pg_authid'::regclass AND d.deptype IN ('a', 'r')
      AND d.refobjid = (SELECT oid FROM pg_roles WHERE rolname = %s)
      AND d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
), held AS (
    TABLE given
    UNION
    SELECT g.dbid, 'pg_class'::regclass, p.polrelid
    FROM given g JOIN pg_policy p ON g.classid = 'pg_policy'::regclass AND p.oid = g.objid
)
SELECT DISTINCT pg_get_userbyid(o.refobjid)
FROM held h
JOIN pg_shdepend o ON (o.dbid, o.classid, o.objid) = (h.dbid, h.classid, h.objid)
                  AND o.deptype = 'o'
WHERE starts_with(shobj_description(o.refobjid, 'pg_authid'), 'inkwell.dev/tenant=')
  AND NOT pg_has_role(current_user, o.refobjid, 'USAGE')
  AND pg_has_role(current_user, o.refobjid, 'MEMBER WITH ADMIN OPTION')
"""
# Each that is dropped holds a lock until the transaction ends, and a server has some thousands.
_UNLINKED_AT_ONCE: Final = 1000
_OWNS_LARGE_OBJECTS: Final[LiteralString] = """
SELECT EXISTS (SELECT FROM pg_largeobject_metadata m JOIN pg_roles r ON r.oid = m.lomowner
               WHERE r.rolname = %s)
"""
_UNLINK: Final[LiteralString] = """
SELECT count(lo_unlink(oid))
FROM (SELECT m.oid FROM pg_largeobject_metadata m JOIN pg_roles r ON r.oid = m.lomowner
      WHERE r.rolname = %s LIMIT %s) own
"""
_ACT_FOR: Final[LiteralString] = "GRANT {} TO CURRENT_USER WITH INHERIT TRUE, SET FALSE"
_NO_MORE: Final[LiteralString] = "REVOKE {} FROM CURRENT_USER GRANTED BY CURRENT_USER"


async def drop_login(client: Client, action: DropLogin) -> None:
    """End the login's sessions and drop it with all of its rights.

    It is shut out by itself first: a session that begins while others are ended would stay.
    """
    name = Identifier(action.login)

    async def shut_out(connection: Connection) -> bool:
        if not await still_bears(connection, action.login, action.found):
            return False
        await connection.execute(SQL("ALTER ROLE {} NOLOGIN").format(name))
        return True

    async def unlink_some(connection: Connection) -> bool:
        if not await _may_act(connection, action):
            return False
        # Asked first: where no login may make any, the operator may not unlink any either.
        found = await connection.execute(_OWNS_LARGE_OBJECTS, [action.login])
        if await found.fetchone() == (False,):
            return False
        await connection.execute(_UNLINK, [action.login, _UNLINKED_AT_ONCE])
        return True

    async def drop(connection: Connection) -> None:
        if await _may_act(connection, action):
            await _drop_owned(connection, action.login)
            await connection.execute(SQL("DROP ROLE {}").format(name))

    if await client.write(shut_out):
        while await client.write(unlink_some, action.schema, SHARED):
            pass
        await client.write(drop, action.schema, SHARED)


async def _may_act(connection: Connection, action: DropLogin) -> bool:
    """Become a member of the login and end its sessions, if it is still the one to be dropped.

    Both ending sessions and DROP OWNED ask for membership; the operator, as its creator, may give
    it to itself.
    """
    if not await still_bears(connection, action.login, action.found):
        return False
    await connection.execute(SQL(_ACT_FOR).format(Identifier(action.login)))
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [action.login]
    )
    return True


async def _drop_owned(connection: Connection, login: str) -> None:
    """Drop what the login owns and take its rights, acting for the givers within the transaction.

    DROP OWNED takes only what its caller may revoke; a right that is left would keep the role.
    """
    found = await connection.execute(_GIVERS, [login])
    givers = [Identifier(row[0]) for row in await found.fetchall()]
    for giver in givers:
        await connection.execute(SQL(_ACT_FOR).format(giver))
    await connection.execute(SQL("DROP OWNED BY {}").format(Identifier(login)))
    for giver in givers:
        await connection.execute(SQL(_NO_MORE).format(giver))
