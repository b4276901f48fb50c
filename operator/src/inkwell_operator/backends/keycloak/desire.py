"""What should stand in Keycloak for a tenant or a pipeline. Pure."""

from dataclasses import dataclass
from typing import Final

from inkwell_api import names
from inkwell_api.roles import MACHINE_ROLES, ApiRole, pipeline_role
from inkwell_api.tenant import RetainedData
from inkwell_operator.backends.keycloak.state import (
    FLAGS,
    LISTS,
    TEXTS,
    Client,
    Mapper,
    Rights,
    RoleOf,
    Setting,
)
from inkwell_operator.model.ownership import Claim
from inkwell_operator.model.validate import Absent, Subject, ValidatedPipeline, ValidatedTenant

_CLOSED: Final[dict[str, Setting]] = {
    **dict.fromkeys(FLAGS, False),
    **dict.fromkeys(TEXTS, ""),
    **dict.fromkeys(LISTS, ()),
    "enabled": True,
    "protocol": "openid-connect",
    "clientAuthenticatorType": "client-secret",
}
"""A client that nobody logs in through: it only holds roles and is an audience."""
_MACHINE: Final[dict[str, Setting]] = _CLOSED | {"serviceAccountsEnabled": True}


@dataclass(frozen=True, slots=True)
class Desired:
    """What one subject claims in Keycloak.

    Attributes:
        tenant: whose.
        claim: on what it may lay hands.
        pipeline: of which pipeline, or None for what is the tenant's own.
        client: the API client or the machine's, or None when it should be gone.
        roles: that the API client should have for this subject.
        rights: of the machine.
        is_absent: the subject should be gone.
    """

    tenant: str
    claim: Claim
    pipeline: str | None
    client: Client | None = None
    roles: frozenset[str] = frozenset()
    rights: Rights | None = None
    is_absent: bool = False

    @property
    def api_client(self) -> str:
        """The clientId of the tenant's API."""
        return names.api_client(self.tenant)

    @property
    def machine(self) -> str | None:
        """The clientId of the pipeline's machine; None for a tenant."""
        return names.machine_client(self.tenant, self.pipeline) if self.pipeline else None

    @property
    def needed_clients(self) -> frozenset[str]:
        """The clientIds that must be this Tenant's own before anything is made."""
        return frozenset(filter(None, (self.api_client, self.machine)))

    @property
    def is_open(self) -> bool:
        """Whether this subject decides about every client with the tenant's prefix."""
        erases = self.claim.retained is RetainedData.ERASE
        return self.pipeline is None and (self.is_absent or erases)

    def claims_client(self, client_id: str) -> bool:
        """Say whether this subject decides about a client of that name."""
        if self.machine is not None:
            return client_id == self.machine
        machines = names.machine_client(self.tenant, "")
        return client_id == self.api_client or (self.is_open and client_id.startswith(machines))

    def claims_role(self, role: str) -> bool:
        """Say whether this subject decides about a role of that name of the API client."""
        _, separator, pipeline = role.partition(":")
        return pipeline == self.pipeline if self.pipeline is not None else not separator


def desire(subject: Subject) -> Desired:
    """Say what should be there for `subject`."""
    match subject:
        case ValidatedTenant():
            return Desired(
                tenant=subject.name,
                claim=subject.claim,
                pipeline=None,
                client=Client(names.api_client(subject.name), subject.claim.mark, _CLOSED),
                roles=frozenset(role.value for role in ApiRole),
            )
        case ValidatedPipeline():
            return _pipeline(subject)
        case Absent():
            return Desired(subject.tenant, subject.claim, subject.pipeline, is_absent=True)


def _pipeline(pipeline: ValidatedPipeline) -> Desired:
    api = names.api_client(pipeline.tenant)
    held = frozenset(RoleOf(api, pipeline_role(role, pipeline.pipeline)) for role in MACHINE_ROLES)
    machine = Client(
        client_id=pipeline.machine.principal,
        mark=pipeline.claim.mark,
        settings=_MACHINE,
        secret=pipeline.machine.password,
        mappers=_mappers(api),
    )
    return Desired(
        tenant=pipeline.tenant,
        claim=pipeline.claim,
        pipeline=pipeline.pipeline,
        client=machine,
        roles=frozenset(pipeline_role(role, pipeline.pipeline) for role in ApiRole),
        rights=Rights(granted=held, scoped=held),
    )


def _mappers(api: str) -> frozenset[Mapper]:
    """Return what a machine's token holds beside the standard claims.

    Its audience is the tenant's API alone, and it has no client scope of the realm: whatever
    somebody adds to those never gets into it.
    """
    into_token = {"access.token.claim": "true", "introspection.token.claim": "true"}
    audience = {"included.client.audience": api, "id.token.claim": "false"}
    roles = {
        "usermodel.clientRoleMapping.clientId": api,
        "claim.name": f"resource_access.{api}.roles",
        "jsonType.label": "String",
        "multivalued": "true",
        "id.token.claim": "false",
        "userinfo.token.claim": "false",
    }
    return frozenset(
        {
            Mapper("audience", "oidc-audience-mapper", frozenset((into_token | audience).items())),
            Mapper(
                "roles",
                "oidc-usermodel-client-role-mapper",
                frozenset((into_token | roles).items()),
            ),
            Mapper("subject", "oidc-sub-mapper", frozenset(into_token.items())),
        }
    )
