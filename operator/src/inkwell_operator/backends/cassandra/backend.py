"""Cassandra.

A keyspace a tenant with its tables, and a login for each stage with its permissions.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from inkwell_api import names
from inkwell_api.conditions import ConditionType
from inkwell_operator.backends.cassandra.actions import (
    Action,
    ChangePermissions,
    CreateTable,
    DropKeyspace,
    DropLogin,
    PutKeyspace,
    PutLogin,
)
from inkwell_operator.backends.cassandra.apply import Writer
from inkwell_operator.backends.cassandra.client import Client
from inkwell_operator.backends.cassandra.desire import Desired, desire
from inkwell_operator.backends.cassandra.diff import diff
from inkwell_operator.backends.cassandra.state import (
    OPERATOR_KEYSPACE,
    OWNERSHIP_TABLE,
    STRATEGY,
    Keyspace,
    Kind,
    Login,
    Observed,
    Permission,
)
from inkwell_operator.backends.grouped_reads import GroupedReads
from inkwell_operator.model.errors import DependencyNotReady
from inkwell_operator.model.plan import Plan, Step
from inkwell_operator.model.validate import CassandraTarget, Subject

_ROLES: Final = (
    "SELECT role, salted_hash, can_login, is_superuser, member_of FROM system_auth.roles"
)
_PERMISSIONS: Final = "SELECT role, resource, permissions FROM system_auth.role_permissions"
_KEYSPACES: Final = "SELECT keyspace_name, replication FROM system_schema.keyspaces"
_TABLES: Final = "SELECT keyspace_name, table_name FROM system_schema.tables"
_MARKS: Final = f"SELECT tenant, kind, name FROM {OPERATOR_KEYSPACE}.{OWNERSHIP_TABLE}"  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class _Snapshot:
    keyspaces: Mapping[str, Keyspace]
    logins: Mapping[str, Mapping[str, Login]]
    """By tenant, then by name."""
    marks: Mapping[str, frozenset[tuple[Kind, str]]]
    """By tenant."""


class CassandraBackend:
    """The backend of one Cassandra cluster."""

    condition = ConditionType.CASSANDRA_READY

    def __init__(self, target: CassandraTarget) -> None:
        """Connect when first used."""
        self._client = Client(target)
        replication = [("class", STRATEGY), (target.datacenter, str(target.replication_factor))]
        self._writer = Writer(self._client, replication)
        self._reads = GroupedReads(self._read)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    def desire(self, subject: Subject) -> Desired:
        """Say what should be there for `subject`."""
        return desire(subject)

    async def observe(self, desired: Desired) -> Observed:
        """Read the tenant's keyspace, logins and marks."""
        snapshot = await self._reads.snapshot_for(desired.tenant, desired.tenant)
        logins = snapshot.logins.get(desired.tenant, {})
        unseen = desired.logins.keys() - logins.keys()
        if unseen:  # made by somebody else perhaps: those are not found by the tenant's marks
            logins = {**logins, **await self._logins(unseen)}
        return Observed(
            keyspace=snapshot.keyspaces.get(desired.keyspace_name),
            logins=logins,
            marks=snapshot.marks.get(desired.tenant, frozenset()),
        )

    def diff(self, desired: Desired, observed: Observed) -> Plan[Action]:
        """Say what would turn `observed` into `desired`."""
        return diff(desired, observed)

    async def apply(self, step: Step[Action]) -> None:
        """Make one write."""
        try:
            match step.action:
                case PutKeyspace() as action:
                    await self._writer.put_keyspace(action)
                case CreateTable() as action:
                    await self._writer.create_table(action)
                case PutLogin() as action:
                    await self._writer.put_login(action)
                case ChangePermissions() as action:
                    await self._writer.change_permissions(action)
                case DropLogin() as action:
                    await self._writer.drop_login(action)
                case DropKeyspace() as action:
                    await self._writer.drop_keyspace(action)
        finally:
            self._reads.invalidate(step.action.tenant)

    async def erase_documents(self, tenant: str, document_ids: Iterable[str]) -> None:
        """Delete all rows of these documents of a tenant.

        Those that are gone already are no error.
        """
        await self._writer.erase(names.keyspace(tenant), document_ids)

    async def _read(self, tenants: frozenset[str] | None) -> _Snapshot:
        if tenants is None:
            marks = await self._marks(None)
            where_keyspace = where_role = ""
        else:
            marks = await self._marks(tenants)
            roles = [name for own in marks.values() for kind, name in own if kind is Kind.ROLE]
            keyspaces = _listed(names.keyspace(tenant) for tenant in tenants)
            where_keyspace = f" WHERE keyspace_name IN ({keyspaces})"
            where_role = f" WHERE role IN ({_listed(roles)})"
        found, tables, logins, permissions = await asyncio.gather(
            self._client.execute(_KEYSPACES + where_keyspace),
            self._client.execute(_TABLES + where_keyspace),
            self._client.execute(_ROLES + where_role),
            self._client.execute(_PERMISSIONS + where_role),
        )
        return _Snapshot(_keyspaces(found, tables), _by_tenant(_logins(logins, permissions)), marks)

    async def _marks(
        self, tenants: frozenset[str] | None
    ) -> dict[str, frozenset[tuple[Kind, str]]]:
        where = "" if tenants is None else f" WHERE tenant IN ({_listed(tenants)})"
        try:
            rows = await self._client.execute(_MARKS + where)
        except DependencyNotReady:  # the table of marks is made with the first mark
            return {}
        marks: defaultdict[str, set[tuple[Kind, str]]] = defaultdict(set)
        for tenant, kind, name in rows:
            marks[tenant].add((Kind(kind), name))
        return {tenant: frozenset(own) for tenant, own in marks.items()}

    async def _logins(self, wanted: Collection[str]) -> dict[str, Login]:
        where = f"WHERE role IN ({_listed(wanted)})"
        return _logins(
            await self._client.execute(f"{_ROLES} {where}"),
            await self._client.execute(f"{_PERMISSIONS} {where}"),
        )


def _listed(words: Iterable[str]) -> str:
    """Return names of ours (they hold no quote) as a list of CQL strings."""
    return ", ".join(f"'{word}'" for word in sorted(words))


def _keyspaces(
    keyspaces: list[tuple[Any, ...]], tables: list[tuple[Any, ...]]
) -> dict[str, Keyspace]:
    held: defaultdict[str, set[str]] = defaultdict(set)
    for keyspace, table in tables:
        held[keyspace].add(table)
    return {
        name: Keyspace(name, frozenset(dict(replication).items()), frozenset(held[name]))
        for name, replication in keyspaces
    }


def _logins(roles: list[tuple[Any, ...]], permissions: list[tuple[Any, ...]]) -> dict[str, Login]:
    logins = {
        name: Login(
            name=name,
            password_hash=password_hash or "",
            can_login=bool(can_login),
            is_superuser=bool(is_superuser),
            member_of=frozenset(member_of or ()),
        )
        for name, password_hash, can_login, is_superuser, member_of in roles
    }
    held: defaultdict[str, set[Permission]] = defaultdict(set)
    for role, resource, words in permissions:
        held[role] |= {Permission(resource, word) for word in words or ()}
    return {
        name: replace(login, permissions=frozenset(held[name])) for name, login in logins.items()
    }


def _by_tenant(logins: Mapping[str, Login]) -> dict[str, dict[str, Login]]:
    by_tenant: defaultdict[str, dict[str, Login]] = defaultdict(dict)
    for name, login in logins.items():
        by_tenant[name.partition(".")[0]][name] = login
    return by_tenant
