"""What stands in Cassandra for tenants: reads into the shapes of `state`. Writes nothing."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from inkwell_api import names
from inkwell_operator.backends.cassandra.client import Client
from inkwell_operator.backends.cassandra.state import (
    OPERATOR_KEYSPACE,
    OWNERSHIP_TABLE,
    Keyspace,
    Kind,
    Login,
    Permission,
)
from inkwell_operator.model.errors import DependencyNotReady

_ROLES: Final = (
    "SELECT role, salted_hash, can_login, is_superuser, member_of FROM system_auth.roles"
)
_PERMISSIONS: Final = "SELECT role, resource, permissions FROM system_auth.role_permissions"
_KEYSPACES: Final = "SELECT keyspace_name, replication FROM system_schema.keyspaces"
_TABLES: Final = "SELECT keyspace_name, table_name FROM system_schema.tables"
_MARKS: Final = f"SELECT tenant, kind, name FROM {OPERATOR_KEYSPACE}.{OWNERSHIP_TABLE}"  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one read found of several tenants."""

    keyspaces: Mapping[str, Keyspace]
    logins: Mapping[str, Mapping[str, Login]]
    """By tenant, then by name."""
    marks: Mapping[str, frozenset[tuple[Kind, str]]]
    """By tenant."""


class Reader:
    """Reads through one client."""

    def __init__(self, client: Client) -> None:
        """Read by `client`."""
        self._client = client

    async def read(self, tenants: frozenset[str] | None) -> Snapshot:
        """Return what stands for some tenants, or, where None is given, for everybody."""
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
        return Snapshot(_keyspaces(found, tables), _by_tenant(_logins(logins, permissions)), marks)

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

    async def logins(self, wanted: Collection[str]) -> dict[str, Login]:
        """Return those of the roles that exist, by name."""
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
