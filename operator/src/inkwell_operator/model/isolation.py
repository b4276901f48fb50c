"""The canary, and what a probe against it says. Pure.

The canary is a tenant of the operator's own in every data backend of a class, with a topic, a
keyspace, a schema and a client that belong to nobody else. Probes try to reach it with the logins
of real tenants, and to reach the APIs of real tenants with its own: each has to be refused. So
isolation is proven on the running systems, and not only inferred from the rights that were granted.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from inkwell_api import names
from inkwell_api.conditions import Condition, ConditionStatus, ConditionType, Reason
from inkwell_api.names import EventKind, Stage
from inkwell_api.pipeline import DocumentPipelineSpec
from inkwell_api.tenant import TenantSpec
from inkwell_operator.model.ownership import Claim, Mark
from inkwell_operator.model.quotas import effective_quotas
from inkwell_operator.model.targets import PostgresTarget, ResolvedClass
from inkwell_operator.model.validate import (
    Absent,
    Credential,
    SecretRef,
    ValidatedPipeline,
    ValidatedTenant,
)

PIPELINE: Final = "canary"
_UID: Final = "canary"


@dataclass(frozen=True, slots=True)
class Canary:
    """What no tenant may reach, by the names that a probe tries.

    Attributes:
        tenant: the canary's name; each installation has its own, as they may share servers, and
            one more for classes whose tenants have databases.
    """

    tenant: str

    @classmethod
    def of(cls, installation: str, postgres: PostgresTarget | None = None) -> "Canary":
        """Return the canary of an installation, in classes of a kind."""
        has_database = postgres is not None and postgres.has_databases
        return cls(names.canary_tenant(installation, has_database=has_database))

    @property
    def topic(self) -> str:
        """A topic of the canary's."""
        return names.topic(self.tenant, PIPELINE, EventKind.UPLOADED)

    @property
    def group(self) -> str:
        """A consumer group of the canary's."""
        return names.group(self.tenant, PIPELINE, Stage.OCR)

    @property
    def transactional_id(self) -> str:
        """A transactional id of the canary's."""
        return f"{self.group}.0"

    @property
    def keyspace(self) -> str:
        """The canary's keyspace."""
        return names.keyspace(self.tenant)

    @property
    def schema(self) -> str:
        """The canary's schema."""
        return names.schema(self.tenant)

    @property
    def client(self) -> str:
        """The Keycloak client of the canary's API."""
        return names.api_client(self.tenant)

    @property
    def machine(self) -> str:
        """The Keycloak client of the canary's machine, which is a stranger to every other API."""
        return names.machine_client(self.tenant, PIPELINE)


class Verdict(Enum):
    """What came of a probe."""

    REFUSED = "refused"
    LET_IN = "let in"
    UNKNOWN = "unknown"
    """The system did not answer, or not to the question."""


@dataclass(frozen=True, slots=True, order=True)
class Probe:
    """One try with a login of a tenant's, or of the canary's.

    Attributes:
        what: what was tried, in words that follow a login's name: ``reads topic x in Kafka``.
        verdict: what came of it.
    """

    what: str
    verdict: Verdict


def canary_subjects(
    resolved: ResolvedClass, installation: str
) -> tuple[ValidatedTenant, ValidatedPipeline]:
    """Return the canary's tenant and pipeline in a class's data backends.

    None of its logins is used but its machine's; their passwords follow from the class's own
    logins, so that a start of the operator changes nothing.
    """
    name = Canary.of(installation, resolved.postgres).tenant
    spec = TenantSpec(class_name=resolved.name)
    claim = _claim(name, installation)
    quotas = effective_quotas(spec, resolved.spec.quotas)
    tenant = ValidatedTenant(
        name=name,
        spec=spec,
        resolved=resolved,
        claim=claim,
        quotas=quotas,
        gateway=_credential(resolved, names.gateway_principal(name)),
    )
    pipeline = ValidatedPipeline(
        tenant=name,
        pipeline=PIPELINE,
        spec=_pipeline_spec(),
        tenant_spec=spec,
        resolved=resolved,
        claim=claim,
        uid=_UID,
        quotas=quotas,
        logins={
            stage: _credential(resolved, names.stage_principal(name, PIPELINE, stage))
            for stage in names.PIPELINE_STAGES
        },
        machine=canary_machine(resolved, installation),
    )
    return tenant, pipeline


def canary_machine(resolved: ResolvedClass, installation: str) -> Credential:
    """Return the login in Keycloak of the canary's machine in a class."""
    return _credential(resolved, Canary.of(installation, resolved.postgres).machine)


def absent_canary(resolved: ResolvedClass, installation: str) -> Absent:
    """Return the canary of a class as it has to be removed: all of it."""
    name = Canary.of(installation, resolved.postgres).tenant
    return Absent(
        tenant=name,
        pipeline=None,
        retain=False,
        resolved=resolved,
        claim=_claim(name, installation),
    )


def verdict(found: Sequence[tuple[str, Probe]]) -> Condition:
    """Judge what came of the probes that concern one object, each with the login that was used."""
    if let_in := _told(found, Verdict.LET_IN):
        return isolated(ConditionStatus.FALSE, Reason.LET_IN, "; ".join(let_in))
    if unknown := _told(found, Verdict.UNKNOWN):
        message = f"no answer to: {'; '.join(unknown)}"
        return isolated(ConditionStatus.UNKNOWN, Reason.UNREACHABLE, message)
    message = "its logins were refused by everything of the canary's"
    return isolated(ConditionStatus.TRUE, Reason.AS_SPECIFIED, message)


def standing(before: Sequence[Probe], now: Sequence[Probe]) -> tuple[Probe, ...]:
    """Return what probes of a login come to: what let in is open until something is answered.

    Args:
        before: what the last probes came to.
        now: what those after them did.
    """
    if all(probe.verdict is not Verdict.UNKNOWN for probe in now):
        return tuple(now)
    answered = {probe.what for probe in now if probe.verdict is not Verdict.UNKNOWN}
    let_in = (probe for probe in before if probe.verdict is Verdict.LET_IN)
    return (*now, *(probe for probe in let_in if probe.what not in answered))


def isolated(status: ConditionStatus, reason: Reason, message: str) -> Condition:
    """Return condition `Isolated`."""
    return Condition(ConditionType.ISOLATED, status, reason, message)


def _told(found: Sequence[tuple[str, Probe]], which: Verdict) -> list[str]:
    return sorted({f"{who} {probe.what}" for who, probe in found if probe.verdict is which})


def _claim(name: str, installation: str) -> Claim:
    return Claim(Mark(name, installation, _UID), takes_back=True)


def _credential(resolved: ResolvedClass, principal: str) -> Credential:
    admin = resolved.keycloak.admin.password
    password = hmac.new(admin.encode(), principal.encode(), hashlib.sha256).hexdigest()
    return Credential(principal, password, SecretRef("", ""))


def _pipeline_spec() -> DocumentPipelineSpec:
    schema = {"type": "object", "properties": {"total": {"type": "number"}}}
    return DocumentPipelineSpec.model_validate(
        {"extraction": {"schema": schema}, "topics": {"partitions": 1}}
    )
