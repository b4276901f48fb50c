"""What should stand in PostgreSQL for a tenant or a pipeline. Pure."""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from inkwell_api import names
from inkwell_api.names import Stage
from inkwell_api.tables import POSTGRES_GRANTS, Migration, postgres_migrations
from inkwell_operator.backends.postgres.state import Login, LoginFacts, ObjectKind, Right
from inkwell_operator.model.logins import claims, is_left
from inkwell_operator.model.ownership import Claim
from inkwell_operator.model.validate import (
    Absent,
    Credential,
    Subject,
    ValidatedPipeline,
    ValidatedTenant,
)

GATEWAY_CONNECTIONS: Final = 40
"""Connections that a tenant's gateway asks for, over all of its pods."""
CONNECTIONS_PER_REPLICA: Final = 4
"""Connections that a stage asks for with each pod that it may have.

A rolling update doubles the pods for a moment. What a login is given of what it asks for is the
business of `connection_room`.
"""
_SESSION: Final = (
    "statement_timeout=30s",
    "idle_in_transaction_session_timeout=60s",
    "lock_timeout=10s",
)
EXTENSIONS_SCHEMA: Final = "extensions"


@dataclass(frozen=True, slots=True)
class DesiredLogin:
    """A login as it should be, and the password that it should have."""

    login: Login
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Desired:
    """What one subject claims in PostgreSQL.

    Attributes:
        claim: the tenant's, on what it may lay hands.
        pipeline: of which pipeline, or None for what is the tenant's own.
        database: that holds the schema.
        has_database: that database is the tenant's own.
        schema: name of the tenant's schema.
        migrations: that should have run in the schema; empty for a pipeline, whose tenant sees to
            them.
        logins: that should be.
        known_pipelines: of a tenant, the pipelines that exist: they see to their own logins.
        is_absent: the subject should be gone: no login of it may be left.
        is_data_gone: and its data as well.
    """

    claim: Claim
    pipeline: str | None
    database: str
    schema: str
    migrations: tuple[Migration, ...] = ()
    logins: tuple[DesiredLogin, ...] = ()
    known_pipelines: frozenset[str] = frozenset()
    has_database: bool = False
    is_absent: bool = False
    is_data_gone: bool = False

    @property
    def tenant(self) -> str:
        """Name of the tenant."""
        return self.claim.mark.tenant

    def claims_login(self, login: str) -> bool:
        """Say whether this subject decides about a login of that name."""
        return claims(login, self.tenant, self.pipeline, is_absent=self.is_absent)

    def is_of_nobody(self, login: str) -> bool:
        """Say whether a login of an earlier Tenant belongs to nothing that this tenant has."""
        return self.pipeline is None and is_left(login, self.tenant, self.known_pipelines)


def desire(subject: Subject) -> Desired:
    """Say what should be there for `subject`."""
    match subject:
        case ValidatedTenant():
            return _tenant(subject)
        case ValidatedPipeline():
            return _pipeline(subject)
        case Absent():
            return Desired(
                claim=subject.claim,
                pipeline=subject.pipeline,
                database=subject.resolved.postgres.database_of(subject.tenant),
                schema=names.schema(subject.tenant),
                has_database=subject.resolved.postgres.has_databases,
                is_absent=True,
                is_data_gone=not subject.retain,
            )


def digest_of(migrations: tuple[Migration, ...]) -> str:
    """Return ``number:digest`` of migrations that ran one after the other.

    The facts of a schema's mark.
    """
    if not migrations:
        return ""
    text = "\0".join(f"{migration.number}\0{migration.sql}" for migration in migrations)
    return f"{migrations[-1].number}:{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _tenant(tenant: ValidatedTenant) -> Desired:
    target = tenant.resolved.postgres
    database = target.database_of(tenant.name)
    return Desired(
        claim=tenant.claim,
        pipeline=None,
        database=database,
        schema=names.schema(tenant.name),
        migrations=postgres_migrations(),
        has_database=target.has_databases,
        logins=(
            _login(tenant.claim, Stage.GATEWAY, tenant.gateway, database, GATEWAY_CONNECTIONS),
        ),
        known_pipelines=tenant.known_pipelines,
    )


def _pipeline(pipeline: ValidatedPipeline) -> Desired:
    target = pipeline.resolved.postgres
    database = target.database_of(pipeline.tenant)
    stages = [stage for stage in names.PIPELINE_STAGES if stage in POSTGRES_GRANTS]
    pods = min(pipeline.spec.scaling.archive.max_replicas, pipeline.quotas.pods)
    connections = 2 * CONNECTIONS_PER_REPLICA * pods
    return Desired(
        claim=pipeline.claim,
        pipeline=pipeline.pipeline,
        database=database,
        schema=names.schema(pipeline.tenant),
        has_database=target.has_databases,
        logins=tuple(
            _login(pipeline.claim, stage, pipeline.logins[stage], database, connections)
            for stage in stages
        ),
    )


def _login(
    claim: Claim, stage: Stage, credential: Credential, database: str, connections: int
) -> DesiredLogin:
    schema = names.schema(claim.mark.tenant)
    login = Login(
        name=credential.principal,
        mark=claim.mark,
        facts=LoginFacts(_fingerprint(credential), connections),
        connection_limit=connections,
        settings=frozenset({*_SESSION, f"search_path={schema}, {EXTENSIONS_SCHEMA}"}),
        rights=_rights(stage, schema, database),
    )
    return DesiredLogin(login, credential.password)


def _rights(stage: Stage, schema: str, database: str) -> frozenset[Right]:
    rights = {
        Right(ObjectKind.DATABASE, "CONNECT", name=database),
        Right(ObjectKind.SCHEMA, "USAGE", name=schema),
    }
    for grant in POSTGRES_GRANTS[stage]:
        if grant.columns:
            rights |= {
                Right(ObjectKind.COLUMN, grant.privilege, schema, grant.table, column)
                for column in grant.columns
            }
        else:
            rights.add(Right(ObjectKind.TABLE, grant.privilege, schema, grant.table))
    return frozenset(rights)


def _fingerprint(credential: Credential) -> str:
    """Tell one password from another; it gives none away, as they hold 256 random bits."""
    text = f"inkwell postgres\0{credential.principal}\0{credential.password}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]
