"""What would bring a tenant's schema to what the migrations make. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from inkwell_operator.backends.postgres.actions import (
    Action,
    CreateSchema,
    MarkSchema,
    Migrate,
    Restore,
)
from inkwell_operator.backends.postgres.desire import Desired, digest_of
from inkwell_operator.backends.postgres.order import Order
from inkwell_operator.backends.postgres.state import Entry, EntryKind, Observed, Schema, Structure
from inkwell_operator.model.ownership import Ownership, judge
from inkwell_operator.model.plan import FieldChange, PlanBuilder, Step, Verb

_REMOVED: Final = {
    EntryKind.RIGHT,
    EntryKind.DEFAULT_RIGHT,
    EntryKind.POLICY,
    EntryKind.TRIGGER,
    EntryKind.RULE,
    EntryKind.CONSTRAINT,
}
"""What is taken away where no migration made it; tables, columns and indexes of others stay."""
_OF_RIGHTS: Final = {EntryKind.RIGHT, EntryKind.DEFAULT_RIGHT}
_Change: TypeAlias = tuple[Entry | None, Entry | None]
"""One thing as it stands and as the migrations make it; None where it is not there."""
_MOST_NAMED: Final = 5
_NOTHING: Final = Entry(EntryKind.TABLE, "", "", "nothing")
_MADE_LAST: Final = {EntryKind.ROW_SECURITY: 4, EntryKind.POLICY: 5, EntryKind.TRIGGER: 5}
_MADE_FIRST: Final = {EntryKind.ROUTINE: 0, EntryKind.CONSTRAINT: 1, EntryKind.INDEX: 2}


def diff_schema(plan: PlanBuilder[Action], desired: Desired, observed: Observed) -> None:
    """Plan schema, mark, migrations, and the repair of what stands in it."""
    seen = observed.schemas.get(desired.schema)
    name, claim = desired.schema, desired.claim
    if seen is None:
        plan.add(Step(Verb.CREATE, f"schema {name}", CreateSchema(claim, name), order=Order.FIRST))
    elif judge(claim, seen.mark) is not Ownership.OURS:
        remark(plan, desired, seen, Order.FIRST)
    count = _migrated(plan, desired, seen)
    if count is None:
        return
    if clash := _clash(seen, observed.reference) if not count else "":
        plan.refuse(clash)
        return
    for position, migration in enumerate(desired.migrations[count:], start=count + 1):
        action = Migrate(claim, name, migration, digest_of(desired.migrations[:position]))
        target = f"migration {migration.name} of schema {name}"
        plan.add(Step(Verb.CREATE, target, action, order=Order.MIGRATE + position))
    if seen is not None and seen.structure is not None and observed.reference is not None:
        is_whole = count == len(desired.migrations)
        _diff_structure(plan, desired, seen.structure, observed.reference, is_whole=is_whole)


def remark(plan: PlanBuilder[Action], desired: Desired, seen: Schema, order: Order) -> None:
    """Plan to write the mark of a schema anew."""
    before, claim = seen.mark.to_text() if seen.mark else None, desired.claim
    write = MarkSchema(claim, seen.name, seen.facts)
    fields = (FieldChange("mark", before, claim.mark.to_text()),)
    plan.add(Step(Verb.UPDATE, f"schema {seen.name}", write, fields=fields, order=order))


def _migrated(plan: PlanBuilder[Action], desired: Desired, seen: Schema | None) -> int | None:
    """Return how many migrations ran, or None when that cannot be built upon."""
    facts = seen.facts if seen is not None else ""
    name = desired.schema
    number = facts.partition(":")[0] or "0"
    if not (number.isascii() and number.isdigit() and len(number) <= 4):  # noqa: PLR2004 - as file names have
        plan.refuse(
            f"the comment on schema {name} does not say which migrations ran: shorten it to "
            f"'{desired.claim.mark.to_text()}', and what ran is looked up in schema_migrations"
        )
        return None
    count = int(number)
    if count > len(desired.migrations):
        plan.refuse(
            f"schema {name} is at migration {count}, which this version does not know:"
            " run the newer version"
        )
        return None
    if digest_of(desired.migrations[:count]) != facts:
        plan.refuse(
            f"schema {name} ran other migrations than these up to number {count}:"
            " restore their original text"
        )
        return None
    return count


def _clash(seen: Schema | None, reference: Structure | None) -> str:
    """Say which tables are in the way of the first migration, in one sentence; or nothing."""
    if seen is None or seen.structure is None or reference is None:
        return ""
    tables = _tables(seen.structure)
    if "schema_migrations" in tables:  # they ran, and only the mark is gone
        return ""
    clash = sorted(tables & _tables(reference))
    if not clash:
        return ""
    return (
        f"schema {seen.name} holds tables that no migration made: rename or move {', '.join(clash)}"
    )


def _diff_structure(
    plan: PlanBuilder[Action],
    desired: Desired,
    seen: Structure,
    reference: Structure,
    *,
    is_whole: bool,
) -> None:
    """Plan the repair; before all migrations ran, only rights of others are judged."""
    gone = _tables(reference) - _tables(seen) if is_whole else frozenset()
    for table in sorted(gone):
        plan.refuse(
            f"table {table} of schema {desired.schema} is gone with its rows: restore it from a "
            "backup, or drop the schema to have it made anew without any document"
        )
    ours = _tables(reference) | {""}
    existing, wanted = _by_name(seen), _by_name(reference)
    changes = [
        (existing.get(key), wanted.get(key))
        for key in sorted(existing.keys() | wanted.keys())
        if existing.get(key, _NOTHING).definition != wanted.get(key, _NOTHING).definition
    ]
    rights = [change for change in changes if _kind(change) in _OF_RIGHTS]
    rest = [change for change in changes if _kind(change) not in _OF_RIGHTS]
    _note_others(plan, desired, rights)
    rights = [(before, after) for before, after in rights if after or (before and before.drop)]
    if not is_whole:
        rights, rest = [change for change in rights if change[1] is None], []
    wanting = [after for _, after in rest if after and after.table not in gone]
    _refuse_by_hand(plan, desired, wanting)
    _restore(plan, desired, f"rights of others in schema {desired.schema}", rights)
    restored = [
        (before, after)
        for before, after in rest
        if (after and after.create and after.table not in gone)
        or (after is None and before and before.kind in _REMOVED and before.table in ours)
    ]
    _restore(plan, desired, f"structure of schema {desired.schema}", restored)


def _refuse_by_hand(plan: PlanBuilder[Action], desired: Desired, missing: Iterable[Entry]) -> None:
    """Refuse what no statement of ours brings back without a person who knows the data."""
    for entry in sorted(missing):
        if entry.kind in {EntryKind.COLUMN, EntryKind.TABLE}:
            plan.refuse(
                f"{entry.kind.value} {entry.name} of schema {desired.schema} is not as the "
                f"migrations made it: bring it back to '{entry.definition}' by hand"
            )


def _note_others(plan: PlanBuilder[Action], desired: Desired, rights: Iterable[_Change]) -> None:
    """Tell of rights on what others keep in the schema, which only they can take away."""
    theirs = sorted(
        before.name for before, after in rights if before and not (after or before.drop)
    )
    if theirs:
        more = f" and {len(theirs) - _MOST_NAMED} more" if len(theirs) > _MOST_NAMED else ""
        plan.note(
            f"others gave rights on what they keep in schema {desired.schema}, to be revoked by"
            f" them: {', '.join(theirs[:_MOST_NAMED])}{more}"
        )


def _restore(
    plan: PlanBuilder[Action], desired: Desired, target: str, changes: Sequence[_Change]
) -> None:
    """Plan what brings entries back: all that is too much or otherwise goes before any is made."""
    if not changes:
        return
    statements = (
        *(before.drop for before, _ in changes if before and before.drop),
        *(after.create for after in sorted((after for _, after in changes if after), key=_making)),
    )
    plan.add(
        Step(
            Verb.UPDATE,
            target,
            Restore(desired.claim, desired.schema, statements),
            fields=tuple(_field(before, after) for before, after in changes),
            order=Order.FIRST,
        )
    )


def _kind(change: _Change) -> EntryKind:
    return (change[1] or change[0] or _NOTHING).kind


def _field(before: Entry | None, after: Entry | None) -> FieldChange:
    entry = after or before or _NOTHING
    word = "" if entry.kind is EntryKind.RIGHT else f"{entry.kind.value} "
    return FieldChange(
        f"{word}{entry.name}",
        before.definition if before else None,
        after.definition if after else None,
    )


def _making(entry: Entry) -> tuple[int, bool, Entry]:
    """Order what is made: routines before what calls them, keys before what refers to them."""
    place = _MADE_FIRST.get(entry.kind, _MADE_LAST.get(entry.kind, 3))
    return place, entry.definition.startswith("FOREIGN KEY"), entry


def _by_name(structure: Structure) -> dict[tuple[EntryKind, str], Entry]:
    return {(entry.kind, entry.name): entry for entry in structure.entries}


def _tables(structure: Structure) -> frozenset[str]:
    return frozenset(entry.name for entry in structure.entries if entry.kind is EntryKind.TABLE)
