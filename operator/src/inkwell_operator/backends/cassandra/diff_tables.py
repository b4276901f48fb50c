"""What would turn the tables and the replication of a keyspace into the desired ones. Pure.

Used by `diff`, for a keyspace that is the tenant's. Nothing is ever taken away here: no column, no
table, and no data centre, for rows would go with them. What is nobody's is noted.
"""

from collections.abc import Iterable, Mapping

from inkwell_api.tables import CassandraTable
from inkwell_operator.backends.cassandra.actions import Action, AlterTable, CreateTable, Order
from inkwell_operator.backends.cassandra.desire import Desired
from inkwell_operator.backends.cassandra.state import STRATEGY, Column, Keyspace, Table
from inkwell_operator.model.plan import FieldChange, PlanBuilder, Step, Verb


def replication_for(
    plan: PlanBuilder[Action], name: str, wanted: Mapping[str, str], found: Mapping[str, str]
) -> dict[str, str]:
    """Return the replication to be, which keeps every data centre that holds copies today.

    One that the class does not name was added by hand, or is where the class pointed before: only
    a person knows whether its copies are still read.
    """
    if found.get("class") != STRATEGY:
        return dict(wanted)
    for datacenter in sorted(found.keys() - wanted.keys()):
        plan.note(
            f"keyspace {name} has copies in data centre {datacenter} too, which the TenantClass "
            "does not name: take it out of the replication by hand if they are not needed"
        )
    return {**found, **wanted}


def replication_changes(
    before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[FieldChange, ...]:
    """Say option by option how a replication changes; it says where new rows go and moves none."""
    return tuple(
        FieldChange(f"replication {key}", _short(before.get(key)), _and_repair(after.get(key)))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    )


def diff_tables(plan: PlanBuilder[Action], desired: Desired, found: Keyspace | None) -> None:
    """Plan what the tables lack, and note what is in the keyspace besides."""
    tables = found.tables if found is not None else {}
    for name, wanted in sorted(desired.tables.items()):
        target = f"table {desired.keyspace}.{name}"
        table = tables.get(name)
        if table is None:
            create = CreateTable(desired.claim.mark, desired.keyspace, wanted)
            plan.add(Step(Verb.CREATE, target, create, order=Order.TABLES))
        else:
            _diff_table(plan, desired, target, wanted, table)
    views = found.views if found is not None else frozenset()
    strange = (f"table {name}" for name in tables.keys() - desired.tables.keys())
    for what in sorted((*strange, *(f"materialized view {name}" for name in views))):
        plan.note(f"{what} in keyspace {desired.keyspace} is not Inkwell's")


def _diff_table(
    plan: PlanBuilder[Action], desired: Desired, target: str, wanted: CassandraTable, found: Table
) -> None:
    if problem := _key_or_type_differs(wanted, found.columns):
        plan.refuse(
            f"{target} cannot be used: {problem}; copy what is needed of it and drop it, and "
            "Inkwell makes its own"
        )
        return
    for name in sorted(found.columns.keys() - wanted.columns.keys()):
        plan.note(f"column {name} of {target} is not Inkwell's; nothing reads it")
    missing = {name: kind for name, kind in wanted.columns.items() if name not in found.columns}
    options, shown = wanted.options.to_cql(), found.options.to_cql()
    changed = [name for name in options if options[name] != shown[name]]
    if not missing and not changed:
        return
    fields = (
        *(FieldChange(f"column {name}", None, kind) for name, kind in missing.items()),
        *(FieldChange(name, shown[name], options[name]) for name in changed),
    )
    alter = AlterTable(
        desired.claim.mark,
        desired.keyspace,
        wanted.name,
        missing,
        {name: options[name] for name in changed},
    )
    plan.add(Step(Verb.UPDATE, target, alter, fields, order=Order.TABLES))


def _key_or_type_differs(wanted: CassandraTable, found: Mapping[str, Column]) -> str:
    """Say what no ALTER TABLE can mend, or nothing."""
    for kind, names in (("partition_key", wanted.partition_key), ("clustering", wanted.clustering)):
        if _key(found, kind) != names:
            return f"its primary key is not ({', '.join(wanted.partition_key + wanted.clustering)})"
    for name, kind in wanted.columns.items():
        if name in found and found[name].type != kind:
            return f"column {name} is {found[name].type} and not {kind}"
    return ""


def _key(columns: Mapping[str, Column], kind: str) -> tuple[str, ...]:
    return _in_order(
        (column.position, name) for name, column in columns.items() if column.kind == kind
    )


def _in_order(numbered: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(name for _, name in sorted(numbered))


def _and_repair(value: str | None) -> str | None:
    short = _short(value)
    return f"{short}, then repair it" if short is not None and short.isdigit() else short


def _short(value: str | None) -> str | None:
    return None if value is None else value.rpartition(".")[2]
