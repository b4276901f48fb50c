"""PostgreSQL.

A schema a tenant with its migrations, and a login for each stage with exactly its rights.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from inkwell_api import names
from inkwell_api.conditions import ConditionType
from inkwell_operator.backends.grouped_reads import GroupedReads
from inkwell_operator.backends.postgres import queries, writes
from inkwell_operator.backends.postgres.client import Client
from inkwell_operator.backends.postgres.desire import Desired, desire
from inkwell_operator.backends.postgres.diff import (
    Action,
    ChangeRights,
    CreateSchema,
    DeleteRows,
    DropLogin,
    DropSchema,
    Migrate,
    PutLogin,
    diff,
)
from inkwell_operator.backends.postgres.state import (
    Login,
    ObjectKind,
    Observed,
    Right,
    Schema,
    read_mark,
)
from inkwell_operator.model.plan import Plan, Step
from inkwell_operator.model.validate import PostgresTarget, Subject


@dataclass(frozen=True, slots=True)
class _Snapshot:
    schemas: Mapping[str, Schema]
    logins: Mapping[str, Mapping[str, Login]]
    """By tenant, then by name."""


class PostgresBackend:
    """The backend of one PostgreSQL database."""

    condition = ConditionType.POSTGRES_READY

    def __init__(self, target: PostgresTarget) -> None:
        """Connect when first used."""
        self._client = Client(target)
        self._reads = GroupedReads(self._read)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    def desire(self, subject: Subject) -> Desired:
        """Say what should be there for `subject`."""
        return desire(subject)

    async def observe(self, desired: Desired) -> Observed:
        """Read the tenant's schema and logins."""
        snapshot = await self._reads.snapshot_for(desired.tenant, desired.tenant)
        schema = snapshot.schemas.get(desired.schema)
        if schema and desired.pipeline is not None and desired.is_data_gone:
            has_rows = await writes.pipeline_has_rows(self._client, schema.name, desired.pipeline)
            schema = replace(
                schema, pipelines_with_rows=frozenset({desired.pipeline} if has_rows else ())
            )
        return Observed(
            {schema.name: schema} if schema else {}, snapshot.logins.get(desired.tenant, {})
        )

    def diff(self, desired: Desired, observed: Observed) -> Plan[Action]:
        """Say what would turn `observed` into `desired`."""
        return diff(desired, observed)

    async def apply(self, step: Step[Action]) -> None:
        """Make one write, in one transaction."""
        try:
            match step.action:
                case CreateSchema() as action:
                    await writes.create_schema(self._client, action)
                case Migrate() as action:
                    await writes.migrate(self._client, action)
                case PutLogin() as action:
                    await writes.put_login(self._client, action)
                case ChangeRights() as action:
                    await writes.change_rights(self._client, action)
                case DropLogin() as action:
                    await writes.drop_login(self._client, action)
                case DropSchema() as action:
                    await writes.drop_schema(self._client, action)
                case DeleteRows() as action:
                    await writes.delete_rows(self._client, action)
        finally:
            self._reads.invalidate(step.action.tenant)

    async def document_ids(self, tenant: str, pipeline: str, limit: int) -> tuple[str, ...]:
        """Return the ids of at most `limit` documents of a pipeline, to be erased elsewhere."""
        return await writes.document_ids(self._client, names.schema(tenant), pipeline, limit)

    async def count_documents(self, tenant: str, pipeline: str) -> int:
        """Return how many documents a pipeline has."""
        return await writes.count_documents(self._client, names.schema(tenant), pipeline)

    async def delete_documents(self, tenant: str, pipeline: str, ids: Collection[str]) -> None:
        """Delete the rows of these documents of a pipeline; those that are gone are no error."""
        await writes.delete_documents(self._client, names.schema(tenant), pipeline, ids)

    async def _read(self, tenants: frozenset[str] | None) -> _Snapshot:
        which = {
            "tenants": None if tenants is None else sorted(tenants),
            "schemas": None if tenants is None else sorted(map(names.schema, tenants)),
        }
        schemas, logins, rights = await self._client.read(
            (queries.SCHEMAS, which), (queries.LOGINS, which), (queries.RIGHTS, which)
        )
        held: defaultdict[str, set[Right]] = defaultdict(set)
        for login, kind, privilege, schema, name, column in rights:
            held[login].add(Right(ObjectKind(kind), privilege, schema, name, column))
        by_tenant: defaultdict[str, dict[str, Login]] = defaultdict(dict)
        for name, comment, limit, settings, attributes in logins:
            by_tenant[name.partition(".")[0]][name] = Login(
                name=name,
                mark=read_mark(comment),
                connection_limit=limit,
                settings=frozenset(settings),
                excess=frozenset(attributes),
                rights=frozenset(held[name]),
            )
        return _Snapshot(
            {name: Schema(name, read_mark(comment)) for name, comment in schemas}, by_tenant
        )
