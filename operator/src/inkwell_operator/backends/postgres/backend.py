"""PostgreSQL.

A schema a tenant with its migrations, in a database of its own where the class says so, and a login
for each stage with exactly its rights.
"""

import asyncio
from collections.abc import Collection
from dataclasses import replace

from inkwell_api import names
from inkwell_api.conditions import ConditionType
from inkwell_operator.backends.grouped_reads import GroupedReads
from inkwell_operator.backends.postgres import observe_structure, rows
from inkwell_operator.backends.postgres.actions import (
    Action,
    DropDatabase,
    DropLogin,
    PutDatabase,
    PutLogin,
)
from inkwell_operator.backends.postgres.apply import apply
from inkwell_operator.backends.postgres.apply_database import apply_database
from inkwell_operator.backends.postgres.client import Client
from inkwell_operator.backends.postgres.desire import Desired, desire
from inkwell_operator.backends.postgres.diff import diff
from inkwell_operator.backends.postgres.observe import Snapshot, snapshot
from inkwell_operator.backends.postgres.password_probe import PasswordProbe
from inkwell_operator.backends.postgres.places import Places
from inkwell_operator.backends.postgres.state import Login, Observed, Schema, Structure
from inkwell_operator.model.ownership import Claim
from inkwell_operator.model.plan import Plan, Step
from inkwell_operator.model.validate import PostgresTarget, Subject


class PostgresBackend:
    """The backend of one PostgreSQL server."""

    condition = ConditionType.POSTGRES_READY

    def __init__(self, target: PostgresTarget) -> None:
        """Connect when first used."""
        self._client = Client(target)
        self._places = Places(self._client, target)
        self._reads: GroupedReads[str, Snapshot] = GroupedReads(
            lambda tenants: snapshot(self._client, tenants)
        )
        self._probe = PasswordProbe()
        self._reference: Structure | None = None
        self._intact: dict[str, str] = {}
        """By schema, its `changes` when it was found to be what the migrations make."""
        self._reading_reference = asyncio.Lock()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    def desire(self, subject: Subject) -> Desired:
        """Say what should be there for `subject`."""
        return desire(subject)

    async def observe(self, desired: Desired) -> Observed:
        """Read the tenant's schema and logins, and try the logins that should work."""
        database = await self._places.database(desired.claim)
        client = self._places.entered(desired.claim, database)
        seen = await self._snapshot(client or self._client, desired.tenant)
        logins = dict(seen.logins.get(desired.tenant, {}))
        room = seen.room if desired.logins else None
        if client is None:  # logins are the whole server's
            return Observed({}, logins, room=room, database=database)
        schema = seen.schemas.get(desired.schema)
        reference = await self._made_by(client, desired) if desired.migrations else None
        if schema is not None:
            schema = await self._in_detail(client, desired, schema, reference)
        logins.update(await self._tried(client, desired, logins))
        schemas = {schema.name: schema} if schema else {}
        return Observed(schemas, logins, reference, room, database)

    def diff(self, desired: Desired, observed: Observed) -> Plan[Action]:
        """Say what would turn `observed` into `desired`."""
        return diff(desired, observed)

    async def apply(self, step: Step[Action]) -> None:
        """Make one write."""
        action = step.action
        try:
            await self._carry_out(action)
        finally:
            self._reads.invalidate(action.claim.mark.tenant)
            self._places.invalidate(action.claim.mark.tenant)
            match action:
                case PutLogin():
                    self._probe.forget(action.wanted.login.name)
                case DropLogin():
                    self._probe.forget(action.login)
                case _:
                    pass

    async def pipelines(self, claim: Claim) -> frozenset[str]:
        """Return the pipelines of this very Tenant that have a login of its own here.

        Those that an earlier Tenant made are left out, also where they may be taken back: in a
        cluster that is rebuilt their objects may yet be to come.
        """
        tenant = claim.mark.tenant
        seen = await self._reads.snapshot_for(tenant, tenant)
        return frozenset(
            name.split(".")[1]
            for name, login in seen.logins.get(tenant, {}).items()
            if name != names.gateway_principal(tenant) and login.mark == claim.mark
        )

    async def document_ids(self, claim: Claim, pipeline: str, limit: int) -> tuple[str, ...]:
        """Return at most `limit` ids of a pipeline's documents, for their bytes to be erased.

        The order is always the same; ids go with `delete_documents`, so the next call goes on from
        there, also after a crash. There are none in a schema that is not the claim's.
        """
        client = await self._places.with_data(claim)
        return await rows.document_ids(client, claim, pipeline, limit) if client else ()

    async def count_documents(self, claim: Claim, pipeline: str) -> int:
        """Return how many documents a pipeline has; none in a schema that is not the claim's."""
        client = await self._places.with_data(claim)
        return await rows.count_documents(client, claim, pipeline) if client else 0

    async def delete_documents(self, claim: Claim, pipeline: str, ids: Collection[str]) -> None:
        """Delete every row about documents of a pipeline, after their bytes were erased elsewhere.

        Safe to repeat; a schema that is not the claim's is left alone.
        """
        if client := await self._places.with_data(claim):
            await rows.delete_documents(client, claim, pipeline, ids)

    async def _snapshot(self, client: Client, tenant: str) -> Snapshot:
        """Read a tenant's part of a database; of the one that all share, many tenants' at once."""
        if client is self._client:
            return await self._reads.snapshot_for(tenant, tenant)
        return await snapshot(client, frozenset({tenant}))

    async def _carry_out(self, action: Action) -> None:
        match action:
            case PutDatabase() | DropDatabase():
                await apply_database(self._client, action)
            case DropLogin():
                await apply(await self._places.enter(action.claim) or self._client, action)
            case _:
                await apply(await self._places.must_enter(action.claim), action)

    async def _in_detail(
        self, client: Client, desired: Desired, schema: Schema, reference: Structure | None
    ) -> Schema:
        """Add to a schema what the read of many leaves out: what differs, and who has rows."""
        if desired.pipeline is not None and desired.is_data_gone:
            has_rows = await rows.pipeline_has_rows(client, schema.name, desired.pipeline)
            pipelines = frozenset({desired.pipeline} if has_rows else ())
            return replace(schema, pipelines_with_rows=pipelines)
        if reference is None or self._intact.get(schema.name) == schema.changes:
            return schema
        structure = await observe_structure.structure_of(client, schema.name)
        if structure != reference:
            return replace(schema, structure=structure)
        self._intact[schema.name] = schema.changes
        return schema

    async def _made_by(self, client: Client, desired: Desired) -> Structure:
        """Return what the migrations make here; read once, as neither of them changes."""
        async with self._reading_reference:
            if self._reference is None:
                migrations = desired.migrations
                self._reference = await observe_structure.reference(client, migrations)
            return self._reference

    async def _tried(
        self, client: Client, desired: Desired, logins: dict[str, Login]
    ) -> dict[str, Login]:
        """Return the desired logins that should let their password in and do not."""
        known = [
            one
            for one in desired.logins
            if (seen := logins.get(one.login.name)) is not None
            and seen.mark == one.login.mark
            and seen.facts.fingerprint == one.login.facts.fingerprint
        ]
        answers = await asyncio.gather(*(self._probe.is_let_in(client, one) for one in known))
        return {
            one.login.name: replace(logins[one.login.name], is_let_in=False)
            for one, is_let_in in zip(known, answers, strict=True)
            if not is_let_in
        }
