"""What should stand in Cassandra for a tenant or a pipeline. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from inkwell_api import names
from inkwell_api.names import Stage
from inkwell_api.tables import CASSANDRA_GRANTS, CASSANDRA_TABLES, CassandraTable
from inkwell_operator.backends.cassandra.password_hash import hash_of
from inkwell_operator.backends.cassandra.state import STRATEGY, Login, Permission
from inkwell_operator.model.logins import claims, is_left
from inkwell_operator.model.ownership import Claim
from inkwell_operator.model.validate import (
    Absent,
    Credential,
    Subject,
    ValidatedPipeline,
    ValidatedTenant,
)


@dataclass(frozen=True, slots=True)
class Desired:
    """What one subject lays claim on in Cassandra.

    Attributes:
        claim: its tenant's.
        pipeline: of which pipeline, or None for what is the tenant's own.
        keyspace: name of the tenant's keyspace.
        replication: of the keyspace, or None when this subject does not see to it.
        tables: by name.
        logins: by name.
        known_pipelines: of a tenant, the pipelines that exist: they see to their own logins.
        is_absent: the subject should be gone: no login of it may be left.
        is_data_gone: and its keyspace as well.
    """

    claim: Claim
    pipeline: str | None
    keyspace: str
    replication: Mapping[str, str] | None = None
    tables: Mapping[str, CassandraTable] = field(default_factory=dict)
    logins: Mapping[str, Login] = field(default_factory=dict)
    known_pipelines: frozenset[str] = frozenset()
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
            return Desired(
                claim=subject.claim,
                pipeline=subject.pipeline,
                keyspace=names.keyspace(subject.tenant),
                logins=_logins(subject.tenant, subject.logins),
            )
        case Absent():
            return Desired(
                claim=subject.claim,
                pipeline=subject.pipeline,
                keyspace=names.keyspace(subject.tenant),
                is_absent=True,
                is_data_gone=not subject.retain and subject.pipeline is None,
            )


def _tenant(tenant: ValidatedTenant) -> Desired:
    target = tenant.resolved.cassandra
    return Desired(
        claim=tenant.claim,
        pipeline=None,
        keyspace=names.keyspace(tenant.name),
        replication={"class": STRATEGY, target.datacenter: str(target.replication_factor)},
        tables=CASSANDRA_TABLES,
        logins=_logins(tenant.name, {Stage.GATEWAY: tenant.gateway}),
        known_pipelines=tenant.known_pipelines,
    )


def _logins(tenant: str, credentials: Mapping[Stage, Credential]) -> dict[str, Login]:
    return {
        credential.principal: Login(
            name=credential.principal,
            password_hash=hash_of(credential.principal, credential.password),
            permissions=frozenset(
                Permission(f"data/{names.keyspace(tenant)}/{table}", permission)
                for table, permissions in CASSANDRA_GRANTS[stage].items()
                for permission in permissions
            ),
        )
        for stage, credential in credentials.items()
        if stage in CASSANDRA_GRANTS
    }
