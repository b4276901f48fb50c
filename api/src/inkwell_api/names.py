"""Every name Inkwell gives to something outside of itself.

One injective function a kind of name: two different tenants or pipelines can never be given the
same topic, role, schema or object. A tenant or pipeline name holds neither ``.`` nor ``_``, so
``.`` separates the parts of a name where the system allows it, and ``-`` may become ``_`` where it
does not. Nothing else in the project may build such a name.
"""

import hashlib
import re
from enum import StrEnum
from typing import Final

TENANT_NAME_MAX_LENGTH: Final = 30
PIPELINE_NAME_MAX_LENGTH: Final = 20
NAME_PATTERN: Final = r"^[a-z]([-a-z0-9]*[a-z0-9])?$"
RESERVED_TENANT_PREFIX: Final = "inkwell-"
"""Names of the operator's own in the data backends begin so."""
RESERVED_TENANT_NAMES: Final = frozenset(
    {"default", "inkwell", "kube", "kubernetes", "operator", "public", "system"}
)
RESERVED_PIPELINE_NAMES: Final = frozenset({"gateway", "inkwell", "tenant"})

_NAME: Final = re.compile(NAME_PATTERN)
_NAMESPACE_PREFIX: Final = "tenant-"


class Stage(StrEnum):
    """A stage of the pipeline. `GATEWAY` is the tenant's; the others are the pipeline's."""

    GATEWAY = "gateway"
    OCR = "ocr"
    EXTRACT = "extract"
    ARCHIVE = "archive"


PIPELINE_STAGES: Final = (Stage.OCR, Stage.EXTRACT, Stage.ARCHIVE)


class EventKind(StrEnum):
    """What happened to a document; each kind has a topic of its own in each pipeline."""

    UPLOADED = "uploaded"
    RECOGNIZED = "recognized"
    ANALYZED = "analyzed"
    ARCHIVED = "archived"
    DEAD = "dead"


class InvalidNameError(ValueError):
    """A tenant or pipeline name that no external name may be built from."""


def check_tenant(tenant: str) -> str:
    """Return `tenant` when it may name a tenant.

    Raises:
        InvalidNameError: too long, not a DNS label, or reserved.
    """
    if tenant.startswith(RESERVED_TENANT_PREFIX):
        msg = f"tenant name {tenant[:40]!r} is reserved; choose another"
        raise InvalidNameError(msg)
    return _check("tenant", tenant, TENANT_NAME_MAX_LENGTH, RESERVED_TENANT_NAMES)


def check_pipeline(pipeline: str) -> str:
    """Return `pipeline` when it may name a pipeline.

    Raises:
        InvalidNameError: too long, not a DNS label, or reserved.
    """
    return _check("pipeline", pipeline, PIPELINE_NAME_MAX_LENGTH, RESERVED_PIPELINE_NAMES)


def _check(what: str, name: str, limit: int, reserved: frozenset[str]) -> str:
    if len(name) > limit:
        msg = (
            f"{what} name {name[:40]!r} is {len(name)} characters long; at most {limit} are allowed"
        )
        raise InvalidNameError(msg)
    if not _NAME.fullmatch(name):
        msg = (
            f"{what} name {name!r} must start with a letter and hold only a-z, 0-9 and '-', "
            "which may not end it"
        )
        raise InvalidNameError(msg)
    if name in reserved:
        msg = f"{what} name {name!r} is reserved; choose another"
        raise InvalidNameError(msg)
    return name


def canary_tenant(installation: str, *, has_database: bool = False) -> str:
    """Name the tenant of the operator's own that no real tenant may reach: ``inkwell-canary-x``.

    Installations may share servers, so each has one of its own; and so may classes whose tenants
    have a PostgreSQL database of their own and others: logins of a name are the whole server's.
    """
    kind = "\0with a database" if has_database else ""
    digest = hashlib.sha256(f"{installation}{kind}".encode()).hexdigest()
    return f"{RESERVED_TENANT_PREFIX}canary-{digest[:6]}"


def namespace(tenant: str) -> str:
    """Name the Kubernetes namespace of a tenant: ``tenant-acme``."""
    return f"{_NAMESPACE_PREFIX}{tenant}"


def tenant_of_namespace(namespace_name: str) -> str | None:
    """Return the tenant that a namespace belongs to, or None."""
    if not namespace_name.startswith(_NAMESPACE_PREFIX):
        return None
    return namespace_name.removeprefix(_NAMESPACE_PREFIX) or None


def schema(tenant: str) -> str:
    """Name the PostgreSQL schema of a tenant: ``tenant_acme``."""
    return f"tenant_{tenant.replace('-', '_')}"


def database(tenant: str) -> str:
    """Name the PostgreSQL database of a tenant that has its own (at most 37 of 63 bytes)."""
    return schema(tenant)


def keyspace(tenant: str) -> str:
    """Name the Cassandra keyspace of a tenant: ``tenant_acme`` (at most 37 of 48 characters)."""
    return schema(tenant)


def topic_prefix(tenant: str) -> str:
    """Return what all of a tenant's topics, groups and principals start with: ``acme.``."""
    return f"{tenant}."


def topic(tenant: str, pipeline: str, kind: EventKind) -> str:
    """Name a Kafka topic: ``acme.invoices.uploaded``."""
    return f"{tenant}.{pipeline}.{kind.value}"


def subject(topic_name: str) -> str:
    """Name the schema registry subject of a topic's values: ``acme.invoices.uploaded-value``."""
    return f"{topic_name}-value"


def gateway_principal(tenant: str) -> str:
    """Name the login of a tenant's gateway in Kafka, Cassandra and PostgreSQL: ``acme.gateway``."""
    return f"{tenant}.{Stage.GATEWAY.value}"


def stage_principal(tenant: str, pipeline: str, stage: Stage) -> str:
    """Name the login of a pipeline's stage in every data backend: ``acme.invoices.ocr``."""
    return f"{tenant}.{pipeline}.{stage.value}"


def group(tenant: str, pipeline: str, stage: Stage) -> str:
    """Name the Kafka consumer group of a stage; equal to its principal."""
    return stage_principal(tenant, pipeline, stage)


def transactional_id_prefix(tenant: str, pipeline: str, stage: Stage) -> str:
    """Return the prefix of the transactional ids that a stage may use; equal to its principal."""
    return stage_principal(tenant, pipeline, stage)


def api_client(tenant: str) -> str:
    """Name the Keycloak client of a tenant's API: its audience, and the holder of its roles."""
    return tenant


def machine_client(tenant: str, pipeline: str) -> str:
    """Name the Keycloak client of the machine that uploads to one pipeline: ``acme.invoices``."""
    return f"{tenant}.{pipeline}"


def workload(pipeline: str, stage: Stage) -> str:
    """Name the Kubernetes objects of a pipeline's stage: ``invoices-ocr``."""
    return f"{pipeline}-{stage.value}"


def machine_secret(pipeline: str) -> str:
    """Name the Secret of a machine that uploads to one pipeline: ``invoices-client``."""
    return f"{pipeline}-client"


OWNERSHIP_TOPIC: Final = "inkwell.ownership"
"""The topic in which Inkwell notes what it owns in Kafka; `inkwell` is no tenant's name."""
GATEWAY_WORKLOAD: Final = "gateway"
CERTIFICATE_AUTHORITY_CONFIG: Final = "inkwell-ca"

GROUP: Final = "inkwell.dev"
VERSION: Final = "v1alpha1"
FINALIZER: Final = "inkwell.dev/cleanup"
CLASS_FINALIZER: Final = "inkwell.dev/in-use"
ORPHAN_ANNOTATION: Final = "inkwell.dev/orphan"
ORPHAN_CONFIG: Final = "inkwell-orphans"
FIELD_MANAGER: Final = "inkwell-operator"
LABEL_TENANT: Final = "inkwell.dev/tenant"
LABEL_PIPELINE: Final = "inkwell.dev/pipeline"
LABEL_STAGE: Final = "inkwell.dev/stage"
LABEL_MANAGED_BY: Final = "app.kubernetes.io/managed-by"


class LoginUse(StrEnum):
    """What a Secret of the operator's namespace may be used for."""

    KAFKA = "kafka"
    SCHEMA_REGISTRY = "schema-registry"
    CASSANDRA = "cassandra"
    POSTGRES = "postgres"
    KEYCLOAK = "keycloak"
    MODEL = "model"


def login_label(use: LoginUse) -> str:
    """Name the label that a Secret carries when its login may be sent to that kind of system.

    Without it, whoever may edit a TenantClass could have any Secret of the operator's namespace
    sent to an address of their own.
    """
    return f"login.{GROUP}/{use.value}"
