"""What would turn the observed Keycloak into the desired one. Pure."""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from inkwell_api.conditions import Reason
from inkwell_operator.backends.keycloak.desire import Desired
from inkwell_operator.backends.keycloak.state import Client, Observed, Rights, RoleOf
from inkwell_operator.model.plan import FieldChange, Plan, PlanBuilder, Risk, Step, Verb


class Order(IntEnum):
    """Steps of one number are done at the same time."""

    CLIENTS = 0
    ROLES = 1
    RIGHTS = 2


@dataclass(frozen=True, slots=True)
class PutClient:
    """Make a client, or bring it to what is wanted."""

    tenant: str
    client: Client
    exists: bool


@dataclass(frozen=True, slots=True)
class DeleteClient:
    """Delete a client with its roles and its service account."""

    tenant: str
    client_id: str


@dataclass(frozen=True, slots=True)
class CreateRole:
    """Make a role of the API client."""

    tenant: str
    client_id: str
    role: str


@dataclass(frozen=True, slots=True)
class DeleteRole:
    """Delete a role of the API client."""

    tenant: str
    client_id: str
    role: str


@dataclass(frozen=True, slots=True)
class SetRights:
    """Give a machine exactly these roles, and let its tokens carry exactly these."""

    tenant: str
    client_id: str
    rights: Rights


Action: TypeAlias = PutClient | DeleteClient | CreateRole | DeleteRole | SetRights


def diff(desired: Desired, observed: Observed) -> Plan[Action]:
    """Say what would turn `observed` into `desired`."""
    plan: PlanBuilder[Action] = PlanBuilder()
    if desired.client is not None and not _diff_client(plan, desired, desired.client, observed):
        return plan.build()
    wanted = desired.client.client_id if desired.client else ""
    for client_id, seen in sorted(observed.clients.items()):
        is_ours = seen.owner == desired.tenant and desired.claims_client(client_id)
        if is_ours and client_id != wanted:
            delete = DeleteClient(desired.tenant, client_id)
            plan.add(Step(Verb.DELETE, f"client {client_id}", delete, risk=Risk.INTERRUPTS))
    _diff_roles(plan, desired, observed)
    if desired.client is not None and desired.rights is not None:
        _diff_rights(plan, desired, desired.rights, observed.rights.get(desired.client.client_id))
    return plan.build()


def _diff_client(
    plan: PlanBuilder[Action], desired: Desired, wanted: Client, observed: Observed
) -> bool:
    """Plan the client; False when its name is taken, and then nothing else is to be done."""
    for client_id in (wanted.client_id, desired.api_client):
        seen = observed.clients.get(client_id)
        if seen is not None and seen.owner != desired.tenant:
            plan.refuse(
                f"client {client_id} exists in Keycloak without the mark of tenant"
                f" {desired.tenant}: delete it, or choose another name",
                Reason.NAME_TAKEN,
            )
            return False
    seen, target = observed.clients.get(wanted.client_id), f"client {wanted.client_id}"
    put = PutClient(desired.tenant, wanted, exists=seen is not None)
    if seen is None:
        plan.add(Step(Verb.CREATE, target, put, order=Order.CLIENTS))
    elif changes := _describe_changes(wanted, seen):
        plan.add(Step(Verb.UPDATE, target, put, changes, Risk.INTERRUPTS, Order.CLIENTS))
    return True


def _diff_roles(plan: PlanBuilder[Action], desired: Desired, observed: Observed) -> None:
    tenant, api = desired.tenant, desired.api_client
    for role in sorted(desired.roles - observed.roles):
        create = CreateRole(tenant, api, role)
        plan.add(Step(Verb.CREATE, f"role {role} of client {api}", create, order=Order.ROLES))
    goes_with_client = desired.is_absent and desired.pipeline is None
    if goes_with_client:
        return
    for role in sorted(observed.roles - desired.roles):
        if desired.claims_role(role):
            target, delete = f"role {role} of client {api}", DeleteRole(tenant, api, role)
            plan.add(Step(Verb.DELETE, target, delete, (), Risk.INTERRUPTS, Order.ROLES))


def _diff_rights(
    plan: PlanBuilder[Action], desired: Desired, wanted: Rights, seen: Rights | None
) -> None:
    if desired.client is None or wanted == seen:
        return
    put = SetRights(desired.tenant, desired.client.client_id, wanted)
    target = f"rights of client {desired.client.client_id}"
    held = seen or Rights()
    fields = (
        *_describe_difference("role", held.granted, wanted.granted),
        *_describe_difference("scope", held.scoped, wanted.scoped),
    )
    verb = Verb.CREATE if seen is None else Verb.UPDATE
    plan.add(Step(verb, target, put, fields, order=Order.RIGHTS))


def _describe_difference(
    kind: str, held: frozenset[RoleOf], wanted: frozenset[RoleOf]
) -> tuple[FieldChange, ...]:
    return (
        *(FieldChange(f"{kind} {_describe(role)}", None, "") for role in sorted(wanted - held)),
        *(FieldChange(f"{kind} {_describe(role)}", "", None) for role in sorted(held - wanted)),
    )


def _describe_changes(wanted: Client, seen: Client) -> tuple[FieldChange, ...]:
    flags = dict(seen.settings)
    changes = [
        (FieldChange("secret"), bool(wanted.secret) and wanted.secret != seen.secret),
        *(
            (FieldChange(key, str(flags.get(key)).lower(), str(value).lower()), True)
            for key, value in sorted(wanted.settings - seen.settings)
        ),
        (FieldChange("mappers"), wanted.mappers != seen.mappers),
        *((FieldChange(f"scope {scope}", "", None), True) for scope in sorted(seen.scopes)),
    ]
    return tuple(change for change, is_needed in changes if is_needed)


def _describe(role: RoleOf) -> str:
    return f"{role.client or 'realm'}/{role.role}"
