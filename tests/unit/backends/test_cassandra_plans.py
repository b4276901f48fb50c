"""Pure parts of the Cassandra backend: what is desired, and what a diff makes of it."""

import secrets
import sys
from dataclasses import replace

import bcrypt
import pytest

from inkwell_api.conditions import Reason
from inkwell_api.tables import CASSANDRA_TABLES
from inkwell_operator.backends.cassandra.actions import PutKeyspace, WriteMark
from inkwell_operator.backends.cassandra.desire import desire
from inkwell_operator.backends.cassandra.diff import diff
from inkwell_operator.backends.cassandra.password_hash import hash_of
from inkwell_operator.backends.cassandra.state import STRATEGY, Column, Kind, Observed
from inkwell_operator.model.ownership import Mark
from inkwell_operator.model.plan import Risk, Verb
from inkwell_operator.model.plan_text import render_plan
from inkwell_operator.model.validate import Subject
from support import make
from support.cassandra_world import (
    as_desired,
    grant,
    table,
    with_keyspace,
    with_login,
    with_table,
)

GATEWAY = "acme.gateway"


def test_cassandra_hash_is_the_same_each_time_and_proves_the_password() -> None:
    stored = hash_of("acme.gateway", "secret")
    assert stored == hash_of("acme.gateway", "secret")
    assert stored != hash_of("acme.invoices.ocr", "secret")
    assert stored.startswith("$2a$04$")
    assert bcrypt.checkpw(b"secret", stored.encode())


def test_no_password_is_kept_for_its_hash() -> None:
    password = secrets.token_urlsafe()
    holders = sys.getrefcount(password)
    hash_of("acme.gateway", password)
    assert sys.getrefcount(password) == holders


def planned(subject: Subject, observed: Observed) -> list[str]:
    return list(render_plan(diff(desire(subject), observed)))


def test_everything_as_desired_needs_no_step() -> None:
    tenant, pipeline = desire(make.tenant()), desire(make.pipeline())
    world = as_desired(tenant, pipeline)
    assert diff(tenant, world).is_empty
    assert diff(pipeline, world).is_empty


FOREIGN = {
    "no mark": None,
    "another tenant's mark": Mark("globex", "test-installation", "uid-of-acme"),
    "another installation's mark": Mark("acme", "staging", "uid-of-acme"),
}


@pytest.mark.parametrize("mark", FOREIGN.values(), ids=FOREIGN.keys())
@pytest.mark.parametrize("subject", [make.tenant(), make.pipeline()], ids=["tenant", "pipeline"])
def test_a_keyspace_that_is_not_ours_refuses_all_that_is_in_it(
    subject: Subject, mark: Mark | None
) -> None:
    desired = desire(make.tenant())
    world = as_desired(desired)
    marks = {} if mark is None else {(Kind.KEYSPACE, desired.keyspace): mark}
    plan = diff(desire(subject), replace(world, marks=marks, logins={}))
    assert plan.steps == ()
    assert [refusal.reason for refusal in plan.refusals] == [Reason.NAME_TAKEN]
    assert "(it holds archive_records, document_chunks, extractions, pages)" in (
        plan.refusals[0].message
    )


def test_a_row_of_another_installation_holds_the_name_before_the_keyspace_is_there() -> None:
    desired = desire(make.tenant())
    theirs = {(Kind.KEYSPACE, desired.keyspace): Mark("acme", "staging", "uid-of-acme")}
    plan = diff(desired, Observed(marks=theirs))
    assert plan.steps == ()
    assert plan.refusals[0].message.startswith(
        "row keyspace tenant_acme of inkwell_operator.ownership exists in Cassandra"
    )


def test_a_login_that_is_not_ours_refuses_its_permissions_and_not_the_keyspace() -> None:
    desired = desire(make.tenant())
    world = as_desired(desired)
    keyspace_mark = {(Kind.KEYSPACE, desired.keyspace): desired.claim.mark}
    plan = diff(desired, with_login(replace(world, marks=keyspace_mark), GATEWAY, permissions=()))
    assert plan.steps == ()
    assert [refusal.reason for refusal in plan.refusals] == [Reason.NAME_TAKEN]


def test_marks_of_version_0_1_are_ours_and_are_written_anew() -> None:
    desired = desire(make.tenant())
    plan = diff(desired, as_desired(desired, mark=Mark("acme")))
    assert {type(step.action) for step in plan.steps} == {WriteMark}
    assert [step.target for step in plan.steps] == ["keyspace tenant_acme", "login acme.gateway"]
    assert not plan.refusals


def test_what_an_earlier_tenant_of_the_name_left_waits_for_a_word() -> None:
    desired = desire(make.tenant())
    earlier = replace(desired.claim.mark, uid="uid-of-an-earlier-one")
    plan = diff(desired, as_desired(desired, mark=earlier))
    assert plan.steps == ()
    assert [refusal.reason for refusal in plan.refusals] == [Reason.RETAINED_DATA]
    kept = desire(make.tenant(retainedData="Reuse"))
    assert {type(step.action) for step in diff(kept, as_desired(kept, mark=earlier)).steps} == {
        WriteMark
    }


def test_a_new_start_drops_the_earlier_tenants_keyspace_and_logins_before_anything_else() -> None:
    tenant, pipeline = desire(make.tenant(retainedData="Erase")), desire(make.pipeline())
    earlier = replace(tenant.claim.mark, uid="uid-of-an-earlier-one")
    plan = diff(tenant, as_desired(tenant, pipeline, mark=earlier))
    assert {step.verb for step in plan.steps} == {Verb.DELETE}
    assert {step.target for step in plan.steps if step.risk is Risk.LOSES_DATA} == {
        "keyspace tenant_acme"
    }
    assert "login acme.invoices.ocr" in {step.target for step in plan.steps}
    waiting = replace(pipeline, claim=tenant.claim)
    assert diff(waiting, as_desired(tenant, pipeline, mark=earlier)).steps == ()


def test_an_earlier_tenants_row_without_a_keyspace_holds_no_data_and_nobody_up() -> None:
    desired = desire(make.tenant())
    earlier = replace(desired.claim.mark, uid="uid-of-an-earlier-one")
    plan = diff(desired, Observed(marks={(Kind.KEYSPACE, desired.keyspace): earlier}))
    assert not plan.refusals
    assert "keyspace tenant_acme" in {step.target for step in plan.steps}


def test_adoption_shows_what_would_change_before_it_marks() -> None:
    tenant = make.tenant(adopt=True)
    desired = desire(tenant)
    world = with_login(as_desired(desired), GATEWAY, password_hash="theirs", is_superuser=True)
    world = with_keyspace(world, replication={"class": STRATEGY, "datacenter1": "3"})
    lines = planned(tenant, replace(world, marks={}))
    mark = desired.claim.mark.to_text()
    assert lines == [
        (
            f"~ keyspace tenant_acme: +mark {mark}, "
            "replication datacenter1 3 -> 1, then repair it (interrupts work)"
        ),
        f"~ login acme.gateway: +mark {mark}, password, SUPERUSER true -> false (interrupts work)",
    ]


def test_a_mark_without_its_keyspace_is_removed_with_the_tenant() -> None:
    gone = desire(make.absent(retain=False))
    marks = {(Kind.KEYSPACE, "tenant_acme"): gone.claim.mark}
    assert [step.target for step in diff(gone, Observed(marks=marks)).steps] == [
        "keyspace tenant_acme"
    ]
    kept = desire(make.absent(retain=True))
    assert diff(kept, Observed(marks=marks)).is_empty


@pytest.mark.parametrize(
    "mark",
    [Mark("acme", "staging", "uid-of-acme"), Mark("acme", "test-installation", "another-uid")],
    ids=["of another installation", "of an earlier tenant"],
)
def test_deletion_takes_nothing_that_bears_another_mark(mark: Mark) -> None:
    world = as_desired(desire(make.tenant()), desire(make.pipeline()), mark=mark)
    for gone in (make.absent(retain=False), make.absent(pipeline="invoices", retain=False)):
        assert diff(desire(gone), world).is_empty


def test_a_data_centre_that_the_class_does_not_name_is_kept_and_told() -> None:
    tenant = make.tenant()
    world = as_desired(desire(tenant))
    more = {"class": STRATEGY, "datacenter1": "1", "berlin": "2"}
    assert planned(tenant, with_keyspace(world, replication=more)) == [
        (
            "# keyspace tenant_acme has copies in data centre berlin too, which the TenantClass "
            "does not name: take it out of the replication by hand if they are not needed"
        )
    ]
    moved = {"class": STRATEGY, "berlin": "2"}
    plan = diff(desire(tenant), with_keyspace(world, replication=moved))
    actions = [step.action for step in plan.steps]
    assert [a.replication for a in actions if isinstance(a, PutKeyspace)] == [
        {"class": STRATEGY, "berlin": "2", "datacenter1": "1"}
    ]


def test_columns_and_options_of_a_table_are_brought_back_field_by_field() -> None:
    tenant = make.tenant()
    world = as_desired(desire(tenant))
    pages = CASSANDRA_TABLES["pages"]
    columns = dict(table(pages).columns)
    del columns["content"]
    columns["mine"] = Column("text")
    options = replace(pages.options, default_time_to_live=60, gc_grace_seconds=0)
    assert planned(tenant, with_table(world, "pages", columns=columns, options=options)) == [
        (
            "~ table tenant_acme.pages: +column content blob, default_time_to_live 60 -> 0, "
            "gc_grace_seconds 0 -> 864000"
        ),
        "# column mine of table tenant_acme.pages is not Inkwell's; nothing reads it",
    ]


UNFIT = {
    "another key": {"page": Column("int", "clustering", 0)},
    "another type": {"content": Column("blob")},
}


@pytest.mark.parametrize("columns", UNFIT.values(), ids=UNFIT.keys())
def test_a_table_that_no_change_can_mend_is_refused_and_left_alone(
    columns: dict[str, Column],
) -> None:
    tenant = make.tenant()
    made = table(CASSANDRA_TABLES["extractions"]).columns
    world = with_table(as_desired(desire(tenant)), "extractions", columns={**made, **columns})
    plan = diff(desire(tenant), world)
    assert plan.steps == ()
    assert len(plan.refusals) == 1
    assert "table tenant_acme.extractions cannot be used" in plan.refusals[0].message


def test_strange_tables_and_views_are_told() -> None:
    tenant = make.tenant()
    world = as_desired(desire(tenant))
    assert world.keyspace is not None
    tables = {**world.keyspace.tables, "copy": table(CASSANDRA_TABLES["pages"])}
    changed = with_keyspace(world, tables=tables, views=frozenset({"by_sha256"}))
    assert planned(tenant, changed) == [
        "# materialized view by_sha256 in keyspace tenant_acme is not Inkwell's",
        "# table copy in keyspace tenant_acme is not Inkwell's",
    ]


def test_what_lets_others_in_is_revoked_and_what_lets_them_in_everywhere_is_told() -> None:
    tenant = make.tenant()
    world = as_desired(desire(tenant), desire(make.pipeline()))
    grants = (
        grant("mallory", "data/tenant_acme/pages", "SELECT")
        | grant("mallory", "data/tenant_acme/*", "MODIFY")
        | grant("globex.gateway", "roles/acme.gateway", "ALTER")
        | grant("backup", "data", "SELECT")
        | grant("acme.invoices.ocr", "data/tenant_acme/pages", "MODIFY")
    )
    assert planned(tenant, replace(world, grants=grants)) == [
        "~ permissions of role globex.gateway: -ALTER on roles/acme.gateway",
        "~ permissions of role mallory: -MODIFY on tenant_acme/*, -SELECT on tenant_acme/pages",
        (
            "# role backup has SELECT on ALL KEYSPACES, which lets it in here too: revoke what is "
            "not meant"
        ),
    ]


def test_permissions_on_a_role_that_is_not_ours_are_left_alone() -> None:
    tenant = make.tenant()
    world = as_desired(desire(tenant))
    theirs = {(Kind.ROLE, "acme.theirs"): Mark("acme", "another-installation", "uid-of-acme")}
    grants = grant("dba", "roles/acme.theirs", "ALTER") | grant("dba", "roles/acme.more", "ALTER")
    changed = replace(world, marks={**world.marks, **theirs}, grants=grants)
    assert planned(tenant, changed) == []


def test_whoever_was_given_a_login_of_ours_loses_it() -> None:
    tenant = make.tenant()
    world = with_login(as_desired(desire(tenant)), GATEWAY, members=frozenset({"mallory"}))
    assert planned(tenant, world) == ["~ login acme.gateway: -granted to mallory (interrupts work)"]


def test_another_password_has_another_hash() -> None:
    one, two = (
        {login.password_hash for login in desire(subject).logins.values()}
        for subject in (make.pipeline(), make.pipeline(password="another"))
    )
    assert not one & two


def test_no_plan_or_desired_state_shows_a_password() -> None:
    for subject in (make.tenant(password="hush-hush"), make.pipeline(password="hush-hush")):
        desired = desire(subject)
        plan = diff(desired, Observed())
        shown = "\n".join([repr(desired), repr(plan), *(repr(s.action) for s in plan.steps)])
        assert "hush-hush" not in shown
