"""What all three kinds share: metadata, conditions in status, and how a kind tells its CRD."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from inkwell_api.conditions import ConditionStatus, ConditionType


class SpecModel(BaseModel):
    """A part of a spec or status: camelCase outside, frozen inside, unknown fields left aside.

    The API server fills a new CRD's defaults into every object that it hands out, so an operator
    that refused unknown fields would stop for everybody while the next version is rolled out. A
    person's typing errors are the API server's to refuse; who checks input of people passes
    ``extra="forbid"`` to `model_validate`.
    """

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="ignore"
    )


CamelCaseWord: TypeAlias = Annotated[
    str, StringConstraints(max_length=128, pattern=r"^[A-Z][A-Za-z0-9]*$")
]
"""A type or reason of a condition. Open: the next version has words that this one does not know."""

PlanLine: TypeAlias = Annotated[str, StringConstraints(max_length=1024)]
"""A change in words, as in ``+ topic acme.invoices.uploaded``."""


class Metadata(BaseModel):
    """The metadata of an object as far as Inkwell reads it."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="ignore"
    )

    name: str
    namespace: str | None = None
    uid: str = ""
    generation: int = 0
    resource_version: str = ""
    deletion_timestamp: datetime | None = None
    finalizers: tuple[str, ...] = ()
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)


class StatusCondition(SpecModel):
    """A condition as it stands in status (Kubernetes API conventions)."""

    type: CamelCaseWord = Field(
        description="What is judged; one a backend, and Ready as their summary."
    )
    status: ConditionStatus = Field(description="True, False or Unknown.")
    reason: CamelCaseWord = Field(
        description="A stable word; docs/reference/conditions.md lists them all."
    )
    message: str = Field(
        max_length=4096, description="One sentence that says what a person can do."
    )
    observed_generation: int = Field(
        ge=0, description="The metadata.generation that this was judged for."
    )
    last_transition_time: datetime = Field(description="When the status last changed.")


class PrinterColumn(BaseModel):
    """A column of `kubectl get`."""

    model_config = ConfigDict(frozen=True)

    name: str
    type: str
    json_path: str
    priority: int = 0
    description: str = ""


def condition_column(kind: ConditionType, name: str) -> PrinterColumn:
    """Return the column that shows one condition's status."""
    return PrinterColumn(
        name=name,
        type="string",
        json_path=f'.status.conditions[?(@.type=="{kind.value}")].status',
        description=f"Status of the condition {kind.value}.",
    )


BACKEND_COLUMNS = (
    condition_column(ConditionType.READY, "Ready"),
    condition_column(ConditionType.NAMESPACE_READY, "Namespace"),
    condition_column(ConditionType.KAFKA_READY, "Kafka"),
    condition_column(ConditionType.CASSANDRA_READY, "Cassandra"),
    condition_column(ConditionType.POSTGRES_READY, "Postgres"),
    condition_column(ConditionType.KEYCLOAK_READY, "Keycloak"),
    condition_column(ConditionType.WORKERS_READY, "Workers"),
)
AGE_COLUMN = PrinterColumn(name="Age", type="date", json_path=".metadata.creationTimestamp")
READY_MESSAGE_COLUMN = PrinterColumn(
    name="Message",
    type="string",
    json_path='.status.conditions[?(@.type=="Ready")].message',
    priority=1,
    description="What Ready says.",
)


class CustomResource(BaseModel):
    """An object of one of our kinds, as read from the API server."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="ignore"
    )

    KIND: ClassVar[str]
    PLURAL: ClassVar[str]
    SHORT_NAME: ClassVar[str]
    NAMESPACED: ClassVar[bool]
    COLUMNS: ClassVar[tuple[PrinterColumn, ...]]
    RULES: ClassVar[tuple[dict[str, Any], ...]] = ()
    """CEL rules (x-kubernetes-validations) on the object's root."""

    metadata: Metadata
