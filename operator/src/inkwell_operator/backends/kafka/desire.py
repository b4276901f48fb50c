"""What should stand in Kafka for a tenant or a pipeline. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from inkwell_api import names
from inkwell_api.events import EVENT_TYPES, avro_schema
from inkwell_api.names import EventKind, Stage
from inkwell_api.quantity import parse_duration
from inkwell_api.stage_topics import STAGE_TOPICS
from inkwell_operator.backends.kafka.state import (
    COMPATIBILITY,
    CONSUME_RATE,
    GROUP,
    LITERAL,
    PRODUCE_RATE,
    TOPIC,
    TRANSACTIONAL_ID,
    Acl,
    Schema,
    Topic,
)
from inkwell_operator.model.logins import claims
from inkwell_operator.model.ownership import Claim
from inkwell_operator.model.validate import (
    Absent,
    Credential,
    EffectiveQuotas,
    Subject,
    ValidatedPipeline,
    ValidatedTenant,
)

_COMPRESSION: Final = "zstd"
_CONSTANT: Final = {"cleanup.policy": "delete", "compression.type": _COMPRESSION}
_BY_SPEC: Final = frozenset({"min.insync.replicas", "retention.ms"})


@dataclass(frozen=True, slots=True)
class Desired:
    """What one subject claims in Kafka.

    Attributes:
        tenant: whose.
        pipeline: of which pipeline, or None for what is the tenant's own.
        claim: on what it may lay hands, and the mark of what is made for it.
        topics: by name.
        logins: by principal, the credential.
        acls: of the logins, and of the gateway on the pipeline's topics.
        quotas: by principal, quota keys and values.
        schemas: by subject.
        is_absent: the subject should be gone: no login, right or quota of it may be left.
        is_data_gone: and its topics, schemas and consumer groups as well.
    """

    tenant: str
    pipeline: str | None
    claim: Claim
    topics: Mapping[str, Topic] = field(default_factory=dict)
    logins: Mapping[str, Credential] = field(default_factory=dict)
    acls: frozenset[Acl] = frozenset()
    quotas: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    is_absent: bool = False
    is_data_gone: bool = False

    @property
    def prefix(self) -> str:
        """What the names of this subject's topics, groups and stages' principals start with."""
        prefix = names.topic_prefix(self.tenant)
        return prefix if self.pipeline is None else f"{prefix}{self.pipeline}."

    @property
    def groups(self) -> frozenset[str]:
        """Consumer groups of this subject; their names are those of transactional ids as well."""
        return frozenset(acl.name for acl in self.acls if acl.resource == GROUP)

    @property
    def resources(self) -> frozenset[tuple[str, str]]:
        """Type and name of every resource that nobody but this subject's logins may reach."""
        return frozenset(
            {
                *((TOPIC, topic) for topic in self.topics),
                *((kind, name) for kind in (GROUP, TRANSACTIONAL_ID) for name in self.groups),
            }
        )

    def claims_principal(self, principal: str) -> bool:
        """Say whether this subject decides about the login and quota of that principal."""
        return claims(principal, self.tenant, self.pipeline, is_absent=self.is_absent)

    def claims_acl(self, acl: Acl) -> bool:
        """Say whether this subject decides about that entry.

        The gateway's rights on a pipeline's topics are the pipeline's to give; all else that the
        gateway may do is the tenant's.
        """
        if acl.principal != names.gateway_principal(self.tenant) or (
            self.is_absent and self.pipeline is None
        ):
            return self.claims_principal(acl.principal)
        if self.pipeline is None:
            return not _is_on_pipeline_topic(acl, self.tenant)
        return _is_on_pipeline_topic(acl, self.tenant) and acl.name.startswith(self.prefix)


def desire(subject: Subject) -> Desired:
    """Say what should be there for `subject`."""
    match subject:
        case ValidatedTenant():
            gateway = subject.gateway
            return Desired(
                tenant=subject.name,
                pipeline=None,
                claim=subject.claim,
                logins={gateway.principal: gateway},
                quotas={gateway.principal: _quota(subject.quotas)},
            )
        case ValidatedPipeline():
            return _pipeline(subject)
        case Absent():
            return Desired(
                tenant=subject.tenant,
                pipeline=subject.pipeline,
                claim=subject.claim,
                is_absent=True,
                is_data_gone=not subject.retain,
            )


def _pipeline(pipeline: ValidatedPipeline) -> Desired:
    topics = {kind: names.topic(pipeline.tenant, pipeline.pipeline, kind) for kind in EventKind}
    logins = {credential.principal: credential for credential in pipeline.logins.values()}
    return Desired(
        tenant=pipeline.tenant,
        pipeline=pipeline.pipeline,
        claim=pipeline.claim,
        topics={name: _topic(name, pipeline) for name in topics.values()},
        logins=logins,
        acls=frozenset[Acl]().union(
            *(stage_acls(pipeline.tenant, pipeline.pipeline, stage) for stage in Stage)
        ),
        quotas={principal: _quota(pipeline.quotas) for principal in logins},
        schemas={
            names.subject(name): Schema(avro_schema(EVENT_TYPES[kind]), COMPATIBILITY)
            for kind, name in topics.items()
        },
    )


def _topic(name: str, pipeline: ValidatedPipeline) -> Topic:
    target, spec = pipeline.resolved.kafka, pipeline.spec.topics
    settings = _CONSTANT | {
        "min.insync.replicas": str(target.min_in_sync_replicas),
        "retention.ms": str(parse_duration(spec.retention) * 1000),
    }
    return Topic(name, spec.partitions, target.replication_factor, frozenset(settings.items()))


def looks_as_made(settings: frozenset[tuple[str, str]]) -> bool:
    """Say whether a topic with these settings of its own may be one that was just made here."""
    return settings >= _CONSTANT.items() and dict(settings).keys() >= _BY_SPEC


def stage_acls(tenant: str, pipeline: str, stage: Stage) -> frozenset[Acl]:
    """Return every right that a stage's login has in Kafka on the topics of one pipeline."""
    principal = (
        names.gateway_principal(tenant)
        if stage is Stage.GATEWAY
        else names.stage_principal(tenant, pipeline, stage)
    )
    topics = STAGE_TOPICS[stage]
    return frozenset(
        Acl(principal, operation, TOPIC, names.topic(tenant, pipeline, kind))
        for operation, kinds in (("READ", topics.reads), ("WRITE", topics.writes))
        for kind in kinds
    ) | _group_acls(tenant, pipeline, stage)


def _group_acls(tenant: str, pipeline: str, stage: Stage) -> frozenset[Acl]:
    if not STAGE_TOPICS[stage].reads:
        return frozenset()
    group = names.group(tenant, pipeline, stage)
    return frozenset({Acl(names.stage_principal(tenant, pipeline, stage), "READ", GROUP, group)})


def _quota(quotas: EffectiveQuotas) -> dict[str, float]:
    return {
        PRODUCE_RATE: float(quotas.produce_bytes_per_second),
        CONSUME_RATE: float(quotas.consume_bytes_per_second),
    }


def _is_on_pipeline_topic(acl: Acl, tenant: str) -> bool:
    parts = acl.name.split(".")
    is_topic = acl.resource == TOPIC and acl.pattern == LITERAL
    return is_topic and parts[0] == tenant and len(parts) == len(("tenant", "pipeline", "kind"))
