"""What stands outside of a schema and would go with it: somebody else's, so a person decides."""

from typing import Final, LiteralString

from inkwell_operator.backends.postgres.client import Connection
from inkwell_operator.model.errors import Refused

_MOST_NAMED: Final = 5
# All that DROP ... CASCADE would reach, down to single columns: what depends on something of the
# schema, and what that is an inner part of, as a rule is of its view. What is of no schema (a
# publication, a cast) loses no data, nor do statistics; what a session has for itself ends with it.
_OUTSIDE: Final[LiteralString] = """
WITH RECURSIVE reached (classid, objid, objsubid) AS (
    SELECT 'pg_namespace'::regclass::oid, oid, 0 FROM pg_namespace WHERE nspname = %(schema)s
    UNION
    SELECT n.classid, n.objid, n.objsubid FROM reached r, LATERAL (
        SELECT d.classid, d.objid, d.objsubid FROM pg_depend d
        WHERE d.refclassid = r.classid AND d.refobjid = r.objid
          AND (r.objsubid = 0 OR d.refobjsubid = r.objsubid)
        UNION ALL
        SELECT o.refclassid, o.refobjid, o.refobjsubid FROM pg_depend o
        WHERE o.classid = r.classid AND o.objid = r.objid AND o.objsubid = r.objsubid
          AND o.deptype IN ('i', 'e')
    ) n
), placed AS (
    SELECT r.*, coalesce(
        (pg_identify_object(r.classid, r.objid, r.objsubid)).schema,
        (SELECT quote_ident(n.nspname)
         FROM (SELECT ev_class FROM pg_rewrite
               WHERE r.classid = 'pg_rewrite'::regclass AND oid = r.objid
               UNION ALL
               SELECT tgrelid FROM pg_trigger
               WHERE r.classid = 'pg_trigger'::regclass AND oid = r.objid
               UNION ALL
               SELECT polrelid FROM pg_policy
               WHERE r.classid = 'pg_policy'::regclass AND oid = r.objid
               UNION ALL
               SELECT adrelid FROM pg_attrdef
               WHERE r.classid = 'pg_attrdef'::regclass AND oid = r.objid) part (relation)
         JOIN pg_class c ON c.oid = part.relation JOIN pg_namespace n ON n.oid = c.relnamespace)
    ) AS space
    FROM reached r
    WHERE r.classid <> 'pg_statistic_ext'::regclass
)
SELECT pg_describe_object(p.classid, p.objid, p.objsubid) AS name FROM placed p
WHERE p.space <> quote_ident(%(schema)s)
  AND NOT starts_with(p.space, 'pg_toast') AND NOT starts_with(p.space, 'pg_temp')
  AND NOT EXISTS (SELECT FROM pg_depend i
                  WHERE i.classid = p.classid AND i.objid = p.objid AND i.deptype = 'i'
                    AND i.objsubid = p.objsubid)
GROUP BY name
ORDER BY min((p.classid <> 'pg_class'::regclass)::int), name -- tables before their parts
"""


async def refuse_dependents(connection: Connection, schema: str) -> None:
    """Make sure that dropping a schema takes nothing along that stands elsewhere.

    Raises:
        Refused: it would.
    """
    found = await connection.execute(_OUTSIDE, {"schema": schema})
    outside = [str(row[0]) for row in await found.fetchall()]
    if outside:
        more = f" and {len(outside) - _MOST_NAMED} more" if len(outside) > _MOST_NAMED else ""
        raise Refused(
            f"PostgreSQL: schema {schema} was not dropped, as others use it and would go with it: "
            f"drop or move {', '.join(outside[:_MOST_NAMED])}{more}"
        )
