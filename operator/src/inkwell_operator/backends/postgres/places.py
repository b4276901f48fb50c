"""In which database a tenant's schema stands, and whether it may be entered.

Used by `backend`. Where tenants share one database there is nothing to find out; where each has its
own, the databases of a wave are read at once, and a tenant's is entered only if it is the claim's.
"""

from collections.abc import Mapping

from inkwell_operator.backends.grouped_reads import GroupedReads
from inkwell_operator.backends.postgres.client import Client
from inkwell_operator.backends.postgres.observe_databases import databases
from inkwell_operator.backends.postgres.state import Database
from inkwell_operator.model.errors import DependencyNotReady
from inkwell_operator.model.ownership import Claim
from inkwell_operator.model.targets import PostgresTarget


class Places:
    """The databases of one server."""

    def __init__(self, client: Client, target: PostgresTarget) -> None:
        """Have read nothing yet; `client` is of the class's database."""
        self._client = client
        self._target = target
        self._reads: GroupedReads[str, Mapping[str, Database]] = GroupedReads(
            lambda tenants: databases(client, tenants)
        )

    def invalidate(self, tenant: str) -> None:
        """Note that something of a tenant was just written."""
        self._reads.invalidate(tenant)

    async def database(self, claim: Claim) -> Database | None:
        """Return the tenant's own database, whosever it is; None where there is none."""
        if not self._target.has_databases:
            return None
        tenant = claim.mark.tenant
        found = await self._reads.snapshot_for(tenant, tenant)
        return found.get(self._target.database_of(tenant))

    async def enter(self, claim: Claim) -> Client | None:
        """Return a client of the database with the tenant's schema; None where none is open to us.

        Whose the schema in it is remains to be seen.
        """
        return self.entered(claim, await self.database(claim))

    def entered(self, claim: Claim, database: Database | None) -> Client | None:
        """Return what `enter` does, of a database that was read."""
        if not self._target.has_databases:
            return self._client
        if database is None or not database.is_open or not database.is_of(claim):
            return None
        return self._client.inside(database.name)

    async def with_data(self, claim: Claim) -> Client | None:
        """Return what `enter` does; None says that there are no data of the claim's.

        Raises:
            DependencyNotReady: there may be, in a database that lets the operator not in.
        """
        database = await self.database(claim)
        client = self.entered(claim, database)
        if client is None and database is not None and database.may_hold_data_of(claim):
            raise DependencyNotReady(
                f"PostgreSQL: database {database.name} lets the operator not in: ALTER DATABASE"
                f" {database.name} ALLOW_CONNECTIONS true, and GRANT CONNECT on it"
            )
        return client

    async def must_enter(self, claim: Claim) -> Client:
        """Return what `enter` does.

        Raises:
            DependencyNotReady: there is no such database.
        """
        client = await self.enter(claim)
        if client is None:
            name = self._target.database_of(claim.mark.tenant)
            raise DependencyNotReady(f"PostgreSQL: database {name} is not there yet")
        return client
