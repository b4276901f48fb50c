"""The roles of a tenant's API in Keycloak: client roles of the tenant's API client.

A role without a pipeline holds for all pipelines of the tenant; ``uploader:invoices`` holds for
that pipeline alone.
"""

from enum import StrEnum


class ApiRole(StrEnum):
    """What the holder of a token may do; a higher role includes what stands in `implies`."""

    VIEWER = "viewer"
    UPLOADER = "uploader"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    @property
    def implies(self) -> frozenset["ApiRole"]:
        """Every role whose rights this role has, itself included."""
        match self:
            case ApiRole.VIEWER | ApiRole.UPLOADER:
                return frozenset({self})
            case ApiRole.REVIEWER:
                return frozenset({self, ApiRole.VIEWER})
            case ApiRole.ADMIN:
                return frozenset(ApiRole)


def pipeline_role(role: ApiRole, pipeline: str) -> str:
    """Name the role that holds for one pipeline alone: ``uploader:invoices``."""
    return f"{role.value}:{pipeline}"


MACHINE_ROLES = (ApiRole.UPLOADER, ApiRole.VIEWER)
"""What the machine client of a pipeline may do, in that pipeline."""


def is_granted(held: frozenset[str], needed: ApiRole, pipeline: str) -> bool:
    """Say whether the role names `held` by a token allow what `needed` allows in `pipeline`."""
    return any(
        needed in role.implies
        for role in ApiRole
        if role.value in held or pipeline_role(role, pipeline) in held
    )


def is_named(held: frozenset[str], pipeline: str) -> bool:
    """Say whether a role of that very pipeline is held, which none can be unless there is one."""
    return any(pipeline_role(role, pipeline) in held for role in ApiRole)
