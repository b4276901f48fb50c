"""Keycloak: a client for each tenant's API with its roles, and a client for each machine."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from inkwell_api import names
from inkwell_api.conditions import ConditionType
from inkwell_operator.backends.grouped_reads import GroupedReads
from inkwell_operator.backends.keycloak.client import AdminClient
from inkwell_operator.backends.keycloak.desire import Desired, desire
from inkwell_operator.backends.keycloak.diff import (
    Action,
    CreateRole,
    DeleteClient,
    DeleteRole,
    PutClient,
    SetRights,
    diff,
)
from inkwell_operator.backends.keycloak.realm import Details, Realm
from inkwell_operator.backends.keycloak.state import Client, Observed, Rights
from inkwell_operator.model.plan import Plan, Step
from inkwell_operator.model.validate import KeycloakTarget, Subject


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a tenant to read: the clients named, or with `is_open` all that has its prefix."""

    tenant: str
    clients: frozenset[str]
    is_open: bool


class KeycloakBackend:
    """The backend of one Keycloak realm."""

    condition = ConditionType.KEYCLOAK_READY

    def __init__(self, target: KeycloakTarget) -> None:
        """Connect when first used."""
        self._admin = AdminClient(target)
        self._realm = Realm(self._admin)
        self._reads = GroupedReads(self._read)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._admin.aclose()

    def desire(self, subject: Subject) -> Desired:
        """Say what should be there for `subject`."""
        return desire(subject)

    async def observe(self, desired: Desired) -> Observed:
        """Read the clients that this subject is about, and their roles and rights."""
        wanted = {desired.api_client}
        if desired.pipeline is not None:
            wanted.add(names.machine_client(desired.tenant, desired.pipeline))
        is_open = desired.is_absent and desired.pipeline is None
        part = _Part(desired.tenant, frozenset(wanted), is_open)
        snapshot = await self._reads.snapshot_for(desired.tenant, part)
        return snapshot.get(desired.tenant, Observed())

    def diff(self, desired: Desired, observed: Observed) -> Plan[Action]:
        """Say what would turn `observed` into `desired`."""
        return diff(desired, observed)

    async def apply(self, step: Step[Action]) -> None:
        """Make one write."""
        tenant = step.action.tenant
        try:
            match step.action:
                case PutClient(client=client, exists=exists):
                    await self._realm.put_client(tenant, client, exists=exists)
                case DeleteClient(client_id=client_id):
                    await self._realm.delete_client(tenant, client_id)
                case CreateRole(client_id=client_id, role=role):
                    await self._realm.create_role(tenant, client_id, role)
                case DeleteRole(client_id=client_id, role=role):
                    await self._realm.delete_role(tenant, client_id, role)
                case SetRights(client_id=client_id, rights=rights):
                    await self._realm.set_rights(tenant, client_id, rights)
        finally:
            self._reads.invalidate(tenant)

    async def _read(self, parts: frozenset[_Part] | None) -> Mapping[str, Observed]:
        if parts is None:
            found = await self._realm.clients(None)
        else:
            wanted = frozenset[str]().union(*(part.clients for part in parts))
            prefixes = {names.machine_client(part.tenant, "") for part in parts if part.is_open}
            found = await self._realm.clients(wanted, prefixes)
        unique = {client.client_id: (client, uid) for client, uid in found}
        marked = [(client, uid) for client, uid in unique.values() if client.owner is not None]
        details = await asyncio.gather(
            *(self._realm.details(client, uid, may_keep=parts is None) for client, uid in marked)
        )
        more = {
            client.client_id: detail for (client, _), detail in zip(marked, details, strict=True)
        }
        return _by_tenant([client for client, _ in unique.values()], more)


def _by_tenant(clients: list[Client], details: Mapping[str, Details]) -> Mapping[str, Observed]:
    found: defaultdict[str, dict[str, Client]] = defaultdict(dict)
    roles: dict[str, frozenset[str]] = {}
    rights: defaultdict[str, dict[str, Rights]] = defaultdict(dict)
    for client in clients:
        tenant = client.client_id.partition(".")[0]
        found[tenant][client.client_id] = client
        detail = details.get(client.client_id, Details())
        if client.client_id == names.api_client(tenant):
            roles[tenant] = detail.roles
        elif detail.rights is not None:
            rights[tenant][client.client_id] = detail.rights
    return {
        tenant: Observed(own, roles.get(tenant, frozenset()), rights[tenant])
        for tenant, own in found.items()
    }
