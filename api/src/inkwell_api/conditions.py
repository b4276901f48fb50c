"""Conditions: what a person reads in the status of a Tenant or DocumentPipeline.

Types and reasons are few and documented here once; `docs/reference/conditions.md` is generated from
this module.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ConditionType(StrEnum):
    """One condition a backend, `Ready` as their summary, and `Isolated` on a Tenant.

    All are present from the first pass.
    """

    READY = "Ready"
    NAMESPACE_READY = "NamespaceReady"
    KAFKA_READY = "KafkaReady"
    CASSANDRA_READY = "CassandraReady"
    POSTGRES_READY = "PostgresReady"
    KEYCLOAK_READY = "KeycloakReady"
    WORKERS_READY = "WorkersReady"
    ISOLATED = "Isolated"


BACKEND_CONDITIONS: Final = (
    ConditionType.NAMESPACE_READY,
    ConditionType.KAFKA_READY,
    ConditionType.CASSANDRA_READY,
    ConditionType.POSTGRES_READY,
    ConditionType.KEYCLOAK_READY,
    ConditionType.WORKERS_READY,
)


class ConditionStatus(StrEnum):
    """As in every Kubernetes condition."""

    TRUE = "True"
    FALSE = "False"
    UNKNOWN = "Unknown"


class Reason(StrEnum):
    """Why a condition has its status; a stable word that alerts may match."""

    AS_SPECIFIED = "AsSpecified"
    PENDING = "Pending"
    PROGRESSING = "Progressing"
    PLANNED = "Planned"
    SUSPENDED = "Suspended"
    INVALID_SPEC = "InvalidSpec"
    REFUSED = "Refused"
    NAME_TAKEN = "NameTaken"
    RETAINED_DATA = "RetainedData"
    LET_IN = "LetIn"
    CLASS_NOT_FOUND = "ClassNotFound"
    TENANT_NOT_READY = "TenantNotReady"
    SECRET_MISSING = "SecretMissing"  # noqa: S105 - the name of a reason
    ACCESS_DENIED = "AccessDenied"
    UNREACHABLE = "Unreachable"
    THROTTLED = "Throttled"
    TIMED_OUT = "TimedOut"
    WRITE_CONFLICT = "WriteConflict"
    DEPENDENCY_NOT_READY = "DependencyNotReady"
    NOT_YET_APPLIED = "NotYetApplied"
    DELETING = "Deleting"
    INTERNAL_ERROR = "InternalError"


REASON_MEANINGS: Final[dict[Reason, str]] = {
    Reason.AS_SPECIFIED: "A second look found nothing left to do.",
    Reason.PENDING: "Not looked at yet.",
    Reason.PROGRESSING: "Applied; waiting for it to take effect.",
    Reason.PLANNED: "`mode: Plan`: the changes are shown in status.plan and not made.",
    Reason.SUSPENDED: "The tenant is suspended: its workers are stopped, its logins kept.",
    Reason.INVALID_SPEC: "The spec must change; the message says what.",
    Reason.REFUSED: "The change asked for cannot be made safely; nothing was changed.",
    Reason.NAME_TAKEN: "Something of this name exists without Inkwell's mark; it was left alone.",
    Reason.RETAINED_DATA: (
        "Data of an earlier Tenant of this name exist; spec.retainedData says what becomes of them."
    ),
    Reason.LET_IN: (
        "A login of this tenant reached what is another's, its API believed another's, or somebody "
        "opened its namespace."
    ),
    Reason.CLASS_NOT_FOUND: "The TenantClass named in the spec does not exist.",
    Reason.TENANT_NOT_READY: "The namespace belongs to no Tenant that is ready for pipelines.",
    Reason.SECRET_MISSING: "A Secret that the TenantClass refers to, or a key in it, is missing.",
    Reason.ACCESS_DENIED: "The backend refused the operator's credentials or rights.",
    Reason.UNREACHABLE: "The backend does not answer.",
    Reason.THROTTLED: "The backend asked for fewer requests.",
    Reason.TIMED_OUT: "The backend did not answer in time.",
    Reason.WRITE_CONFLICT: "Somebody else changed the same object; tried again soon.",
    Reason.DEPENDENCY_NOT_READY: "Something that must exist first does not exist yet.",
    Reason.NOT_YET_APPLIED: "The backend accepted the change and does not show it yet.",
    Reason.DELETING: "The object is being deleted.",
    Reason.INTERNAL_ERROR: "A defect in the operator; see its log.",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition without its transition time, which is set when it is written.

    The message is a sentence for the platform engineer: it names the object and what to do, and
    holds no time, counter or secret, so that the same problem twice is byte-identical.
    """

    type: ConditionType
    status: ConditionStatus
    reason: Reason
    message: str
