"""The ledger: whose each keyspace and role is, one row an object. Used by `apply`.

A row is written before its object and deleted after it: a crash in between leaves a row too many,
which the next pass uses or removes, and never an object that nobody owns. Rows are compared and set
(lightweight transactions): of two installations that lay claim on the same name at the same moment
one gets it, and nothing is removed by the word of a row that has changed hands since it was read.
"""

from collections.abc import Mapping
from typing import Final

from inkwell_api.tables import cql
from inkwell_operator.backends.cassandra.client import Client
from inkwell_operator.backends.cassandra.state import OPERATOR_KEYSPACE, OWNERSHIP_TABLE, Kind
from inkwell_operator.model.errors import WriteConflict
from inkwell_operator.model.ownership import Mark

TABLE: Final = f"{cql.identifier(OPERATOR_KEYSPACE)}.{cql.identifier(OWNERSHIP_TABLE)}"
_ROW: Final = "WHERE tenant = %s AND kind = %s AND name = %s"
_IF: Final = "IF installation = %s AND uid = %s"


class Ledger:
    """Writes marks through one client; every call may be repeated."""

    def __init__(
        self, client: Client, replication: Mapping[str, str], keyspace: str = OPERATOR_KEYSPACE
    ) -> None:
        """Write by `client` into a keyspace of the operator's own, replicated as given."""
        self._client = client
        self._replication = dict(replication)
        self._keyspace = cql.identifier(keyspace)
        self._table = f"{self._keyspace}.{cql.identifier(OWNERSHIP_TABLE)}"
        self._is_prepared = False

    async def claim(self, kind: Kind, name: str, mark: Mark, found: Mark | None) -> None:
        """Mark an object, which need not exist yet.

        Args:
            kind: of the object.
            name: of the object.
            mark: what is written.
            found: what may stand there and be replaced.

        Raises:
            WriteConflict: another mark stands there.
        """
        await self._prepare()
        key = (mark.tenant, kind.value, name)
        insert = f"INSERT INTO {self._table} (tenant, kind, name, installation, uid)"
        values = (*key, *_stored(mark))
        if await self._is_applied(f"{insert} VALUES (%s, %s, %s, %s, %s) IF NOT EXISTS", values):
            return
        stands = await self.mark_of(kind, name, mark.tenant)
        if stands == mark:
            return
        if stands is None or stands != found:
            raise _changed_hands(kind, name)
        update = f"UPDATE {self._table} SET installation = %s, uid = %s {_ROW} {_IF}"  # noqa: S608 - a constant
        if not await self._is_applied(update, (*_stored(mark), *key, *_stored(stands))):
            raise _changed_hands(kind, name)

    async def still_holds(self, kind: Kind, name: str, found: Mark) -> bool:
        """Say whether a mark is there as it was read; False where there is none any more.

        Raises:
            WriteConflict: another mark stands there.
        """
        await self._prepare()
        stands = await self.mark_of(kind, name, found.tenant)
        if stands is not None and stands != found:
            raise _changed_hands(kind, name)
        return stands is not None

    async def release(self, kind: Kind, name: str, found: Mark) -> None:
        """Take a mark away, if it is still this one."""
        values = (found.tenant, kind.value, name, *_stored(found))
        await self._is_applied(f"DELETE FROM {self._table} {_ROW} {_IF}", values)  # noqa: S608 - a constant

    async def mark_of(self, kind: Kind, name: str, tenant: str) -> Mark | None:
        """Return the mark of an object, or None where there is none for the tenant.

        Raises:
            NoSuchTable: there is no ledger yet.
        """
        select = f"SELECT installation, uid FROM {self._table} {_ROW}"  # noqa: S608 - a constant
        rows = await self._client.execute(select, (tenant, kind.value, name))
        return next((Mark(tenant, row[0] or "", row[1] or "") for row in rows), None)

    async def _is_applied(self, statement: str, values: tuple[str | None, ...]) -> bool:
        """Carry out a conditional write; its first column says whether the condition held."""
        rows = await self._client.execute(statement, values)
        return bool(rows[0][0])

    async def _prepare(self) -> None:
        """Make the table, or bring that of version 0.1, which knew tenants alone, up to date."""
        if self._is_prepared:
            return
        replication, table = cql.text_map(self._replication), self._table
        columns = "tenant text, kind text, name text, installation text, uid text"
        columns += ", PRIMARY KEY ((tenant), kind, name)"
        options = "comment = 'what the operator made for whom'"
        for statement in (
            f"CREATE KEYSPACE IF NOT EXISTS {self._keyspace} WITH replication = {replication}",
            f"CREATE TABLE IF NOT EXISTS {table} ({columns}) WITH {options}",
            f"ALTER TABLE {table} ADD IF NOT EXISTS (installation text, uid text)",
        ):
            await self._client.change_schema(statement)
        self._is_prepared = True


def _stored(mark: Mark) -> tuple[str | None, str | None]:
    """Return installation and uid as the row holds them: null in rows of version 0.1."""
    return mark.installation or None, mark.uid or None


def _changed_hands(kind: Kind, name: str) -> WriteConflict:
    return WriteConflict(
        f"Cassandra: {kind.value} {name} changed hands in {OPERATOR_KEYSPACE}.{OWNERSHIP_TABLE} "
        "while it was looked at"
    )
