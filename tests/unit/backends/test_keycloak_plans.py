"""Plans for Keycloak: compared whole with what a person has read, and what they must never do."""

from dataclasses import replace
from typing import Any

import pytest

from inkwell_api.conditions import Reason
from inkwell_api.tenant import RetainedData
from inkwell_operator.backends.keycloak.desire import Desired, desire
from inkwell_operator.backends.keycloak.diff import diff
from inkwell_operator.backends.keycloak.state import (
    Client,
    Mapper,
    Observed,
    Rights,
    RoleOf,
    mark_attributes,
    read_mark,
)
from inkwell_operator.model.ownership import Claim, Mark
from inkwell_operator.model.plan import Risk, Verb
from inkwell_operator.model.plan_text import render_plan
from inkwell_operator.model.validate import Subject
from support import golden, make

GOLDEN = make.DATA / "keycloak"
EARLIER = Mark("acme", "test-installation", "uid-of-an-earlier-acme")
OTHERS = Mark("acme", "another-installation", "uid-of-acme")
OLD = Mark("acme")


def made(*subjects: Subject) -> Observed:
    """Return the realm in which everything of the subjects is as desired."""
    wanted = [desire(subject) for subject in subjects]
    return Observed(
        clients={one.client.client_id: one.client for one in wanted if one.client},
        roles={role: frozenset() for one in wanted for role in one.roles},
        rights=next((one.rights for one in wanted if one.rights), None),
    )


def changed(observed: Observed, client_id: str, **changes: Any) -> Observed:
    """Return the realm with one client changed behind the operator's back."""
    client = replace(observed.clients[client_id], **changes)
    return replace(observed, clients={**observed.clients, client_id: client})


def marked(observed: Observed, mark: Mark | None) -> Observed:
    """Return the realm with another mark on every client."""
    for client_id in observed.clients:
        observed = changed(observed, client_id, mark=mark)
    return observed


TENANT, PIPELINE = make.tenant(), make.pipeline()
BOTH = made(TENANT, PIPELINE)
MACHINE = BOTH.clients["acme.invoices"]
APPLICATION = Client(
    "acme",
    None,
    {
        **BOTH.clients["acme"].settings,
        "publicClient": True,
        "standardFlowEnabled": True,
        "fullScopeAllowed": True,
        "redirectUris": ("https://app.example.org/*",),
    },
    attributes={"access.token.lifespan": "86400", "client.secret.rotated": "hush-hush"},
    flow_overrides={"browser": "flow-of-theirs"},
    secret="hush-hush",
    mappers=frozenset({Mapper("groups", "oidc-group-membership-mapper", frozenset())}),
    scopes=frozenset({"email", "profile"}),
)
THEIRS = Observed({"acme": APPLICATION}, {"owner": frozenset(), "admin": frozenset()})


def drifted() -> Observed:
    """Return what somebody with Keycloak's console can do to a pipeline's machine."""
    audience = next(mapper for mapper in MACHINE.mappers if mapper.name == "audience")
    widened = dict(audience.config) | {"included.client.audience": "globex"}
    others = MACHINE.mappers - {audience}
    observed = changed(
        BOTH,
        "acme.invoices",
        settings={
            **MACHINE.settings,
            "clientAuthenticatorType": "client-jwt",
            "webOrigins": ("*",),
            "consentRequired": True,
        },
        attributes={
            "access.token.lifespan": "86400",
            "oauth2.device.authorization.grant.enabled": "true",
        },
        flow_overrides={"direct_grant": "flow-of-theirs"},
        secret="hush-hush",
        mappers=others | {replace(audience, config=frozenset(widened.items()))},
        scopes=frozenset({"roles"}),
    )
    manage = RoleOf("realm-management", "manage-realm")
    rights = desire(PIPELINE).rights
    assert rights is not None
    return replace(
        observed,
        roles={**BOTH.roles, "viewer:invoices": frozenset({manage})},
        rights=replace(
            rights,
            granted=rights.granted | {RoleOf("", "offline_access")},
            groups=frozenset({"/admins"}),
            is_enabled=False,
        ),
    )


def claiming(subject: Subject, **changes: Any) -> Desired:
    """Return what a subject desires whose Tenant says something else about what it finds."""
    return desire(replace(subject, claim=replace(subject.claim, **changes)))


CASES: dict[str, tuple[Desired, Observed]] = {
    "tenant-create": (desire(TENANT), Observed()),
    "tenant-delete": (desire(make.absent()), BOTH),
    "tenant-refused": (desire(TENANT), THEIRS),
    "tenant-adopt": (claiming(TENANT, adopts=True), THEIRS),
    "tenant-retained": (desire(TENANT), marked(BOTH, EARLIER)),
    "tenant-erase": (claiming(TENANT, retained=RetainedData.ERASE), marked(BOTH, EARLIER)),
    "tenant-marked-by-version-0.1": (desire(TENANT), marked(BOTH, OLD)),
    "pipeline-create": (desire(PIPELINE), made(TENANT)),
    "pipeline-drift": (desire(PIPELINE), drifted()),
    "pipeline-refused": (desire(PIPELINE), THEIRS),
    "pipeline-delete": (desire(make.absent(pipeline="invoices")), BOTH),
}


@pytest.mark.parametrize("case", CASES)
def test_the_plan_is_as_reviewed(case: str) -> None:
    path = GOLDEN / f"{case}.plan.txt"
    text = "\n".join(render_plan(diff(*CASES[case]))) + "\n"
    golden.check(path, text)


@pytest.mark.parametrize("subject", [TENANT, PIPELINE], ids=["tenant", "pipeline"])
def test_everything_as_desired_needs_no_step(subject: Subject) -> None:
    assert diff(desire(subject), BOTH).is_empty


@pytest.mark.parametrize("case", CASES)
def test_no_plan_or_desired_state_shows_a_secret(case: str) -> None:
    desired, observed = CASES[case]
    plan = diff(desired, observed)
    actions = "".join(repr(step.action) for step in plan.steps)
    shown = plan.to_json() + repr(plan) + repr(desired) + actions
    assert "hush-hush" not in shown
    assert "machine-password" not in shown


@pytest.mark.parametrize("mark", [None, OTHERS, EARLIER, Mark("globex", "test-installation", "x")])
@pytest.mark.parametrize("subject", [TENANT, PIPELINE], ids=["tenant", "pipeline"])
def test_with_a_client_that_is_not_ours_nothing_is_planned(
    subject: Subject, mark: Mark | None
) -> None:
    plan = diff(desire(subject), changed(drifted(), "acme", mark=mark))
    assert plan.steps == ()
    reason = Reason.RETAINED_DATA if mark == EARLIER else Reason.NAME_TAKEN
    assert {refusal.reason for refusal in plan.refusals} == {reason}


def test_a_machine_that_is_not_ours_stops_its_pipeline_and_not_the_tenant() -> None:
    observed = changed(drifted(), "acme.invoices", mark=None)
    assert diff(desire(PIPELINE), observed).steps == ()
    assert diff(desire(PIPELINE), observed).refusals
    assert diff(desire(TENANT), observed).is_empty


@pytest.mark.parametrize("mark", [None, OTHERS, EARLIER], ids=["none", "others", "earlier"])
@pytest.mark.parametrize("pipeline", [None, "invoices"], ids=["tenant", "pipeline"])
def test_a_deletion_leaves_what_is_not_this_tenants_own(
    pipeline: str | None, mark: Mark | None
) -> None:
    assert diff(desire(make.absent(pipeline=pipeline)), marked(BOTH, mark)).is_empty


def test_a_deletion_takes_what_version_0_1_made() -> None:
    plan = diff(desire(make.absent()), marked(BOTH, OLD))
    assert {step.target for step in plan.steps} == {"client acme", "client acme.invoices"}


@pytest.mark.parametrize("case", ["tenant-delete", "tenant-erase"])
def test_no_client_goes_beside_a_machine_that_holds_its_roles(case: str) -> None:
    groups = [[step.target for step in group] for group in diff(*CASES[case]).in_order()]
    assert groups == [["client acme.invoices"], ["client acme"]]


def test_a_role_goes_only_from_a_client_that_is_ours() -> None:
    observed = changed(BOTH, "acme", mark=OTHERS)
    plan = diff(desire(make.absent(pipeline="invoices")), observed)
    assert [step.target for step in plan.steps] == ["client acme.invoices"]


def test_no_machine_of_an_earlier_tenant_stays_when_a_tenant_starts_anew() -> None:
    observed = changed(marked(BOTH, EARLIER), "acme", mark=TENANT.claim.mark)
    plan = diff(claiming(TENANT, retained=RetainedData.ERASE), observed)
    assert [(step.verb, step.target) for step in plan.steps] == [
        (Verb.DELETE, "client acme.invoices")
    ]
    others = changed(observed, "acme.invoices", mark=OTHERS)
    assert diff(claiming(TENANT, retained=RetainedData.ERASE), others).is_empty


def test_an_earlier_tenants_client_goes_before_a_pipeline_begins() -> None:
    plan = diff(claiming(PIPELINE, retained=RetainedData.ERASE), marked(BOTH, EARLIER))
    assert [(step.verb, step.target, step.risk) for step in plan.steps] == [
        (Verb.DELETE, "client acme.invoices", Risk.LOSES_DATA)
    ]
    assert plan.waits == ("client acme of an earlier Tenant is removed first",)


@pytest.mark.parametrize(
    "claim",
    [
        replace(TENANT.claim, retained=RetainedData.REUSE),
        replace(TENANT.claim, takes_back=True),
    ],
    ids=["reuse", "take-back"],
)
def test_an_earlier_tenants_client_is_marked_anew_when_it_may_be_used_on(claim: Claim) -> None:
    plan = diff(desire(replace(TENANT, claim=claim)), marked(BOTH, EARLIER))
    assert [field.field for step in plan.steps for field in step.fields] == [
        "attributes.inkwell.dev/uid"
    ]


def test_a_machine_may_upload_and_read_in_its_own_pipeline() -> None:
    rights = desire(PIPELINE).rights
    assert rights is not None
    assert rights.granted == rights.scoped
    assert {role.role for role in rights.granted} == {"uploader:invoices", "viewer:invoices"}
    assert rights.groups == frozenset()


def test_a_machine_without_a_service_account_gets_its_rights_anew() -> None:
    plan = diff(desire(PIPELINE), replace(BOTH, rights=None))
    assert [(step.verb, step.target) for step in plan.steps] == [
        (Verb.CREATE, "rights of client acme.invoices")
    ]
    assert diff(desire(PIPELINE), replace(BOTH, rights=Rights())).steps[0].verb is Verb.UPDATE


@pytest.mark.parametrize("mark", [OLD, EARLIER])
def test_a_mark_survives_being_written_and_read(mark: Mark) -> None:
    assert read_mark(mark_attributes(mark)) == mark


def test_what_is_no_mark_is_not_read_as_one() -> None:
    assert read_mark({}) is None
    assert read_mark({"inkwell.dev/uid": "uid-of-acme"}) is None
    assert read_mark({"inkwell.dev/tenant": ""}) is None
