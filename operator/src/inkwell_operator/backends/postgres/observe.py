"""The reads of the PostgreSQL backend: schemas, logins, rights and room for connections.

`%(tenants)s` is an array of tenants, or NULL for all of them.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, LiteralString

from inkwell_api import names
from inkwell_operator.backends.postgres.client import Client
from inkwell_operator.backends.postgres.connection_room import ConnectionRoom
from inkwell_operator.backends.postgres.observe_structure import CHANGES
from inkwell_operator.backends.postgres.state import (
    Login,
    ObjectKind,
    Right,
    Schema,
    parse_login_facts,
    schema_of,
)
from inkwell_operator.model.ownership import parse_mark

_SCHEMAS: Final[LiteralString] = """
SELECT n.nspname, obj_description(n.oid, 'pg_namespace'),
       (SELECT count(*) FROM pg_class c
        WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f'))
FROM pg_namespace n
WHERE n.nspname LIKE 'tenant\\_%%'
  AND (%(schemas)s::text[] IS NULL OR n.nspname = ANY (%(schemas)s))
"""

_LOGINS: Final[LiteralString] = """
SELECT r.rolname, shobj_description(r.oid, 'pg_authid'), r.rolconnlimit,
       coalesce((SELECT s.setconfig FROM pg_db_role_setting s
                 WHERE s.setrole = r.oid AND s.setdatabase = 0), '{}'),
       coalesce((SELECT s.setconfig FROM pg_db_role_setting s
                 JOIN pg_database d ON d.oid = s.setdatabase AND d.datname = current_database()
                 WHERE s.setrole = r.oid), '{}'),
       CASE WHEN r.rolvaliduntil < 'infinity' THEN r.rolvaliduntil::text ELSE '' END,
       array_remove(ARRAY[
           CASE WHEN r.rolsuper THEN 'SUPERUSER' END,
           CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
           CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
           CASE WHEN r.rolreplication THEN 'REPLICATION' END,
           CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END,
           CASE WHEN r.rolinherit THEN 'INHERIT' END,
           CASE WHEN NOT r.rolcanlogin THEN 'NOLOGIN' END], NULL),
       ARRAY(SELECT m.rolname::text FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member
             WHERE a.roleid = r.oid AND m.rolname <> current_user)
FROM pg_roles r
WHERE position('.' in r.rolname) > 0
  AND (%(tenants)s::text[] IS NULL OR split_part(r.rolname, '.', 1) = ANY (%(tenants)s))
"""

# pg_shdepend knows every object that a role has rights on, so no catalogue of objects is searched
# for them. A right that may be handed on is one more right. Each comes with whether the operator
# may take it away: it owns the object, or gave the right. No owner is told of what the first
# superuser (10) owns.
_RIGHTS: Final[LiteralString] = """
WITH held AS MATERIALIZED (
    SELECT r.oid AS login, r.rolname, d.classid, d.objid, d.objsubid,
           pg_has_role(current_user, coalesce(
               (SELECT o.refobjid FROM pg_shdepend o
                WHERE o.dbid = d.dbid AND o.classid = d.classid AND o.objid = d.objid
                  AND o.deptype = 'o'), 10), 'USAGE') AS is_ours
    FROM pg_roles r
    JOIN pg_shdepend d ON d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid
                      AND d.deptype IN ('a', 'o', 'r')
    WHERE position('.' in r.rolname) > 0
      AND (%(tenants)s::text[] IS NULL OR split_part(r.rolname, '.', 1) = ANY (%(tenants)s))
      AND d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
), granted (rolname, login, is_ours, kind, acl, space, name, col) AS (
    SELECT h.rolname, h.login, h.is_ours, 'database', b.datacl, '', b.datname, ''
    FROM held h JOIN pg_database b ON h.classid = 'pg_database'::regclass AND b.oid = h.objid
    UNION ALL
    SELECT h.rolname, h.login, h.is_ours, 'schema', n.nspacl, '', n.nspname, ''
    FROM held h JOIN pg_namespace n ON h.classid = 'pg_namespace'::regclass AND n.oid = h.objid
    UNION ALL
    SELECT h.rolname, h.login, h.is_ours, 'table', c.relacl, n.nspname, c.relname, ''
    FROM held h JOIN pg_class c ON h.classid = 'pg_class'::regclass AND c.oid = h.objid
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE h.objsubid = 0
    UNION ALL
    SELECT h.rolname, h.login, h.is_ours, 'column', t.attacl, n.nspname, c.relname, t.attname
    FROM held h JOIN pg_class c ON h.classid = 'pg_class'::regclass AND c.oid = h.objid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute t ON t.attrelid = c.oid AND t.attnum = h.objsubid WHERE h.objsubid > 0
    UNION ALL
    SELECT h.rolname, h.login, h.is_ours, 'routine', p.proacl, '', p.oid::regprocedure::text, ''
    FROM held h JOIN pg_proc p ON h.classid = 'pg_proc'::regclass AND p.oid = h.objid
)
SELECT g.rolname, g.kind, p.privilege, g.space, g.name, g.col,
       g.is_ours OR pg_has_role(current_user, a.grantor, 'USAGE')
FROM granted g, aclexplode(g.acl) a,
     LATERAL (VALUES (a.privilege_type, true),
                     ('GRANT OPTION FOR ' || a.privilege_type, a.is_grantable)
             ) p (privilege, holds)
WHERE a.grantee = g.login AND p.holds
UNION
SELECT r.rolname, 'role', 'MEMBER', '', g.rolname, '', true
FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member JOIN pg_roles g ON g.oid = m.roleid
WHERE position('.' in r.rolname) > 0
  AND (%(tenants)s::text[] IS NULL OR split_part(r.rolname, '.', 1) = ANY (%(tenants)s))
UNION
SELECT h.rolname, 'other', 'rights', '', pg_describe_object(h.classid, h.objid, h.objsubid), '',
       h.is_ours
FROM (SELECT *, row_number() OVER (PARTITION BY login, is_ours) AS number FROM held
      WHERE classid NOT IN ('pg_database'::regclass, 'pg_namespace'::regclass,
                            'pg_class'::regclass, 'pg_proc'::regclass,
                            'pg_auth_members'::regclass)) h
WHERE h.is_ours OR h.number <= 6 -- a login can give another one a million large objects
"""

_SERVER: Final[LiteralString] = """
SELECT current_setting('max_connections')::int,
       current_setting('superuser_reserved_connections')::int
       + coalesce(current_setting('reserved_connections', true), '0')::int
"""

# A comment of version 0.1 does not say what the login asks for: what it was given was that.
_WISHES: Final[LiteralString] = """
SELECT coalesce(substring(c.comment FROM ' connections=([0-9]{1,5})$')::int, r.rolconnlimit),
       count(*)
FROM pg_roles r, LATERAL (SELECT shobj_description(r.oid, 'pg_authid') AS comment) c
WHERE position('.' in r.rolname) > 0
  AND starts_with(c.comment, 'inkwell.dev/tenant=')
GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one read found."""

    schemas: Mapping[str, Schema]
    logins: Mapping[str, Mapping[str, Login]]
    """By tenant, then by name."""
    room: ConnectionRoom


async def snapshot(client: Client, tenants: frozenset[str] | None) -> Snapshot:
    """Read the schemas and logins of some tenants, or of all of them, in one round trip."""
    schemas = None if tenants is None else sorted(map(names.schema, tenants))
    which = {"tenants": None if tenants is None else sorted(tenants), "schemas": schemas}
    found = await client.read(
        (_SCHEMAS, which),
        (CHANGES, which),
        (_LOGINS, which),
        (_RIGHTS, which),
        (_SERVER, {}),
        (_WISHES, {}),
    )
    changes = dict(found[1])
    held: defaultdict[tuple[str, bool], set[Right]] = defaultdict(set)
    for login, kind, privilege, schema, name, column, is_ours in found[3]:
        held[login, is_ours].add(Right(ObjectKind(kind), privilege, schema, name, column))
    by_tenant: defaultdict[str, dict[str, Login]] = defaultdict(dict)
    for row in found[2]:
        by_tenant[row[0].partition(".")[0]][row[0]] = _login(
            row, frozenset(held[row[0], True]), frozenset(held[row[0], False])
        )
    ((most, reserved),) = found[4]
    return Snapshot(
        {
            name: schema_of(name, comment, tables, changes.get(name, ""))
            for name, comment, tables in found[0]
        },
        by_tenant,
        ConnectionRoom(most, reserved, {wish: count for wish, count in found[5] if wish > 0}),
    )


def _login(
    row: tuple[str, str | None, int, list[str], list[str], str, list[str], list[str]],
    rights: frozenset[Right],
    others_rights: frozenset[Right],
) -> Login:
    name, comment, limit, settings, of_database, valid_until, attributes, members = row
    mark, facts = parse_mark(comment)
    return Login(
        name=name,
        mark=mark,
        facts=parse_login_facts(facts),
        connection_limit=limit,
        settings=frozenset(settings),
        database_settings=frozenset(of_database),
        valid_until=valid_until,
        excess=frozenset(attributes),
        members=frozenset(members),
        rights=rights,
        others_rights=others_rights,
    )
