"""The writes of the Cassandra backend: one function an action, safe to repeat.

A mark is written before what it marks, and deleted after it: a crash in between leaves a mark too
many, which the next pass uses or removes, and never an object that nobody owns.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from inkwell_api.tables import CASSANDRA_TABLES
from inkwell_operator.backends.cassandra.actions import (
    ChangePermissions,
    CreateTable,
    DropKeyspace,
    DropLogin,
    PutKeyspace,
    PutLogin,
)
from inkwell_operator.backends.cassandra.client import Client
from inkwell_operator.backends.cassandra.state import (
    OPERATOR_KEYSPACE,
    OWNERSHIP_TABLE,
    Kind,
    Permission,
)
from inkwell_operator.model.errors import Refused

_MARKS: Final = f"{OPERATOR_KEYSPACE}.{OWNERSHIP_TABLE}"
_ERASED_AT_ONCE: Final = 32


class Writer:
    """Carries out actions through one client."""

    def __init__(self, client: Client, replication: Iterable[tuple[str, str]]) -> None:
        """Write by `client`; the operator's own keyspace is replicated as given."""
        self._client = client
        self._replication = tuple(replication)
        self._is_prepared = False

    async def put_keyspace(self, action: PutKeyspace) -> None:
        """Mark and make the keyspace, or change its replication."""
        keyspace = action.keyspace
        verb = "ALTER KEYSPACE" if action.exists else "CREATE KEYSPACE IF NOT EXISTS"
        await self._mark(action.tenant, Kind.KEYSPACE, keyspace.name)
        await self._client.change_schema(
            f"{verb} {keyspace.name} WITH replication = {_map(keyspace.replication)}"
        )

    async def create_table(self, action: CreateTable) -> None:
        """Make the table."""
        await self._client.change_schema(action.statement)

    async def put_login(self, action: PutLogin) -> None:
        """Mark and make the login, or bring it to what is wanted."""
        login = action.login
        role = _quoted(login.name)
        await self._mark(action.tenant, Kind.ROLE, login.name)
        options = (
            f"WITH HASHED PASSWORD = '{login.password_hash}' AND LOGIN = true AND SUPERUSER = false"
        )
        verb = "ALTER ROLE" if action.exists else "CREATE ROLE IF NOT EXISTS"
        await self._client.execute(f"{verb} {role} {options}")
        for parent in sorted(action.excess_roles):
            await self._client.execute(f"REVOKE {_quoted(parent)} FROM {role}")

    async def change_permissions(self, action: ChangePermissions) -> None:
        """Revoke, then grant."""
        role = _quoted(action.login)
        for resource, words in _by_resource(action.revoke).items():
            await self._client.execute(f"REVOKE {words} ON {_resource(resource)} FROM {role}")
        await asyncio.gather(
            *(
                self._client.execute(f"GRANT {words} ON {_resource(resource)} TO {role}")
                for resource, words in _by_resource(action.grant).items()
            )
        )

    async def drop_login(self, action: DropLogin) -> None:
        """Drop the login, its permissions with it, and then its mark."""
        await self._client.execute(f"DROP ROLE IF EXISTS {_quoted(action.login)}")
        await self._unmark(action.tenant, Kind.ROLE, action.login)

    async def drop_keyspace(self, action: DropKeyspace) -> None:
        """Drop the keyspace with all data, and then its mark."""
        await self._client.change_schema(f"DROP KEYSPACE IF EXISTS {action.keyspace}")
        await self._unmark(action.tenant, Kind.KEYSPACE, action.keyspace)

    async def erase(self, keyspace: str, document_ids: Iterable[str]) -> None:
        """Delete every row of these documents (UUIDs as text) from every table of the keyspace."""
        pending = [
            f"DELETE FROM {keyspace}.{table} WHERE document_id = {UUID(document_id)}"  # noqa: S608 - a UUID
            for document_id in document_ids
            for table in CASSANDRA_TABLES
        ]
        for start in range(0, len(pending), _ERASED_AT_ONCE):
            batch = pending[start : start + _ERASED_AT_ONCE]
            await asyncio.gather(*(self._client.execute(statement) for statement in batch))

    async def _mark(self, tenant: str, kind: Kind, name: str) -> None:
        await self._prepare()
        await self._client.execute(
            f"INSERT INTO {_MARKS} (tenant, kind, name) VALUES (%s, %s, %s)",  # noqa: S608 - a constant
            (tenant, kind.value, name),
        )

    async def _unmark(self, tenant: str, kind: Kind, name: str) -> None:
        await self._prepare()
        await self._client.execute(
            f"DELETE FROM {_MARKS} WHERE tenant = %s AND kind = %s AND name = %s",  # noqa: S608 - a constant
            (tenant, kind.value, name),
        )

    async def _prepare(self) -> None:
        if self._is_prepared:
            return
        replication = _map(self._replication)
        await self._client.change_schema(
            f"CREATE KEYSPACE IF NOT EXISTS {OPERATOR_KEYSPACE} WITH replication = {replication}"
        )
        await self._client.change_schema(
            f"CREATE TABLE IF NOT EXISTS {_MARKS} (tenant text, kind text, name text,"
            " PRIMARY KEY ((tenant), kind, name)) WITH comment = 'what the operator made for whom'"
        )
        self._is_prepared = True


def _quoted(role: str) -> str:
    return '"' + role.replace('"', '""') + '"'


def _map(replication: Iterable[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"'{key}': '{value}'" for key, value in sorted(replication)) + "}"


def _by_resource(permissions: Iterable[Permission]) -> dict[str, str]:
    words: defaultdict[str, list[str]] = defaultdict(list)
    for permission in sorted(permissions):
        words[permission.resource].append(permission.permission)
    return {resource: ", ".join(listed) for resource, listed in words.items()}


def _resource(resource: str) -> str:
    """Say a resource of `system_auth.role_permissions` in CQL."""
    words: str | None = None
    match resource.split("/"):
        case ["data"]:
            words = "ALL KEYSPACES"
        case ["data", keyspace]:
            words = f"KEYSPACE {_quoted(keyspace)}"
        case ["data", keyspace, "*"]:
            words = f"ALL TABLES IN KEYSPACE {_quoted(keyspace)}"
        case ["data", keyspace, table]:
            words = f"TABLE {_quoted(keyspace)}.{_quoted(table)}"
        case ["roles"]:
            words = "ALL ROLES"
        case ["roles", role]:
            words = f"ROLE {_quoted(role)}"
        case ["functions"]:
            words = "ALL FUNCTIONS"
        case ["functions", keyspace]:
            words = f"ALL FUNCTIONS IN KEYSPACE {_quoted(keyspace)}"
        case _:
            pass
    if words is None:
        raise Refused(f"Cassandra: a permission on {resource} cannot be revoked: do it by hand")
    return words
