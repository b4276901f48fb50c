"""Cassandra.

A keyspace a tenant with its tables, and a login for each stage with its permissions.
"""

from collections.abc import Iterable

from inkwell_api.conditions import ConditionType
from inkwell_operator.backends.cassandra.actions import Action
from inkwell_operator.backends.cassandra.apply import Writer
from inkwell_operator.backends.cassandra.client import Client
from inkwell_operator.backends.cassandra.desire import Desired, desire
from inkwell_operator.backends.cassandra.diff import diff
from inkwell_operator.backends.cassandra.observe import Reader
from inkwell_operator.backends.cassandra.state import STRATEGY, Kind, Observed
from inkwell_operator.backends.grouped_reads import GroupedReads
from inkwell_operator.model.ownership import Claim
from inkwell_operator.model.plan import Plan, Step
from inkwell_operator.model.validate import CassandraTarget, Subject


class CassandraBackend:
    """The backend of one Cassandra cluster."""

    condition = ConditionType.CASSANDRA_READY

    def __init__(self, target: CassandraTarget) -> None:
        """Connect when first used."""
        self._client = Client(target)
        replication = {"class": STRATEGY, target.datacenter: str(target.replication_factor)}
        self._writer = Writer(self._client, replication)
        self._reader = Reader(self._client, target.admin.username)
        self._reads = GroupedReads(self._reader.read)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    def desire(self, subject: Subject) -> Desired:
        """Say what should be there for `subject`."""
        return desire(subject)

    async def observe(self, desired: Desired) -> Observed:
        """Read the tenant's keyspace, its logins and marks, and who else has rights on them."""
        snapshot = await self._reads.snapshot_for(desired.tenant, desired.tenant)
        logins = snapshot.logins.get(desired.tenant, {})
        marks = snapshot.marks.get(desired.tenant, {})
        unmarked = desired.logins.keys() - logins.keys()
        if unmarked and not snapshot.is_whole:  # no mark of the tenant leads to somebody else's
            logins = {**logins, **await self._reader.logins(unmarked)}
        return Observed(
            keyspace=snapshot.keyspaces.get(desired.keyspace),
            logins=logins,
            marks=marks,
            grants=snapshot.grants_on(
                desired.keyspace, (name for kind, name in marks if kind is Kind.ROLE)
            ),
        )

    def diff(self, desired: Desired, observed: Observed) -> Plan[Action]:
        """Say what would turn `observed` into `desired`."""
        return diff(desired, observed)

    async def apply(self, step: Step[Action]) -> None:
        """Make one write."""
        try:
            await self._writer.apply(step.action)
        finally:
            self._reads.invalidate(step.action.mark.tenant)

    async def erase_documents(self, claim: Claim, document_ids: Iterable[str]) -> None:
        """Delete all rows of these documents of a tenant, some documents at a time.

        The mark of the keyspace is looked at before each time.

        Those that are gone already are no error, nor is a keyspace that is gone: a call that failed
        half-way is made again as a whole.

        Raises:
            NameTaken: the keyspace is not the claim's.
        """
        await self._writer.erase(claim, document_ids)
