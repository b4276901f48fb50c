"""The structure of schemas, read as PostgreSQL describes it, thing by thing.

What should stand in a tenant's schema is what the migrations make on the very server in question:
they are run in a schema of another name, read by the same query and rolled back. So no version of
PostgreSQL words a definition differently from what it is compared with.
"""

import secrets
from typing import Final, LiteralString

from inkwell_api.tables import Migration
from inkwell_operator.backends.postgres.client import SQL, Client, Connection, Identifier
from inkwell_operator.backends.postgres.migrations import run_migration
from inkwell_operator.backends.postgres.state import Entry, EntryKind, Structure

# Each entry: schema, kind, table, name, definition, SQL to create it, SQL to drop it. The schema's
# name is taken out of all of them, so that the same thing reads the same in each schema.
_ENTRIES: Final[LiteralString] = """
WITH space AS MATERIALIZED (
    SELECT n.oid, n.nspname::text, n.nspowner, n.nspacl, quote_ident(n.nspname) || '.' AS prefix,
           replace(substr(n.nspname, 8), '_', '-') || '.' AS logins
    FROM pg_namespace n
    WHERE n.nspname = %(schema)s
), relation AS MATERIALIZED (
    SELECT s.oid AS space, s.nspname, s.logins, c.oid, c.relname::text, c.relkind, c.relowner,
           c.relacl, c.relrowsecurity, c.relforcerowsecurity
    FROM space s JOIN pg_class c ON c.relnamespace = s.oid
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
), held AS (
    SELECT s.nspname, s.logins, '' AS tab, 'schema' AS target, '' AS name, '' AS col,
           s.nspowner AS owner, a.*
    FROM space s, aclexplode(s.nspacl) a WHERE a.grantee <> s.nspowner
    UNION ALL
    SELECT r.nspname, r.logins, r.relname, 'table', quote_ident(r.relname), '',
           r.relowner, a.*
    FROM relation r, aclexplode(r.relacl) a WHERE a.grantee <> r.relowner
    UNION ALL
    SELECT r.nspname, r.logins, r.relname, 'table', quote_ident(r.relname), quote_ident(t.attname),
           r.relowner, a.*
    FROM relation r JOIN pg_attribute t ON t.attrelid = r.oid, aclexplode(t.attacl) a
    WHERE a.grantee <> r.relowner
    UNION ALL
    SELECT s.nspname, s.logins, '', 'routine', replace(p.oid::regprocedure::text, s.prefix, ''), '',
           p.proowner, a.*
    FROM space s JOIN pg_proc p ON p.pronamespace = s.oid,
         aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    WHERE a.grantee <> p.proowner
), foreign_right AS (
    SELECT h.nspname, h.tab, h.target, h.name, h.col, h.privilege_type, h.is_grantable,
           coalesce(quote_ident(g.rolname), 'PUBLIC') AS grantee,
           h.target = 'schema' OR pg_has_role(current_user, h.owner, 'USAGE')
           OR pg_has_role(current_user, h.grantor, 'USAGE') AS is_ours
    FROM held h LEFT JOIN pg_roles g ON g.oid = h.grantee
    WHERE g.rolname IS NULL OR NOT starts_with(g.rolname, h.logins)
), entry (space, kind, tab, name, definition, made_by, dropped_by) AS (
    SELECT nspname, 'table', relname, relname,
           CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                WHEN 'f' THEN 'foreign table' ELSE 'table' END
           || ' of ' || CASE WHEN relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
                             THEN 'the operator' ELSE pg_get_userbyid(relowner) END, '', ''
    FROM relation WHERE relkind <> 'S'
    UNION ALL
    SELECT r.nspname, 'column', r.relname, r.relname || '.' || t.attname,
           format_type(t.atttypid, t.atttypmod)
           || CASE WHEN t.attnotnull THEN ' NOT NULL' ELSE '' END
           || CASE t.attidentity WHEN '' THEN '' ELSE ' identity ' || t.attidentity::text END
           || coalesce(CASE t.attgenerated WHEN '' THEN ' DEFAULT ' ELSE ' GENERATED ' END
                       || pg_get_expr(d.adbin, d.adrelid), ''), '', ''
    FROM relation r
    JOIN pg_attribute t ON t.attrelid = r.oid AND t.attnum > 0 AND NOT t.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = t.attrelid AND d.adnum = t.attnum
    WHERE r.relkind IN ('r', 'p')
    UNION ALL
    SELECT r.nspname, 'constraint', r.relname, r.relname || '.' || k.conname,
           pg_get_constraintdef(k.oid),
           format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', r.relname, k.conname,
                  pg_get_constraintdef(k.oid)),
           format('ALTER TABLE %%I DROP CONSTRAINT IF EXISTS %%I', r.relname, k.conname)
    FROM relation r
    JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype IN ('p', 'u', 'f', 'c', 'x')
    UNION ALL
    SELECT r.nspname, 'index', r.relname, r.relname || '.' || i.indexrelid::regclass::name,
           pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' (invalid)' END,
           pg_get_indexdef(i.indexrelid),
           format('DROP INDEX IF EXISTS %%s', i.indexrelid::regclass)
    FROM relation r JOIN pg_index i ON i.indrelid = r.oid
    WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
    UNION ALL
    SELECT s.nspname, 'routine', '', p.oid::regprocedure::text,
           md5(replace(replace(pg_get_functiondef(p.oid), s.prefix, ''),
                       quote_literal(s.nspname), '')),
           pg_get_functiondef(p.oid), ''
    FROM space s JOIN pg_proc p ON p.pronamespace = s.oid AND p.prokind IN ('f', 'p')
    UNION ALL
    SELECT nspname, 'row security', relname, relname,
           CASE WHEN relrowsecurity THEN 'on' ELSE 'off' END
           || CASE WHEN relforcerowsecurity THEN ', forced' ELSE '' END,
           format('ALTER TABLE %%I %%s ROW LEVEL SECURITY, %%s ROW LEVEL SECURITY', relname,
                  CASE WHEN relrowsecurity THEN 'ENABLE' ELSE 'DISABLE' END,
                  CASE WHEN relforcerowsecurity THEN 'FORCE' ELSE 'NO FORCE' END), ''
    FROM relation WHERE relkind IN ('r', 'p')
    UNION ALL
    SELECT r.nspname, 'policy', r.relname, r.relname || '.' || p.polname, made.text,
           format('CREATE POLICY %%I ON %%I %%s', p.polname, r.relname, made.text),
           format('DROP POLICY IF EXISTS %%I ON %%I', p.polname, r.relname)
    FROM relation r JOIN pg_policy p ON p.polrelid = r.oid,
         LATERAL (SELECT concat_ws(' ',
             'AS', CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
             'FOR', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT'
                                  WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
             'TO', (SELECT string_agg(CASE o WHEN 0 THEN 'PUBLIC'
                                           ELSE quote_ident(pg_get_userbyid(o)) END,
                                      ', ' ORDER BY o) FROM unnest(p.polroles) o),
             'USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
             'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') AS text) made
    UNION ALL
    SELECT r.nspname, 'trigger', r.relname, r.relname || '.' || g.tgname,
           pg_get_triggerdef(g.oid) || CASE g.tgenabled WHEN 'O' THEN '' ELSE ' (switched off)' END,
           CASE WHEN g.tgenabled = 'O' THEN pg_get_triggerdef(g.oid) ELSE '' END,
           format('DROP TRIGGER IF EXISTS %%I ON %%I', g.tgname, r.relname)
    FROM relation r JOIN pg_trigger g ON g.tgrelid = r.oid AND NOT g.tgisinternal
    UNION ALL
    SELECT r.nspname, 'trigger', r.relname, r.relname || '.' || k.conname || ' (its own)',
           'switched off', '', format('ALTER TABLE %%I ENABLE TRIGGER ALL', r.relname)
    FROM relation r
    JOIN pg_trigger g ON g.tgrelid = r.oid AND g.tgisinternal AND g.tgenabled <> 'O'
    JOIN pg_constraint k ON k.oid = g.tgconstraint
    GROUP BY 1, 3, 4, 7
    UNION ALL
    SELECT r.nspname, 'rule', r.relname, r.relname || '.' || u.rulename, pg_get_ruledef(u.oid), '',
           format('DROP RULE IF EXISTS %%I ON %%I', u.rulename, r.relname)
    FROM relation r JOIN pg_rewrite u ON u.ev_class = r.oid WHERE r.relkind IN ('r', 'p')
    UNION ALL
    SELECT nspname, 'right', tab,
           concat_ws(' ', privilege_type, 'on', target,
                     nullif(concat_ws('.', nullif(name, ''), nullif(col, '')), ''), 'to', grantee),
           CASE WHEN is_grantable THEN 'with grant option' ELSE '' END,
           format('GRANT %%s%%s ON %%s TO %%s', privilege_type, column_list, object, grantee),
           CASE WHEN is_ours THEN format('REVOKE %%s%%s ON %%s FROM %%s CASCADE', privilege_type,
                                         column_list, object, grantee) ELSE '' END
    FROM foreign_right,
         LATERAL (SELECT CASE WHEN col = '' THEN '' ELSE ' (' || col || ')' END AS column_list,
                         CASE target WHEN 'schema' THEN 'SCHEMA "{schema}"'
                              ELSE upper(target) || ' ' || name END AS object) words
    UNION ALL
    SELECT s.nspname, 'default right', '',
           concat_ws(' ', a.privilege_type, 'on', made.kind, 'to',
                     coalesce(quote_ident(g.rolname), 'PUBLIC')),
           '', '',
           format('ALTER DEFAULT PRIVILEGES IN SCHEMA "{schema}" REVOKE %%s ON %%s FROM %%s',
                  a.privilege_type, made.kind, coalesce(quote_ident(g.rolname), 'PUBLIC'))
    FROM space s JOIN pg_default_acl f ON f.defaclnamespace = s.oid
    JOIN pg_roles o ON o.oid = f.defaclrole AND o.rolname = current_user,
    LATERAL (SELECT CASE f.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES'
                         WHEN 'f' THEN 'ROUTINES' ELSE 'TYPES' END AS kind) made,
    aclexplode(f.defaclacl) a LEFT JOIN pg_roles g ON g.oid = a.grantee
    WHERE a.grantee <> f.defaclrole
), bare AS (
    SELECT e.space, e.kind, e.tab, replace(e.name, s.prefix, '') AS name,
           replace(e.definition, s.prefix, '') AS definition,
           replace(replace(e.made_by, s.prefix, ''), quote_literal(s.nspname), '''{schema}''')
           AS made_by,
           replace(e.dropped_by, s.prefix, '') AS dropped_by
    FROM entry e JOIN space s ON s.nspname = e.space
)
"""
# Every catalogue row that an entry is made of, by the transaction that wrote it: nothing is put
# into words, so that a look at all tenants is cheap. VACUUM and ANALYZE change none of them.
CHANGES: Final[LiteralString] = """
WITH space AS MATERIALIZED (
    SELECT n.oid, n.nspname::text, n.xmin FROM pg_namespace n
    WHERE n.nspname LIKE 'tenant\\_%%'
      AND (%(schemas)s::text[] IS NULL OR n.nspname = ANY (%(schemas)s))
), relation AS MATERIALIZED (
    SELECT s.nspname, c.oid, c.xmin, c.relkind IN ('r', 'p', 'v', 'm', 'f') AS is_table
    FROM space s JOIN pg_class c ON c.relnamespace = s.oid
), written (space, kind, object, part, by) AS (
    SELECT nspname, 'space', oid, 0, xmin FROM space
    UNION ALL SELECT nspname, 'class', oid, 0, xmin FROM relation
    UNION ALL SELECT r.nspname, 'attribute', a.attrelid, a.attnum, a.xmin
        FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 WHERE r.is_table
    UNION ALL SELECT r.nspname, 'default', d.oid, 0, d.xmin
        FROM relation r JOIN pg_attrdef d ON d.adrelid = r.oid WHERE r.is_table
    UNION ALL SELECT r.nspname, 'constraint', k.oid, 0, k.xmin
        FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid WHERE r.is_table
    UNION ALL SELECT r.nspname, 'index', i.indexrelid, 0, i.xmin
        FROM relation r JOIN pg_index i ON i.indrelid = r.oid WHERE r.is_table
    UNION ALL SELECT r.nspname, 'policy', p.oid, 0, p.xmin
        FROM relation r JOIN pg_policy p ON p.polrelid = r.oid WHERE r.is_table
    UNION ALL SELECT r.nspname, 'trigger', t.oid, 0, t.xmin
        FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid WHERE r.is_table
    UNION ALL SELECT r.nspname, 'rule', u.oid, 0, u.xmin
        FROM relation r JOIN pg_rewrite u ON u.ev_class = r.oid WHERE r.is_table
    UNION ALL SELECT s.nspname, 'routine', p.oid, 0, p.xmin
        FROM space s JOIN pg_proc p ON p.pronamespace = s.oid
    UNION ALL SELECT s.nspname, 'default right', f.oid, 0, f.xmin
        FROM space s JOIN pg_default_acl f ON f.defaclnamespace = s.oid
)
SELECT space, md5(string_agg(concat_ws(' ', kind, object, part, by), ','
                             ORDER BY kind, object, part))
FROM written GROUP BY space
"""
"""Per schema, a digest that is another after each change of what stands in it."""
_DETAILS: Final[LiteralString] = (
    _ENTRIES  # noqa: S608 - literals of our own
    + "SELECT kind, tab, name, definition, made_by, dropped_by FROM bare"
)


async def structure_of(client: Client, schema: str) -> Structure:
    """Return all that stands in a schema."""
    (rows,) = await client.read((_DETAILS, {"schema": schema}))
    return _structure(rows)


async def reference(client: Client, migrations: tuple[Migration, ...]) -> Structure:
    """Return what the migrations make on this server; nothing of it stays."""
    scratch = f"inkwell_reference_{secrets.token_hex(8)}"

    async def work(connection: Connection) -> Structure:
        await connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(scratch)))
        for migration in migrations:
            await run_migration(connection, scratch, migration)
        await connection.execute("SET LOCAL search_path TO pg_catalog")
        rows = await connection.execute(_DETAILS, {"schema": scratch})
        return _structure(await rows.fetchall())

    return await client.look(work)


def _structure(rows: list[tuple[str, ...]]) -> Structure:
    return Structure(frozenset(Entry(EntryKind(kind), *texts) for kind, *texts in rows))
