"""The rows of documents in a tenant's schema: looked at and erased, a pipeline at a time."""

from collections.abc import Collection
from typing import Final, LiteralString

from inkwell_api import names
from inkwell_api.tables import POSTGRES_GRANTS
from inkwell_operator.backends.postgres.client import SQL, Client, Connection, Identifier
from inkwell_operator.backends.postgres.containers import may_remove_schema
from inkwell_operator.model.ownership import Claim

# Documents come last: they tell of all others. Tables of others are left alone, whatever they hold.
_TABLES: Final[LiteralString] = """
SELECT c.relname, EXISTS (SELECT FROM pg_attribute d WHERE d.attrelid = c.oid
                          AND d.attname = 'document_id' AND NOT d.attisdropped)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'pipeline' AND NOT a.attisdropped
WHERE n.nspname = %s AND c.relname = ANY (%s) AND c.relkind IN ('r', 'p')
ORDER BY c.relname = 'documents', c.relname
"""


MIGRATED_TABLES: Final = frozenset(
    grant.table for grants in POSTGRES_GRANTS.values() for grant in grants
)
"""All tables that the migrations make: each is one that some stage may use."""


async def pipeline_has_rows(client: Client, schema: str, pipeline: str) -> bool:
    """Say whether any table of the migrations holds a row of the pipeline."""

    async def work(connection: Connection) -> bool:
        for table, _ in await _tables(connection, schema):
            query = SQL("SELECT FROM {} WHERE pipeline = %s LIMIT 1")
            row = await connection.execute(query.format(Identifier(schema, table)), [pipeline])
            if await row.fetchone() is not None:
                return True
        return False

    return await client.look(work)


async def document_ids(client: Client, claim: Claim, pipeline: str, limit: int) -> tuple[str, ...]:
    """Return at most `limit` ids of documents of a pipeline; none where the schema is not ours."""
    schema = names.schema(claim.mark.tenant)

    async def work(connection: Connection) -> tuple[str, ...]:
        if not await _has_documents(connection, schema, claim):
            return ()
        query = SQL("SELECT document_id FROM {} WHERE pipeline = %s ORDER BY document_id LIMIT %s")
        found = await connection.execute(
            query.format(Identifier(schema, "documents")), [pipeline, limit]
        )
        return tuple(str(row[0]) for row in await found.fetchall())

    return await client.look(work)


async def count_documents(client: Client, claim: Claim, pipeline: str) -> int:
    """Return how many documents a pipeline has; none where the schema is not ours."""
    schema = names.schema(claim.mark.tenant)

    async def work(connection: Connection) -> int:
        if not await _has_documents(connection, schema, claim):
            return 0
        query = SQL("SELECT count(*) FROM {} WHERE pipeline = %s")
        found = await connection.execute(query.format(Identifier(schema, "documents")), [pipeline])
        return int((await found.fetchone() or (0,))[0])

    return await client.look(work)


async def delete_documents(
    client: Client, claim: Claim, pipeline: str, ids: Collection[str]
) -> None:
    """Delete all rows about some documents of a pipeline, in one transaction.

    Events that wait in the outbox name documents in their text alone; they go with `delete_rows`.
    """
    schema = names.schema(claim.mark.tenant)

    async def work(connection: Connection) -> None:
        if not await may_remove_schema(connection, schema, claim):
            return
        for table, has_document in await _tables(connection, schema):
            if has_document:
                query = SQL("DELETE FROM {} WHERE pipeline = %s AND document_id = ANY (%s::uuid[])")
                name = Identifier(schema, table)
                await connection.execute(query.format(name), [pipeline, list(ids)])

    await client.write(work, schema)


async def delete_rows(client: Client, claim: Claim, schema: str, pipeline: str) -> None:
    """Delete a pipeline's rows from every table of the migrations that has a column `pipeline`."""

    async def work(connection: Connection) -> None:
        if not await may_remove_schema(connection, schema, claim):
            return
        for table, _ in await _tables(connection, schema):
            query = SQL("DELETE FROM {} WHERE pipeline = %s")
            await connection.execute(query.format(Identifier(schema, table)), [pipeline])

    await client.write(work, schema)


async def _has_documents(connection: Connection, schema: str, claim: Claim) -> bool:
    if not await may_remove_schema(connection, schema, claim):
        return False
    return "documents" in {table for table, _ in await _tables(connection, schema)}


async def _tables(connection: Connection, schema: str) -> list[tuple[str, bool]]:
    """Return the migrations' tables with a column `pipeline`, and which have a `document_id`."""
    found = await connection.execute(_TABLES, [schema, sorted(MIGRATED_TABLES)])
    return await found.fetchall()
