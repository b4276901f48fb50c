"""Tenant: one customer of the platform, with a namespace, logins and data of its own."""

from enum import StrEnum
from typing import ClassVar, Final

from pydantic import Field

from inkwell_api.names import (
    NAME_PATTERN,
    RESERVED_TENANT_NAMES,
    RESERVED_TENANT_PREFIX,
    TENANT_NAME_MAX_LENGTH,
)
from inkwell_api.resource import (
    AGE_COLUMN,
    BACKEND_COLUMNS,
    READY_MESSAGE_COLUMN,
    CustomResource,
    PlanLine,
    PrinterColumn,
    SpecModel,
    StatusCondition,
)
from inkwell_api.rules import LABEL_PATTERN, SUBJECT_PATTERN, checked, fixed, rule

_INVISIBLE: Final = r"[\x00-\x1f\x7f-\x9f\x{61c}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}]"
"""Control characters, and those that change the direction of the text around them."""


class DeletionPolicy(StrEnum):
    """What becomes of the data when the object is deleted; logins are revoked either way."""

    RETAIN = "Retain"
    DELETE = "Delete"


class Mode(StrEnum):
    """Whether changes are made or only shown."""

    APPLY = "Apply"
    PLAN = "Plan"


class RetainedData(StrEnum):
    """What becomes of data that an earlier Tenant of the same name left behind."""

    REFUSE = "Refuse"
    REUSE = "Reuse"
    ERASE = "Erase"


class OwnerKind(StrEnum):
    """Kinds of RBAC subject."""

    USER = "User"
    GROUP = "Group"


class Owner(SpecModel):
    """Somebody who may work in the tenant's namespace."""

    kind: OwnerKind = Field(description="User or Group.")
    name: str = Field(
        min_length=1,
        max_length=253,
        pattern=SUBJECT_PATTERN,
        description="As the API server's authentication names it, such as oidc:acme-admins.",
        json_schema_extra=checked(
            rule(
                "!self.startsWith('system:') || self.startsWith('system:serviceaccount:')",
                "names that start with system: are Kubernetes' own and stand for everybody or for "
                "its administrators; name the people or one ServiceAccount",
            )
        ),
    )


class QuotaOverrides(SpecModel):
    """Quotas of this tenant, where they are to be less than its class's."""

    produce_bytes_per_second: int | None = Field(
        default=None,
        ge=1024,
        le=10_737_418_240,
        description="Kafka produce quota of each principal, bytes a second.",
    )
    consume_bytes_per_second: int | None = Field(
        default=None,
        ge=1024,
        le=10_737_418_240,
        description="Kafka consume quota of each principal, bytes a second.",
    )
    pods: int | None = Field(default=None, ge=1, le=5000, description="Pods in the namespace.")


class TenantSpec(SpecModel):
    """What a tenant is to be."""

    class_name: str = Field(
        min_length=1,
        max_length=63,
        pattern=LABEL_PATTERN,
        description=(
            "The TenantClass whose backends hold this tenant. Cannot be changed: data does not "
            "move by itself."
        ),
        json_schema_extra=checked(
            fixed("className", "make a new Tenant of the other class and move the data")
        ),
    )
    display_name: str = Field(
        default="",
        max_length=120,
        description="The tenant's name as people write it.",
        json_schema_extra=checked(
            rule(
                f"!self.matches(r'{_INVISIBLE}')",
                "displayName holds no line breaks, control characters or marks of direction",
            )
        ),
    )
    owners: list[Owner] = Field(
        default_factory=list,
        max_length=50,
        description="Who may work with pipelines in the tenant's namespace.",
        json_schema_extra=checked(
            rule(
                "self.all(a, self.exists_one(b, a.kind == b.kind && a.name == b.name))",
                "the same owner stands twice in owners",
            )
        ),
    )
    quotas: QuotaOverrides = Field(
        default_factory=QuotaOverrides, description="Less than the class's quotas, where given."
    )
    deletion_policy: DeletionPolicy = Field(
        default=DeletionPolicy.RETAIN,
        description=(
            "Retain keeps the data of a deleted Tenant and revokes every login; Delete leaves "
            "nothing in any backend."
        ),
    )
    adopt: bool = Field(
        default=False,
        description=(
            "True takes over objects of this tenant's names that exist in a backend without "
            "Inkwell's mark, and brings them to what is desired. Set mode to Plan first and read "
            "in status.plan what would change."
        ),
    )
    retained_data: RetainedData = Field(
        default=RetainedData.REFUSE,
        description=(
            "What becomes of data that a deleted Tenant of this name left behind: Refuse touches "
            "nothing and says so, Reuse goes on with them, Erase removes them for a new start."
        ),
    )
    suspended: bool = Field(
        default=False, description="True stops all workers of the tenant; data and logins stay."
    )
    mode: Mode = Field(
        default=Mode.APPLY,
        description="Plan shows in status.plan what would change and changes nothing.",
    )


class TenantStatus(SpecModel):
    """What the operator saw last."""

    observed_generation: int = Field(
        default=0, ge=0, description="The metadata.generation that this status is about."
    )
    namespace: str = Field(default="", max_length=63, description="The tenant's namespace.")
    gateway_url: str = Field(
        default="", max_length=512, description="Where the tenant's API is reached."
    )
    plan: list[PlanLine] = Field(
        default_factory=list,
        max_length=256,
        description="With mode Plan: the changes that would be made, in order.",
    )
    conditions: list[StatusCondition] = Field(
        default_factory=list,
        max_length=16,
        description="One condition a backend, and Ready.",
        json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]},
    )


_RESERVED = ", ".join(f"'{name}'" for name in sorted(RESERVED_TENANT_NAMES))


class Tenant(CustomResource):
    """A customer: an isolated namespace, logins in every backend, and a gateway."""

    KIND: ClassVar[str] = "Tenant"
    PLURAL: ClassVar[str] = "tenants"
    SHORT_NAME: ClassVar[str] = "ten"
    NAMESPACED: ClassVar[bool] = False
    COLUMNS: ClassVar[tuple[PrinterColumn, ...]] = (
        PrinterColumn(name="Class", type="string", json_path=".spec.className", priority=1),
        *BACKEND_COLUMNS,
        PrinterColumn(name="Gateway", type="string", json_path=".status.gatewayUrl", priority=1),
        AGE_COLUMN,
        READY_MESSAGE_COLUMN,
    )
    RULES: ClassVar = (
        rule(
            f"size(self.metadata.name) <= {TENANT_NAME_MAX_LENGTH}",
            f"a Tenant's name has at most {TENANT_NAME_MAX_LENGTH} characters",
            at=".metadata.name",
        ),
        rule(
            f"self.metadata.name.matches('{NAME_PATTERN}')",
            "a Tenant's name starts with a letter and holds only a-z, 0-9 and '-'",
            at=".metadata.name",
        ),
        rule(
            f"!(self.metadata.name in [{_RESERVED}])",
            "this name is reserved; choose another",
            at=".metadata.name",
        ),
        rule(
            f"!self.metadata.name.startsWith('{RESERVED_TENANT_PREFIX}')",
            f"names that begin with {RESERVED_TENANT_PREFIX} are reserved",
            at=".metadata.name",
        ),
    )

    spec: TenantSpec = Field(description="What the tenant is to be.")
    status: TenantStatus = Field(
        default_factory=TenantStatus, description="What the operator saw last."
    )
