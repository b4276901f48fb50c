"""What would turn the observed Keycloak into the desired one. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from enum import IntEnum

from inkwell_operator.backends.keycloak.actions import (
    Action,
    CreateRole,
    DeleteClient,
    DeleteRole,
    EmptyRole,
    PutClient,
    SetRights,
)
from inkwell_operator.backends.keycloak.changes import (
    client_changes,
    describe_client,
    included_role_changes,
    rights_changes,
)
from inkwell_operator.backends.keycloak.desire import Desired
from inkwell_operator.backends.keycloak.state import Client, Observed, Rights
from inkwell_operator.model.ownership import Ownership, judge, may_remove, refusal
from inkwell_operator.model.plan import Plan, PlanBuilder, Risk, Step, Verb


class Order(IntEnum):
    """Steps of one number are done at the same time."""

    CLIENTS = 0
    ROLES = 1
    RIGHTS = 2
    AFTER_MACHINES = 3
    """The tenant's client goes when no machine is left that holds its roles.

    Deleted at once, two of them can end in a deadlock of Keycloak's own transactions.
    """


def diff(desired: Desired, observed: Observed) -> Plan[Action]:
    """Say what would turn `observed` into `desired`.

    With a client that must not be touched, nothing at all is planned for the subject.
    """
    plan: PlanBuilder[Action] = PlanBuilder()
    if desired.client is None:
        _remove(plan, desired, observed)
    elif _may_provision(plan, desired, observed):
        _diff_client(plan, desired, desired.client, observed)
        _diff_roles(plan, desired, observed)
        if desired.rights is not None:
            _diff_rights(plan, desired, desired.client.client_id, desired.rights, observed.rights)
    return plan.build()


def _may_provision(plan: PlanBuilder[Action], desired: Desired, observed: Observed) -> bool:
    """Plan refusals, waits and removals instead of anything else where a client is not ours."""
    judged = {
        client_id: judge(desired.claim, found.mark) for client_id, found in observed.clients.items()
    }
    needed = sorted(desired.needed_clients & judged.keys())
    untouchable = {Ownership.FOREIGN, Ownership.RETAINED}
    refused = [client_id for client_id in needed if judged[client_id] in untouchable]
    for client_id in refused:
        found = observed.clients[client_id]
        roles = observed.roles if client_id == desired.api_client else {}
        holds = describe_client(found, desired.claim.mark, roles)
        what = f"client {client_id}"
        plan.add_refusal(refusal(judged[client_id], what, "Keycloak", desired.claim, holds))
    if not refused:
        _erase(plan, desired, judged)
    return not refused and not any(judged[one] is Ownership.ERASE for one in needed)


def _erase(plan: PlanBuilder[Action], desired: Desired, judged: Mapping[str, Ownership]) -> None:
    """Plan the removal of what an earlier Tenant left; it is made anew when that is gone."""
    for client_id, ownership in sorted(judged.items()):
        if ownership is not Ownership.ERASE:
            continue
        if desired.claims_client(client_id):
            delete = DeleteClient(desired.claim, client_id, erases=True)
            _plan_deletion(plan, desired, delete, Risk.LOSES_DATA)
        else:
            plan.wait(f"client {client_id} of an earlier Tenant is removed first")


def _remove(plan: PlanBuilder[Action], desired: Desired, observed: Observed) -> None:
    removable = {
        client_id
        for client_id, found in observed.clients.items()
        if may_remove(desired.claim, found.mark)
    }
    for client_id in sorted(filter(desired.claims_client, removable)):
        _plan_deletion(plan, desired, DeleteClient(desired.claim, client_id), Risk.INTERRUPTS)
    stays = not desired.claims_client(desired.api_client)  # else its roles go with it
    if stays and desired.api_client in removable:
        _diff_roles(plan, desired, observed)


def _plan_deletion(
    plan: PlanBuilder[Action], desired: Desired, delete: DeleteClient, risk: Risk
) -> None:
    order = Order.AFTER_MACHINES if delete.client_id == desired.api_client else Order.CLIENTS
    target = f"client {delete.client_id}"
    plan.add(Step(Verb.DELETE, target, delete, risk=risk, order=order))


def _diff_client(
    plan: PlanBuilder[Action], desired: Desired, wanted: Client, observed: Observed
) -> None:
    found, target = observed.clients.get(wanted.client_id), f"client {wanted.client_id}"
    put = PutClient(desired.claim, wanted, exists=found is not None)
    if found is None:
        plan.add(Step(Verb.CREATE, target, put, order=Order.CLIENTS))
    elif fields := client_changes(wanted, found):
        is_marked_alone = not client_changes(wanted, replace(found, mark=wanted.mark))
        risk = Risk.NONE if is_marked_alone else Risk.INTERRUPTS
        plan.add(Step(Verb.UPDATE, target, put, fields, risk, Order.CLIENTS))


def _diff_roles(plan: PlanBuilder[Action], desired: Desired, observed: Observed) -> None:
    """Plan the roles of the API client; none of ours includes another role."""
    claim, api = desired.claim, desired.api_client
    for role in sorted(desired.roles - observed.roles.keys()):
        create = CreateRole(claim, api, role)
        plan.add(Step(Verb.CREATE, _role(api, role), create, order=Order.ROLES))
    for role, includes in sorted(observed.roles.items()):
        if role in desired.roles and includes:
            empty = EmptyRole(claim, api, role, includes)
            fields = included_role_changes(includes)
            plan.add(
                Step(Verb.UPDATE, _role(api, role), empty, fields, Risk.INTERRUPTS, Order.ROLES)
            )
        elif role not in desired.roles and desired.claims_role(role):
            delete = DeleteRole(claim, api, role)
            plan.add(Step(Verb.DELETE, _role(api, role), delete, (), Risk.INTERRUPTS, Order.ROLES))


def _diff_rights(
    plan: PlanBuilder[Action],
    desired: Desired,
    client_id: str,
    wanted: Rights,
    found: Rights | None,
) -> None:
    if wanted == found:
        return
    fields = rights_changes(wanted, found or Rights())
    verb = Verb.CREATE if found is None else Verb.UPDATE
    put = SetRights(desired.claim, client_id, wanted)
    plan.add(Step(verb, f"rights of client {client_id}", put, fields, order=Order.RIGHTS))


def _role(api: str, role: str) -> str:
    return f"role {role} of client {api}"
