"""What stands in Cassandra for tenants: reads into the shapes of `state`. Writes nothing."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from inkwell_api import names
from inkwell_api.tables import CASSANDRA_TABLES, cql
from inkwell_api.tables.cassandra import TableOptions
from inkwell_operator.backends.cassandra.client import Client
from inkwell_operator.backends.cassandra.errors import NoSuchTable
from inkwell_operator.backends.cassandra.ledger import TABLE as LEDGER
from inkwell_operator.backends.cassandra.state import (
    Column,
    Grant,
    Keyspace,
    Kind,
    Login,
    Permission,
    Table,
)
from inkwell_operator.model.ownership import Mark

Rows: TypeAlias = list[tuple[Any, ...]]
Marks: TypeAlias = dict[tuple[Kind, str], Mark]

_ROLES: Final = (
    "SELECT role, salted_hash, can_login, is_superuser, member_of FROM system_auth.roles"
)
_MEMBERS: Final = "SELECT role, member FROM system_auth.role_members"
_PERMISSIONS: Final = "SELECT role, resource, permissions FROM system_auth.role_permissions"
# Cassandra spells it so.
_WHO_MAY: Final = "SELECT role FROM system_auth.resource_role_permissons_index"
_KEYSPACES: Final = "SELECT keyspace_name, replication FROM system_schema.keyspaces"
_TABLES: Final = (
    "SELECT keyspace_name, table_name, comment, compaction, compression, default_time_to_live, "
    "gc_grace_seconds FROM system_schema.tables"
)
_COLUMNS: Final = (
    "SELECT keyspace_name, table_name, column_name, type, kind, position FROM system_schema.columns"
)
_VIEWS: Final = "SELECT keyspace_name, view_name FROM system_schema.views"
# By name and not by column: version 0.1 had fewer, and a later one may have more.
_MARKS: Final = f"SELECT JSON * FROM {LEDGER}"  # noqa: S608 - a constant
_ALL_KEYSPACES: Final = "data"
_ALL_ROLES: Final = "roles"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one read found of several tenants.

    Attributes:
        keyspaces: by name.
        logins: by tenant, then by name.
        marks: by tenant, its rows of the ledger.
        grants: permissions of any role but the operator's, by the first two parts of the resource:
            ``data/tenant_acme``, ``roles/acme.gateway``, or ``data`` for all keyspaces.
        is_whole: it was a read of everything: a role that is not among the logins is not there.
    """

    keyspaces: Mapping[str, Keyspace]
    logins: Mapping[str, Mapping[str, Login]]
    marks: Mapping[str, Marks]
    grants: Mapping[str, frozenset[Grant]]
    is_whole: bool

    def grants_on(self, keyspace: str, logins: Iterable[str]) -> frozenset[Grant]:
        """Return who may do what with a keyspace, all keyspaces, these logins, or all roles."""
        roots = (
            *(_ALL_KEYSPACES, _ALL_ROLES, f"data/{keyspace}", f"functions/{keyspace}"),
            *(f"roles/{login}" for login in logins),
        )
        return frozenset[Grant]().union(*(self.grants.get(root, ()) for root in roots))


class Reader:
    """Reads through one client."""

    def __init__(self, client: Client, admin: str) -> None:
        """Read by `client`, whose login `admin` has every permission on what it makes."""
        self._client = client
        self._admin = admin

    async def read(self, tenants: frozenset[str] | None) -> Snapshot:
        """Return what stands for some tenants, or, where None is given, for everybody."""
        marks = await self._marks(tenants)
        if tenants is None:
            keyspaces, *rest = await asyncio.gather(
                self._keyspaces(""), *map(self._client.execute, (_ROLES, _MEMBERS, _PERMISSIONS))
            )
            logins, grants = _logins(*rest), self._grants(rest[2])
        else:
            roles = sorted(
                name for own in marks.values() for kind, name in own if kind is Kind.ROLE
            )
            resources = _resources(tenants, roles)
            among = f" WHERE keyspace_name IN ({_listed(map(names.keyspace, tenants))})"
            keyspaces, logins, granted = await asyncio.gather(
                self._keyspaces(among), self.logins(roles), self._granted(resources)
            )
            grants = self._grants(granted)
        # A login is marked before it is granted anything: whoever was granted something meanwhile
        # has a mark by now, and must not be taken for a stranger.
        marks = _joined(marks, await self._marks(tenants))
        return Snapshot(keyspaces, _by_tenant(logins), marks, grants, tenants is None)

    async def logins(self, wanted: Collection[str]) -> dict[str, Login]:
        """Return those of the roles that exist, by name."""
        where = f" WHERE role IN ({_listed(wanted)})"
        selected = (_ROLES, _MEMBERS, _PERMISSIONS)
        return _logins(
            *await asyncio.gather(*(self._client.execute(select + where) for select in selected))
        )

    async def _keyspaces(self, where: str) -> dict[str, Keyspace]:
        selected = (_KEYSPACES, _TABLES, _COLUMNS, _VIEWS)
        return _keyspaces(
            *await asyncio.gather(*(self._client.execute(select + where) for select in selected))
        )

    async def _marks(self, tenants: frozenset[str] | None) -> dict[str, Marks]:
        where = "" if tenants is None else f" WHERE tenant IN ({_listed(tenants)})"
        try:
            rows = await self._client.execute(_MARKS + where)
        except NoSuchTable:  # the ledger is made with the first mark
            return {}
        marks: defaultdict[str, Marks] = defaultdict(dict)
        for (text,) in rows:
            row = json.loads(text)
            if row["kind"] in set(Kind):  # a later version may mark more than this one knows
                mark = Mark(row["tenant"], row.get("installation") or "", row.get("uid") or "")
                marks[mark.tenant][Kind(row["kind"]), row["name"]] = mark
        return dict(marks)

    async def _granted(self, resources: Collection[str]) -> Rows:
        """Return the permissions that anybody but the operator has on the resources."""
        among = f"resource IN ({_listed(resources)})"
        rows = await self._client.execute(f"{_WHO_MAY} WHERE {among}")
        roles = {role for (role,) in rows} - {self._admin}
        if not roles:
            return []
        return await self._client.execute(
            f"{_PERMISSIONS} WHERE role IN ({_listed(roles)}) AND {among}"
        )

    def _grants(self, permissions: Rows) -> dict[str, frozenset[Grant]]:
        grants: defaultdict[str, set[Grant]] = defaultdict(set)
        for role, resource, words in permissions:
            if role != self._admin:
                root = "/".join(resource.split("/")[:2])
                grants[root] |= {Grant(role, Permission(resource, word)) for word in words or ()}
        return {root: frozenset(found) for root, found in grants.items()}


def _joined(first: dict[str, Marks], then: dict[str, Marks]) -> dict[str, Marks]:
    tenants = first.keys() | then.keys()
    return {tenant: first.get(tenant, {}) | then.get(tenant, {}) for tenant in tenants}


def _resources(tenants: Iterable[str], roles: Iterable[str]) -> list[str]:
    """Name what a permission may be on that lets somebody in to these tenants."""
    keyspaces = [names.keyspace(tenant) for tenant in tenants]
    return [
        *(_ALL_KEYSPACES, _ALL_ROLES),
        *(f"functions/{keyspace}" for keyspace in keyspaces),
        *(f"data/{keyspace}" for keyspace in keyspaces),
        *(f"data/{keyspace}/{part}" for keyspace in keyspaces for part in ("*", *CASSANDRA_TABLES)),
        *(f"roles/{role}" for role in roles),
    ]


def _listed(words: Iterable[str]) -> str:
    return ", ".join(cql.text(word) for word in sorted(words))


def _keyspaces(keyspaces: Rows, tables: Rows, columns: Rows, views: Rows) -> dict[str, Keyspace]:
    by_table: defaultdict[tuple[str, str], dict[str, Column]] = defaultdict(dict)
    for keyspace, table, column, *is_like in columns:
        by_table[keyspace, table][column] = Column(*is_like)
    by_keyspace: defaultdict[str, dict[str, Table]] = defaultdict(dict)
    for keyspace, table, comment, compaction, compression, seconds, grace in tables:
        options = TableOptions(comment or "", dict(compaction), dict(compression), seconds, grace)
        by_keyspace[keyspace][table] = Table(by_table[keyspace, table], options)
    return {
        name: Keyspace(
            name,
            dict(replication),
            by_keyspace[name],
            frozenset(view for keyspace, view in views if keyspace == name),
        )
        for name, replication in keyspaces
    }


def _logins(roles: Rows, members: Rows, permissions: Rows) -> dict[str, Login]:
    granted_to: defaultdict[str, set[str]] = defaultdict(set)
    for role, member in members:
        granted_to[role].add(member)
    held: defaultdict[str, set[Permission]] = defaultdict(set)
    for role, resource, words in permissions:
        held[role] |= {Permission(resource, word) for word in words or ()}
    return {
        name: Login(
            name=name,
            password_hash=password_hash or "",
            can_login=bool(can_login),
            is_superuser=bool(is_superuser),
            member_of=frozenset(member_of or ()),
            members=frozenset(granted_to[name]),
            permissions=frozenset(held[name]),
        )
        for name, password_hash, can_login, is_superuser, member_of in roles
    }


def _by_tenant(logins: Mapping[str, Login]) -> dict[str, dict[str, Login]]:
    by_tenant: defaultdict[str, dict[str, Login]] = defaultdict(dict)
    for name, login in logins.items():
        by_tenant[name.partition(".")[0]][name] = login
    return by_tenant
