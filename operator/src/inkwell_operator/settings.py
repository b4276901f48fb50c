"""Everything that can be set: a YAML file, and INKWELL_OPERATOR_* variables above it.

Read once at start-up by `__main__`; `docs/reference/settings.md` is generated from the
descriptions.
"""

import os
import socket
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)
from typing_extensions import override

from inkwell_api.names import Stage

CONFIG_FILE: Final = Path("/etc/inkwell-operator/config.yaml")


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StageResources(_Group):
    """What one pod of a stage asks for and may use at most."""

    cpu_request: str = Field(default="25m", description="CPU that the scheduler sets aside.")
    cpu_limit: str = Field(default="1", description="CPU at most.")
    memory_request: str = Field(default="128Mi", description="Memory that is set aside.")
    memory_limit: str = Field(default="512Mi", description="Memory at most.")


class DnsServer(_Group):
    """Where pods ask for names: in a namespace of the cluster, or at an address."""

    namespace: str = Field(default="", description="Namespace of the name service's pods.")
    cidr: str = Field(default="", description="Its addresses, where it is in no namespace.")
    port: int = Field(default=53, ge=1, le=65535, description="Port of the pods, UDP and TCP.")

    @model_validator(mode="after")
    def _is_one_place(self) -> "DnsServer":
        if bool(self.namespace) == bool(self.cidr):
            msg = "a name service has either a namespace or a cidr"
            raise ValueError(msg)
        return self


class WorkerSettings(_Group):
    """How workers are deployed."""

    images: dict[Stage, str] = Field(
        default_factory=lambda: {stage: f"inkwell/{stage.value}:dev" for stage in Stage},
        description="Image of each stage (gateway, ocr, extract, archive).",
    )
    image_pull_policy: Literal["Always", "IfNotPresent", "Never"] = Field(
        default="IfNotPresent", description="When the kubelet pulls a worker's image."
    )
    resources: dict[Stage, StageResources] = Field(
        default_factory=lambda: {
            Stage.GATEWAY: StageResources(),
            Stage.OCR: StageResources(
                cpu_request="50m", cpu_limit="2", memory_request="256Mi", memory_limit="1792Mi"
            ),
            Stage.EXTRACT: StageResources(memory_limit="768Mi"),
            Stage.ARCHIVE: StageResources(),
        },
        description="Resources of each stage's pods.",
    )
    scraping_namespaces: tuple[str, ...] = Field(
        default=("inkwell-system", "monitoring"),
        description="Namespaces whose pods may read the workers' metrics.",
    )
    dns: tuple[DnsServer, ...] = Field(
        default=(
            DnsServer(namespace="kube-system"),
            DnsServer(cidr="169.254.20.10/32"),
            DnsServer(namespace="openshift-dns", port=5353),
        ),
        description=(
            "Where workers may ask for names: CoreDNS, NodeLocal DNSCache at its documented "
            "address, and OpenShift's by default."
        ),
    )


class QueueSettings(_Group):
    """How the work queue paces itself; times in seconds."""

    concurrency: int = Field(
        default=8, ge=1, le=256, description="Objects that are reconciled at the same time."
    )
    resync_seconds: float = Field(
        default=300, gt=0, description="Time between two looks at every object, all in one wave."
    )
    first_retry_seconds: float = Field(
        default=1, gt=0, description="Wait after the first failure; doubles with each further one."
    )
    longest_retry_seconds: float = Field(
        default=60, gt=0, description="Longest wait between two tries."
    )
    blocked_retry_seconds: float = Field(
        default=20, gt=0, description="Wait when somebody else must act first."
    )
    relist_seconds: float = Field(
        default=30,
        gt=0,
        description="Time between two listings of our kinds, by which missed events are found.",
    )
    stuck_seconds: float = Field(
        default=600,
        gt=0,
        description=(
            "Without the end of a pass for so long, though objects are due, the process is ended."
        ),
    )
    least_interval_seconds: float = Field(
        default=2,
        ge=0,
        description=(
            "Least time between two looks at an object, unless what is wanted has changed."
        ),
    )
    backend_seconds: float = Field(
        default=120, gt=0, description="Longest time that one backend may take in one pass."
    )
    waiting_seconds: float = Field(
        default=5, gt=0, description="Wait while something that was applied takes effect."
    )


class IsolationSettings(_Group):
    """How it is proven that tenants are kept apart; times in seconds."""

    enabled: bool = Field(
        default=True, description="Whether tenants' logins are tried on what is not theirs."
    )
    interval_seconds: float = Field(
        default=250, ge=0, description="Each login is tried again after this time at the earliest."
    )
    canary_seconds: float = Field(
        default=3600, gt=0, description="Age at which the canary of a class is looked at again."
    )


class ScalingSettings(_Group):
    """How stages follow the lag of their topics; times in seconds."""

    interval_seconds: float = Field(
        default=5, gt=0, description="Time between two looks at the lag of all groups."
    )
    cool_down_seconds: float = Field(
        default=120,
        ge=0,
        description="A stage keeps the highest number of pods that it needed within this time.",
    )


class Settings(BaseSettings):
    """Settings of the operator."""

    model_config = SettingsConfigDict(
        env_prefix="INKWELL_OPERATOR_",
        env_nested_delimiter="__",
        frozen=True,
        extra="forbid",
        yaml_file=CONFIG_FILE,
    )

    namespace: str = Field(
        default="inkwell-system",
        description="The operator's own namespace, where the TenantClasses' Secrets are.",
    )
    service_account: str = Field(
        default="inkwell-operator",
        description="The operator's ServiceAccount in its own namespace.",
    )
    installation: str = Field(
        default="",
        max_length=63,
        pattern=r"^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$",
        description=(
            "Id of this installation, which stands on everything that it makes in a backend; two "
            "installations never touch each other's. The uid of namespace kube-system where empty; "
            "a name of one's own outlives the cluster."
        ),
    )
    take_back: bool = Field(
        default=False,
        description=(
            "Whether Tenants take back what this installation once made for a Tenant of their name "
            "though the object is a new one: true on a cluster that was rebuilt from Git."
        ),
    )
    endpoint_overrides: dict[str, str] = Field(
        default_factory=dict,
        description=(
            "Where (host:port) the operator reaches backends, by the address in the TenantClass; "
            "for an operator outside of the cluster."
        ),
    )
    workers: WorkerSettings = Field(
        default_factory=WorkerSettings, description="How workers are deployed."
    )
    queue: QueueSettings = Field(default_factory=QueueSettings, description="The work queue.")
    scaling: ScalingSettings = Field(default_factory=ScalingSettings, description="Scaling by lag.")
    isolation: IsolationSettings = Field(
        default_factory=IsolationSettings, description="The proof that tenants are kept apart."
    )
    class_refresh_seconds: float = Field(
        default=30, gt=0, description="Age at which a TenantClass's Secrets are read again."
    )
    identity: str = Field(
        default="",
        description=(
            "Name of this replica in the Lease; the host's name and the process's number where "
            "empty."
        ),
    )
    leader_election: bool = Field(
        default=False, description="Whether replicas agree by a Lease on the one that acts."
    )
    metrics_port: int = Field(
        default=9090, ge=0, le=65535, description="Port of /metrics; 0 turns it off."
    )
    probe_port: int = Field(
        default=8080, ge=0, le=65535, description="Port of /healthz and /readyz; 0 turns it off."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least severity that is logged."
    )

    @property
    def replica(self) -> str:
        """Name of this replica; no two processes have the same."""
        return self.identity or f"{socket.gethostname()}-{os.getpid()}"

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Rank the sources: arguments, environment, file."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, YamlConfigSettingsSource(settings_cls)
