"""What a tenant may use: its class's quotas, lowered by its own wishes. Pure."""

from dataclasses import dataclass

from inkwell_api.tenant import TenantSpec
from inkwell_api.tenant_class import Quotas


@dataclass(frozen=True, slots=True)
class EffectiveQuotas:
    """The class's quotas, lowered by the tenant's overrides.

    Bytes are per second and per principal.
    """

    produce_bytes_per_second: int
    consume_bytes_per_second: int
    pods: int
    cpu: str
    memory: str
    pipelines: int


def lowered_quotas(spec: TenantSpec, offer: Quotas) -> tuple[str, ...]:
    """Say which quotas of a Tenant are above its class's, which then hold instead.

    A class may be lowered under tenants that were content with it; they go on with less.
    """
    return tuple(
        f"spec.quotas.{name} {wanted} is above the class's {most}, which holds"
        for name, (wanted, most) in _quota_pairs(spec, offer).items()
        if wanted is not None and wanted > most
    )


def _quota_pairs(spec: TenantSpec, offer: Quotas) -> dict[str, tuple[int | None, int]]:
    wish = spec.quotas
    return {
        "produceBytesPerSecond": (wish.produce_bytes_per_second, offer.produce_bytes_per_second),
        "consumeBytesPerSecond": (wish.consume_bytes_per_second, offer.consume_bytes_per_second),
        "pods": (wish.pods, offer.pods),
    }


def effective_quotas(spec: TenantSpec, offer: Quotas) -> EffectiveQuotas:
    """Return what holds for a Tenant: never more than its class offers."""
    produce, consume, pods = (
        most if wanted is None else min(wanted, most)
        for wanted, most in _quota_pairs(spec, offer).values()
    )
    return EffectiveQuotas(
        produce_bytes_per_second=produce,
        consume_bytes_per_second=consume,
        pods=pods,
        cpu=offer.cpu,
        memory=offer.memory,
        pipelines=offer.pipelines,
    )
