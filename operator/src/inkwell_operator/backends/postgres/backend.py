"""PostgreSQL.

A schema a tenant with its migrations, and a login for each stage with exactly its rights.
"""

import asyncio
from collections.abc import Collection
from dataclasses import replace

from inkwell_api import names
from inkwell_api.conditions import ConditionType
from inkwell_api.tables import Migration
from inkwell_operator.backends.grouped_reads import GroupedReads
from inkwell_operator.backends.postgres import observe, observe_structure, rows
from inkwell_operator.backends.postgres.actions import Action, DropLogin, PutLogin
from inkwell_operator.backends.postgres.apply import apply
from inkwell_operator.backends.postgres.client import Client
from inkwell_operator.backends.postgres.desire import Desired, desire
from inkwell_operator.backends.postgres.diff import diff
from inkwell_operator.backends.postgres.password_probe import PasswordProbe
from inkwell_operator.backends.postgres.state import Login, Observed, Schema, Structure
from inkwell_operator.model.ownership import Claim
from inkwell_operator.model.plan import Plan, Step
from inkwell_operator.model.validate import PostgresTarget, Subject


class PostgresBackend:
    """The backend of one PostgreSQL database."""

    condition = ConditionType.POSTGRES_READY

    def __init__(self, target: PostgresTarget) -> None:
        """Connect when first used."""
        self._client = Client(target)
        self._reads: GroupedReads[str, observe.Snapshot] = GroupedReads(
            lambda tenants: observe.snapshot(self._client, tenants)
        )
        self._probe = PasswordProbe(self._client)
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
        snapshot = await self._reads.snapshot_for(desired.tenant, desired.tenant)
        schema = snapshot.schemas.get(desired.schema)
        reference = await self._made_by(desired.migrations) if desired.migrations else None
        if schema is not None:
            schema = await self._in_detail(desired, schema, reference)
        logins = dict(snapshot.logins.get(desired.tenant, {}))
        logins.update(await self._tried(desired, logins))
        room = snapshot.room if desired.logins else None
        return Observed({schema.name: schema} if schema else {}, logins, reference, room)

    def diff(self, desired: Desired, observed: Observed) -> Plan[Action]:
        """Say what would turn `observed` into `desired`."""
        return diff(desired, observed)

    async def apply(self, step: Step[Action]) -> None:
        """Make one write."""
        action = step.action
        try:
            await apply(self._client, action)
        finally:
            self._reads.invalidate(action.claim.mark.tenant)
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
        snapshot = await self._reads.snapshot_for(tenant, tenant)
        return frozenset(
            name.split(".")[1]
            for name, login in snapshot.logins.get(tenant, {}).items()
            if name != names.gateway_principal(tenant) and login.mark == claim.mark
        )

    async def document_ids(self, claim: Claim, pipeline: str, limit: int) -> tuple[str, ...]:
        """Return at most `limit` ids of a pipeline's documents, for their bytes to be erased.

        The order is always the same; ids go with `delete_documents`, so the next call goes on from
        there, also after a crash. There are none in a schema that is not the claim's.
        """
        return await rows.document_ids(self._client, claim, pipeline, limit)

    async def count_documents(self, claim: Claim, pipeline: str) -> int:
        """Return how many documents a pipeline has; none in a schema that is not the claim's."""
        return await rows.count_documents(self._client, claim, pipeline)

    async def delete_documents(self, claim: Claim, pipeline: str, ids: Collection[str]) -> None:
        """Delete every row about documents of a pipeline, after their bytes were erased elsewhere.

        Safe to repeat; a schema that is not the claim's is left alone.
        """
        await rows.delete_documents(self._client, claim, pipeline, ids)

    async def _in_detail(
        self, desired: Desired, schema: Schema, reference: Structure | None
    ) -> Schema:
        """Add to a schema what the read of many leaves out: what differs, and who has rows."""
        if desired.pipeline is not None and desired.is_data_gone:
            has_rows = await rows.pipeline_has_rows(self._client, schema.name, desired.pipeline)
            pipelines = frozenset({desired.pipeline} if has_rows else ())
            return replace(schema, pipelines_with_rows=pipelines)
        if reference is None or self._intact.get(schema.name) == schema.changes:
            return schema
        structure = await observe_structure.structure_of(self._client, schema.name)
        if structure != reference:
            return replace(schema, structure=structure)
        self._intact[schema.name] = schema.changes
        return schema

    async def _made_by(self, migrations: tuple[Migration, ...]) -> Structure:
        """Return what the migrations make here; read once, as neither of them changes."""
        async with self._reading_reference:
            if self._reference is None:
                self._reference = await observe_structure.reference(self._client, migrations)
            return self._reference

    async def _tried(self, desired: Desired, logins: dict[str, Login]) -> dict[str, Login]:
        """Return the desired logins that should let their password in and do not."""
        known = [
            one
            for one in desired.logins
            if (seen := logins.get(one.login.name)) is not None
            and seen.mark == one.login.mark
            and seen.facts.fingerprint == one.login.facts.fingerprint
        ]
        answers = await asyncio.gather(*map(self._probe.is_let_in, known))
        return {
            one.login.name: replace(logins[one.login.name], is_let_in=False)
            for one, is_let_in in zip(known, answers, strict=True)
            if not is_let_in
        }
