"""Keycloak: a client for each tenant's API with its roles, and a client for each machine."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from inkwell_api import names
from inkwell_api.conditions import ConditionType
from inkwell_operator.backends.grouped_reads import GroupedReads
from inkwell_operator.backends.keycloak.actions import Action
from inkwell_operator.backends.keycloak.apply import Writer
from inkwell_operator.backends.keycloak.client import AdminClient
from inkwell_operator.backends.keycloak.desire import Desired, desire
from inkwell_operator.backends.keycloak.diff import diff
from inkwell_operator.backends.keycloak.observe import Found, Reader
from inkwell_operator.backends.keycloak.state import Observed
from inkwell_operator.backends.server import Server
from inkwell_operator.model.plan import Plan, Step
from inkwell_operator.model.validate import Credential, KeycloakTarget, Subject


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a tenant to read: the clients named, or with `is_open` all that has its prefix."""

    tenant: str
    clients: frozenset[str]
    is_open: bool


class KeycloakBackend:
    """The backend of one Keycloak realm."""

    condition = ConditionType.KEYCLOAK_READY

    def __init__(self, target: KeycloakTarget, server: Server | None = None) -> None:
        """Open no connection yet; `server` is what all realms of one Keycloak share."""
        self._admin = AdminClient(target, server)
        self._reader = Reader(self._admin)
        self._writer = Writer(self._admin, self._reader)
        self._reads = GroupedReads(self._read)

    async def aclose(self) -> None:
        """Close every connection; the backend is not used afterwards."""
        await self._admin.aclose()

    def desire(self, subject: Subject) -> Desired:
        """Say what should be there for `subject`."""
        return desire(subject)

    async def observe(self, desired: Desired) -> Observed:
        """Read the clients that this subject is about, and their roles and rights."""
        part = _Part(desired.tenant, desired.needed_clients, desired.is_open)
        snapshot = await self._reads.snapshot_for(desired.tenant, part)
        return await self._reader.complete(desired, snapshot.get(desired.tenant, {}))

    def diff(self, desired: Desired, observed: Observed) -> Plan[Action]:
        """Say what would turn `observed` into `desired`."""
        return diff(desired, observed)

    async def apply(self, step: Step[Action]) -> None:
        """Make one write."""
        try:
            await self._writer.apply(step.action)
        finally:
            self._reads.invalidate(step.action.claim.mark.tenant)

    async def token_of(self, machine: Credential) -> str:
        """Return an access token that a machine of the realm is given.

        Raises:
            AccessDenied: Keycloak does not take its secret.
        """
        return await self._admin.token_of(machine)

    async def _read(self, parts: frozenset[_Part] | None) -> Mapping[str, Mapping[str, Found]]:
        """Return clients by tenant and clientId; their roles and rights are read by subject."""
        if parts is None:
            listed = await self._reader.clients(None)
        else:
            wanted = frozenset[str]().union(*(part.clients for part in parts))
            prefixes = {names.machine_client(part.tenant, "") for part in parts if part.is_open}
            listed = await self._reader.clients(wanted, prefixes)
        by_tenant: defaultdict[str, dict[str, Found]] = defaultdict(dict)
        for found in listed:
            client_id = found.client.client_id
            by_tenant[client_id.partition(".")[0]][client_id] = found
        return by_tenant
