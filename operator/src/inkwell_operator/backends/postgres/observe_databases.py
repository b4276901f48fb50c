"""The reads of tenants' own databases, where a class asks for them.

`%(databases)s` is an array of names, or NULL for all of them.
"""

from collections.abc import Mapping
from typing import Final, LiteralString

from inkwell_api import names
from inkwell_operator.backends.postgres.client import Client, Connection
from inkwell_operator.backends.postgres.state import Database
from inkwell_operator.model.ownership import parse_mark

# Rights of everybody but owner and operator, who may be a member of the owner, and the tenant's own
# logins, whose rights are read with them.
# Of the operator's own rights those are told that are missing: an owner may be denied them as well.
_DATABASES: Final[LiteralString] = """
SELECT d.datname, shobj_description(d.oid, 'pg_database'),
       pg_has_role(current_user, d.datdba, 'USAGE'), pg_get_userbyid(d.datdba),
       d.datallowconn, d.datconnlimit,
       ARRAY(SELECT p FROM unnest(ARRAY['CONNECT', 'CREATE']) p
             WHERE NOT has_database_privilege(current_user, d.oid, p)),
       ARRAY(SELECT DISTINCT a.privilege_type || ' ' || CASE a.grantee WHEN 0 THEN 'PUBLIC'
                                                 ELSE quote_ident(pg_get_userbyid(a.grantee)) END
             FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
             WHERE a.grantee NOT IN (d.datdba, current_user::regrole)
               AND NOT starts_with(CASE a.grantee WHEN 0 THEN ''
                                   ELSE pg_get_userbyid(a.grantee) END,
                                   replace(substr(d.datname, 8), '_', '-') || '.'))
FROM pg_database d
WHERE d.datname LIKE 'tenant\\_%%'
  AND (%(databases)s::text[] IS NULL OR d.datname = ANY (%(databases)s))
"""


async def databases(client: Client, tenants: frozenset[str] | None) -> Mapping[str, Database]:
    """Read the databases of some tenants, or of all of them, by name."""
    which = None if tenants is None else sorted(map(names.database, tenants))
    (rows,) = await client.read((_DATABASES, {"databases": which}))
    return {row[0]: _database(row) for row in rows}


async def database_now(connection: Connection, name: str) -> Database | None:
    """Read one database within a transaction that is about to write."""
    found = await connection.execute(_DATABASES, {"databases": [name]})
    row = await found.fetchone()
    return None if row is None else _database(row)


def _database(
    row: tuple[str, str | None, bool, str, bool, int, list[str], list[str]],
) -> Database:
    name, comment, is_owned, owner, allows, limit, missing, others = row
    mark, _ = parse_mark(comment)
    return Database(
        name, mark, owner, is_owned, allows, limit, frozenset(missing), frozenset(others)
    )
