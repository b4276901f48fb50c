"""Sessions on the real PostgreSQL: as the administrator, and as a tenant's login."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
from psycopg import sql

from inkwell_api import names
from inkwell_operator.model.targets import PostgresTarget
from inkwell_operator.model.validate import Credential, SecretRef, ValidatedTenant

Session = psycopg.AsyncConnection[Any]
UPLOAD: LiteralString = (
    "INSERT INTO documents (document_id, pipeline, content_type, size_bytes, sha256, chunk_count,"
    " uploaded_by) VALUES (%s, %s, 'application/pdf', 1, repeat('a', 64), 1, 'test')"
)


@asynccontextmanager
async def as_admin(target: PostgresTarget, tenant: str = "") -> AsyncIterator[Session]:
    """Give a session of the operator's own login; each statement is a transaction.

    Args:
        target: the server.
        tenant: in the database with its schema; else in the class's.
    """
    nowhere = SecretRef("", "")
    admin = Credential(target.admin.username, target.admin.password, nowhere)
    database = target.database_of(tenant) if tenant else target.database
    async with in_database(target, admin, database) as session:
        yield session


@asynccontextmanager
async def as_login(target: PostgresTarget, login: Credential) -> AsyncIterator[Session]:
    """Give a session of a tenant's login; each statement is a transaction."""
    database = target.database_of(login.principal.partition(".")[0])
    async with in_database(target, login, database) as session:
        yield session


@asynccontextmanager
async def in_database(
    target: PostgresTarget, login: Credential, database: str
) -> AsyncIterator[Session]:
    """Give a session in a database of the server; each statement is a transaction."""
    session = await psycopg.AsyncConnection.connect(
        host=target.host,
        port=target.port,
        dbname=database,
        user=login.principal,
        password=login.password,
        sslmode="verify-full",
        sslrootcert=str(target.admin.ca_file),
        autocommit=True,
    )
    try:
        yield session
    finally:
        await session.close()


async def upload(target: PostgresTarget, tenant: ValidatedTenant, pipeline: str) -> str:
    """Add a document as the tenant's gateway, and return its id."""
    document_id = str(uuid4())
    async with as_login(target, tenant.gateway) as session:
        await session.execute(UPLOAD, [document_id, pipeline])
    return document_id


async def count(target: PostgresTarget, tenant: ValidatedTenant, table: str = "documents") -> int:
    """Return how many rows a table of the tenant has."""
    name = sql.Identifier(names.schema(tenant.name), table)
    async with as_admin(target, tenant.name) as session:
        found = await session.execute(sql.SQL("SELECT count(*) FROM {}").format(name))
        row = await found.fetchone()
    return int(row[0]) if row else -1
