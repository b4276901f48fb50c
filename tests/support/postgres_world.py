"""What PostgreSQL holds, made up as values, for tests of plans: all as desired, or changed."""

from dataclasses import replace
from typing import Any

from inkwell_operator.backends.postgres.connection_room import ConnectionRoom
from inkwell_operator.backends.postgres.desire import Desired, digest_of
from inkwell_operator.backends.postgres.state import (
    Entry,
    EntryKind,
    Observed,
    Schema,
    Structure,
)

ROOM = ConnectionRoom(200, 3)
TABLE = Entry(EntryKind.TABLE, "documents", "documents", "table of the operator")
COLUMN = Entry(EntryKind.COLUMN, "documents", "documents.state", "text NOT NULL")
SECURITY = Entry(EntryKind.ROW_SECURITY, "documents", "documents", "on, forced", "ON!")
POLICY = Entry(
    EntryKind.POLICY, "documents", "documents.own_pipeline", "USING (own)", "MAKE!", "DROP!"
)
REFERENCE = Structure(frozenset({TABLE, COLUMN, SECURITY, POLICY}))
PUBLIC = Entry(
    EntryKind.RIGHT, "documents", "SELECT on table documents to PUBLIC", "", "GRANT!", "REVOKE!"
)


def existing(desired: Desired, *, structure: Structure | None = None) -> Observed:
    """Return the world in which everything desired is there."""
    schema = Schema(
        desired.schema, desired.claim.mark, digest_of(desired.migrations), 8, "", structure
    )
    logins = {one.login.name: one.login for one in desired.logins}
    return Observed({desired.schema: schema}, logins, REFERENCE, ROOM)


def with_schema(observed: Observed, **changes: Any) -> Observed:
    """Return the same world with another schema."""
    schemas = {name: replace(one, **changes) for name, one in observed.schemas.items()}
    return replace(observed, schemas=schemas)


def with_login(observed: Observed, **changes: Any) -> Observed:
    """Return the same world with other logins."""
    logins = {name: replace(one, **changes) for name, one in observed.logins.items()}
    return replace(observed, logins=logins)
