"""The reads of the PostgreSQL backend, as SQL.

`%(tenants)s` is an array of tenants, or NULL for all of them.
"""

from typing import Final, LiteralString

SCHEMAS: Final[LiteralString] = """
SELECT n.nspname, obj_description(n.oid, 'pg_namespace')
FROM pg_namespace n
WHERE n.nspname LIKE 'tenant\\_%%'
  AND (%(schemas)s::text[] IS NULL OR n.nspname = ANY (%(schemas)s))
"""

LOGINS: Final[LiteralString] = """
SELECT r.rolname, shobj_description(r.oid, 'pg_authid'), r.rolconnlimit,
       coalesce(r.rolconfig, '{}'),
       array_remove(ARRAY[
           CASE WHEN r.rolsuper THEN 'SUPERUSER' END,
           CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
           CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
           CASE WHEN r.rolreplication THEN 'REPLICATION' END,
           CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END,
           CASE WHEN r.rolinherit THEN 'INHERIT' END,
           CASE WHEN NOT r.rolcanlogin THEN 'NOLOGIN' END], NULL)
FROM pg_roles r
WHERE position('.' in r.rolname) > 0
  AND (%(tenants)s::text[] IS NULL OR split_part(r.rolname, '.', 1) = ANY (%(tenants)s))
"""

# pg_shdepend knows every object that a role has rights on, so no catalogue of objects is searched
# for them.
RIGHTS: Final[LiteralString] = """
WITH held AS MATERIALIZED (
    SELECT r.oid AS login, r.rolname, d.classid, d.objid, d.objsubid
    FROM pg_roles r
    JOIN pg_shdepend d ON d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid
                      AND d.deptype IN ('a', 'o', 'r')
    WHERE position('.' in r.rolname) > 0
      AND (%(tenants)s::text[] IS NULL OR split_part(r.rolname, '.', 1) = ANY (%(tenants)s))
      AND d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
)
SELECT h.rolname, 'database', a.privilege_type, '', b.datname, ''
FROM held h JOIN pg_database b ON h.classid = 'pg_database'::regclass AND b.oid = h.objid,
     aclexplode(b.datacl) a
WHERE a.grantee = h.login
UNION
SELECT h.rolname, 'schema', a.privilege_type, '', n.nspname, ''
FROM held h JOIN pg_namespace n ON h.classid = 'pg_namespace'::regclass AND n.oid = h.objid,
     aclexplode(n.nspacl) a
WHERE a.grantee = h.login
UNION
SELECT h.rolname, 'table', a.privilege_type, n.nspname, c.relname, ''
FROM held h JOIN pg_class c ON h.classid = 'pg_class'::regclass AND c.oid = h.objid
JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
WHERE a.grantee = h.login AND h.objsubid = 0
UNION
SELECT h.rolname, 'column', a.privilege_type, n.nspname, c.relname, t.attname
FROM held h JOIN pg_class c ON h.classid = 'pg_class'::regclass AND c.oid = h.objid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute t ON t.attrelid = c.oid AND t.attnum = h.objsubid, aclexplode(t.attacl) a
WHERE a.grantee = h.login AND h.objsubid > 0
UNION
SELECT h.rolname, 'routine', a.privilege_type, '', p.oid::regprocedure::text, ''
FROM held h JOIN pg_proc p ON h.classid = 'pg_proc'::regclass AND p.oid = h.objid,
     aclexplode(p.proacl) a
WHERE a.grantee = h.login
UNION
SELECT r.rolname, 'role', 'MEMBER', '', g.rolname, ''
FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member JOIN pg_roles g ON g.oid = m.roleid
WHERE position('.' in r.rolname) > 0
  AND (%(tenants)s::text[] IS NULL OR split_part(r.rolname, '.', 1) = ANY (%(tenants)s))
UNION
SELECT h.rolname, 'other', 'rights', '', pg_describe_object(h.classid, h.objid, h.objsubid), ''
FROM held h
WHERE h.classid NOT IN ('pg_database'::regclass, 'pg_namespace'::regclass, 'pg_class'::regclass,
                        'pg_proc'::regclass, 'pg_auth_members'::regclass)
"""

TABLES_WITH_PIPELINE: Final[LiteralString] = """
SELECT c.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'pipeline' AND NOT a.attisdropped
WHERE n.nspname = %(schema)s AND c.relkind IN ('r', 'p') ORDER BY c.relname
"""
