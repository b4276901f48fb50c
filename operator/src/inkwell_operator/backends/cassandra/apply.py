"""The writes of the Cassandra backend: one function an action, safe to repeat.

What is made is marked before, what is removed is checked before and unmarked after it: see
`ledger`.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from inkwell_api import names
from inkwell_api.tables import CASSANDRA_TABLES, cql
from inkwell_operator.backends.cassandra.actions import (
    Action,
    AlterTable,
    ChangePermissions,
    CreateTable,
    DropKeyspace,
    DropLogin,
    PutKeyspace,
    PutLogin,
    WriteMark,
)
from inkwell_operator.backends.cassandra.client import Client
from inkwell_operator.backends.cassandra.errors import NoSuchTable
from inkwell_operator.backends.cassandra.ledger import Ledger
from inkwell_operator.backends.cassandra.state import Kind, Permission
from inkwell_operator.model.errors import NameTaken, Refused
from inkwell_operator.model.ownership import (
    Claim,
    Ownership,
    judge,
    mark_of_data,
    may_remove,
    refusal,
)

_ERASED_AT_ONCE: Final = 50
"""Documents whose rows go by one statement a table; a coordinator has to keep them in mind."""


class Writer:
    """Carries out actions through one client."""

    def __init__(self, client: Client, replication: Mapping[str, str]) -> None:
        """Write by `client`; the operator's own keyspace is replicated as given."""
        self._client = client
        self._ledger = Ledger(client, replication)

    async def apply(self, action: Action) -> None:
        """Make one write.

        Raises:
            WriteConflict: its mark is not the one that was read any more.
            InkwellError: whatever the client raised.
        """
        match action:
            case WriteMark():
                await self._ledger.claim(action.kind, action.name, action.mark, action.found)
            case PutKeyspace():
                await self._put_keyspace(action)
            case CreateTable():
                await self._client.change_schema(action.table.create_statement(action.keyspace))
            case AlterTable():
                await self._alter_table(action)
            case PutLogin():
                await self._put_login(action)
            case ChangePermissions():
                await self._change_permissions(action)
            case DropLogin():
                await self._drop_login(action)
            case DropKeyspace():
                await self._drop_keyspace(action)

    async def erase(self, claim: Claim, document_ids: Iterable[str]) -> None:
        """Delete every row of these documents (UUIDs as text) from every table of the keyspace.

        Raises:
            NameTaken: the keyspace is not the claim's, or is not any more.
        """
        keyspace = names.keyspace(claim.mark.tenant)
        ids = sorted({str(UUID(document_id)) for document_id in document_ids})
        for start in range(0, len(ids), _ERASED_AT_ONCE):
            if not await self._may_erase(claim, keyspace):
                return
            portion = ", ".join(ids[start : start + _ERASED_AT_ONCE])
            await asyncio.gather(
                *(
                    self._erase_rows(_qualified(keyspace, table), portion)
                    for table in CASSANDRA_TABLES
                )
            )

    async def _may_erase(self, claim: Claim, keyspace: str) -> bool:
        """Say whether the keyspace is there; its mark is the claim's, or may be erased by it."""
        tenant, login = claim.mark.tenant, names.gateway_principal(claim.mark.tenant)
        try:
            found, gateway = await asyncio.gather(
                self._ledger.mark_of(Kind.KEYSPACE, keyspace, tenant),
                self._ledger.mark_of(Kind.ROLE, login, tenant),
            )
        except NoSuchTable:  # the ledger is made with the first mark
            found = gateway = None
        mark = mark_of_data(claim, found, gateway)
        ownership = judge(claim, mark)
        if may_remove(claim, mark) or ownership is Ownership.ERASE:
            return True
        existing = "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = %s"
        if not await self._client.execute(existing, (keyspace,)):
            return False
        why = refusal(ownership, f"keyspace {keyspace}", "Cassandra", claim)
        raise NameTaken(f"Cassandra: documents were not erased: {why.message}")

    async def _erase_rows(self, table: str, ids: str) -> None:
        try:
            await self._client.execute(f"DELETE FROM {table} WHERE document_id IN ({ids})")  # noqa: S608 - UUIDs
        except NoSuchTable:  # and all rows with it
            return

    async def _put_keyspace(self, action: PutKeyspace) -> None:
        await self._ledger.claim(Kind.KEYSPACE, action.name, action.mark, action.found)
        verb = "ALTER KEYSPACE" if action.exists else "CREATE KEYSPACE IF NOT EXISTS"
        replication = cql.text_map(action.replication)
        await self._client.change_schema(
            f"{verb} {cql.identifier(action.name)} WITH replication = {replication}"
        )

    async def _alter_table(self, action: AlterTable) -> None:
        table = _qualified(action.keyspace, action.table)
        if action.columns:
            columns = ", ".join(
                f"{cql.identifier(name)} {kind}" for name, kind in action.columns.items()
            )
            await self._client.change_schema(f"ALTER TABLE {table} ADD IF NOT EXISTS ({columns})")
        if action.options:
            options = " AND ".join(f"{name} = {value}" for name, value in action.options.items())
            await self._client.change_schema(f"ALTER TABLE {table} WITH {options}")

    async def _put_login(self, action: PutLogin) -> None:
        login = action.login
        role = cql.identifier(login.name)
        await self._ledger.claim(Kind.ROLE, login.name, action.mark, action.found)
        password = cql.text(login.password_hash)
        options = f"WITH HASHED PASSWORD = {password} AND LOGIN = true AND SUPERUSER = false"
        verb = "ALTER ROLE" if action.exists else "CREATE ROLE IF NOT EXISTS"
        await self._client.execute(f"{verb} {role} {options}")
        for parent in sorted(action.excess_roles):
            await self._client.execute(f"REVOKE {cql.identifier(parent)} FROM {role}")
        for member in sorted(action.excess_members):
            await self._client.execute(f"REVOKE {role} FROM {cql.identifier(member)}")

    async def _change_permissions(self, action: ChangePermissions) -> None:
        role = cql.identifier(action.role)
        for resource, words in _by_resource(action.revoke).items():
            await self._client.execute(f"REVOKE {words} ON {_resource(resource)} FROM {role}")
        await asyncio.gather(
            *(
                self._client.execute(f"GRANT {words} ON {_resource(resource)} TO {role}")
                for resource, words in _by_resource(action.grant).items()
            )
        )

    async def _drop_login(self, action: DropLogin) -> None:
        if await self._ledger.still_holds(Kind.ROLE, action.name, action.found):
            await self._client.execute(f"DROP ROLE IF EXISTS {cql.identifier(action.name)}")
            await self._ledger.release(Kind.ROLE, action.name, action.found)

    async def _drop_keyspace(self, action: DropKeyspace) -> None:
        if await self._ledger.still_holds(Kind.KEYSPACE, action.name, action.found):
            name = cql.identifier(action.name)
            await self._client.change_schema(f"DROP KEYSPACE IF EXISTS {name}")
            await self._ledger.release(Kind.KEYSPACE, action.name, action.found)


def _qualified(keyspace: str, table: str) -> str:
    return f"{cql.identifier(keyspace)}.{cql.identifier(table)}"


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
            words = f"KEYSPACE {cql.identifier(keyspace)}"
        case ["data", keyspace, "*"]:
            words = f"ALL TABLES IN KEYSPACE {cql.identifier(keyspace)}"
        case ["data", keyspace, table]:
            words = f"TABLE {_qualified(keyspace, table)}"
        case ["roles"]:
            words = "ALL ROLES"
        case ["roles", role]:
            words = f"ROLE {cql.identifier(role)}"
        case ["functions"]:
            words = "ALL FUNCTIONS"
        case ["functions", keyspace]:
            words = f"ALL FUNCTIONS IN KEYSPACE {cql.identifier(keyspace)}"
        case _:
            pass
    if words is None:
        raise Refused(f"Cassandra: a permission on {resource} cannot be revoked: do it by hand")
    return words
