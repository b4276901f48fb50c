"""A Cassandra in memory: what a world becomes by an action, whole or cut short by a crash."""

from dataclasses import replace

from inkwell_api.tables import CASSANDRA_TABLES
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
from inkwell_operator.backends.cassandra.state import Grant, Keyspace, Kind, Observed
from inkwell_operator.model.ownership import Mark
from support.cassandra_world import table, with_keyspace, with_login


def applied(world: Observed, action: Action, *, dies_half_way: bool = False) -> Observed:
    """Return the world after an action, or after its first write where the operator dies then."""
    match action:
        case WriteMark():
            return _marked(world, action.kind, action.name, action.mark)
        case PutKeyspace():
            world = _marked(world, Kind.KEYSPACE, action.name, action.mark)
            return world if dies_half_way else _with_replication(world, action)
        case PutLogin():
            world = _marked(world, Kind.ROLE, action.login.name, action.mark)
            return world if dies_half_way else _with_login(world, action)
        case DropLogin():
            logins = {name: one for name, one in world.logins.items() if name != action.name}
            world = replace(world, logins=logins)
            return world if dies_half_way else _unmarked(world, Kind.ROLE, action.name)
        case DropKeyspace():
            world = replace(world, keyspace=None)
            return world if dies_half_way else _unmarked(world, Kind.KEYSPACE, action.name)
        case _:
            return world if dies_half_way else _with_contents(world, action)


def _with_contents(
    world: Observed, action: CreateTable | AlterTable | ChangePermissions
) -> Observed:
    match action:
        case ChangePermissions():
            revoked = {Grant(action.role, permission) for permission in action.revoke}
            world = replace(world, grants=world.grants - revoked)
            if action.role not in world.logins:
                return world
            held = world.logins[action.role].permissions - action.revoke | action.grant
            return with_login(world, action.role, permissions=held)
        case CreateTable():
            name = action.table.name
        case AlterTable():
            name = action.table
    assert world.keyspace is not None
    tables = {**world.keyspace.tables, name: table(CASSANDRA_TABLES[name])}
    return with_keyspace(world, tables=tables)


def _with_replication(world: Observed, action: PutKeyspace) -> Observed:
    tables = world.keyspace.tables if world.keyspace is not None else {}
    return replace(world, keyspace=Keyspace(action.name, action.replication, tables))


def _with_login(world: Observed, action: PutLogin) -> Observed:
    name = action.login.name
    held = world.logins[name].permissions if name in world.logins else frozenset()
    login = replace(action.login, permissions=held)
    return replace(world, logins={**world.logins, name: login})


def _marked(world: Observed, kind: Kind, name: str, mark: Mark) -> Observed:
    return replace(world, marks={**world.marks, (kind, name): mark})


def _unmarked(world: Observed, kind: Kind, name: str) -> Observed:
    marks = {key: mark for key, mark in world.marks.items() if key != (kind, name)}
    return replace(world, marks=marks)
