"""What a worker is told: rendered by the operator, parsed by the worker from its mounted file.

A worker derives no name: every topic, group, keyspace, schema and address that it uses stands in
here. Secrets do not: they are files under `CREDENTIALS_DIRECTORY`.
"""

from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import override

from inkwell_api.address import bracketed
from inkwell_api.names import Stage
from inkwell_api.pipeline import ExtractionSpec, OcrSpec, ValidationSpec

STAGE_FILE: Final = Path("/etc/inkwell/stage.json")
STAGE_FILE_VARIABLE: Final = "INKWELL_STAGE_FILE"
CREDENTIALS_DIRECTORY: Final = Path("/etc/inkwell/credentials")
CREDENTIALS_DIRECTORY_VARIABLE: Final = "INKWELL_CREDENTIALS_DIRECTORY"
SCORER_DIRECTORY: Final = Path("/etc/inkwell/scorer")
SCORER_DIRECTORY_VARIABLE: Final = "INKWELL_SCORER_DIRECTORY"
CA_FILE: Final = Path("/etc/inkwell/ca/ca.crt")
CA_FILE_VARIABLE: Final = "INKWELL_CA_FILE"
HTTP_PORT: Final = 8080
HEALTH_PORT: Final = 9090
GRACE_SECONDS: Final = 30
"""A pod's terminationGracePeriodSeconds; a worker must be gone some seconds earlier."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Address(_Frozen):
    """A host and its port."""

    host: str
    port: int = Field(ge=1, le=65535)

    @override
    def __str__(self) -> str:
        """Return ``host:port``, an IPv6 address in brackets."""
        return f"{bracketed(self.host)}:{self.port}"


class KafkaAccess(_Frozen):
    """How a stage reaches Kafka (SASL_SSL, SCRAM-SHA-512) and the schema registry."""

    bootstrap_servers: str
    registry_url: str
    group: str = ""
    consumes: tuple[str, ...] = ()
    produces: str = ""
    dead_letters: str = ""


class CassandraAccess(_Frozen):
    """How a stage reaches its tenant's keyspace (TLS)."""

    contact_points: tuple[Address, ...]
    datacenter: str
    keyspace: str
    ttl_seconds: int = Field(
        default=0, ge=0, description="Lifetime of what this stage writes; 0 keeps it for ever."
    )


class PostgresAccess(_Frozen):
    """How a stage reaches its tenant's schema (TLS, verify-full)."""

    address: Address
    database: str
    schema_name: str


class ModelAccess(_Frozen):
    """The OpenAI-compatible endpoint of the extract stage; its key is the file `llm-api-key`."""

    base_url: str
    name: str
    has_api_key: bool = False
    context_tokens: int = Field(default=8192, ge=256)
    timeout_seconds: float = Field(default=120, gt=0)


class StageEnv(_Frozen):
    """Everything that one stage of one pipeline is told."""

    tenant: str
    pipeline: str
    stage: Stage
    kafka: KafkaAccess
    cassandra: CassandraAccess
    postgres: PostgresAccess | None = None
    max_bytes: int = Field(gt=0)
    max_pages: int = Field(gt=0)
    attempts: int = Field(
        default=5, ge=1, description="Tries of one event before it becomes a dead letter."
    )
    ocr: OcrSpec | None = None
    extraction: ExtractionSpec | None = None
    model: ModelAccess | None = None
    validation: ValidationSpec | None = None


class GatewayPipeline(_Frozen):
    """What the gateway must know of one pipeline."""

    name: str
    uploaded_topic: str
    accept: tuple[str, ...]
    max_bytes: int
    document_ttl_seconds: int = 0


class OidcAccess(_Frozen):
    """Whose tokens the gateway believes."""

    issuer: str
    jwks_url: str
    audience: str


class GatewayEnv(_Frozen):
    """Everything that a tenant's gateway is told."""

    tenant: str
    stage: Literal[Stage.GATEWAY] = Stage.GATEWAY
    oidc: OidcAccess
    kafka: KafkaAccess
    cassandra: CassandraAccess
    postgres: PostgresAccess
    pipelines: tuple[GatewayPipeline, ...] = ()
