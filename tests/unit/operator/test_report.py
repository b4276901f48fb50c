import pytest

from inkwell_api.conditions import (
    BACKEND_CONDITIONS,
    Condition,
    ConditionStatus,
    ConditionType,
    Reason,
)
from inkwell_operator.backends.run import Outcome
from inkwell_operator.findings import TenantFindings
from inkwell_operator.model.errors import (
    AccessDenied,
    InvalidSpec,
    Throttled,
    Unreachable,
    WriteConflict,
)
from inkwell_operator.model.plan import Refusal
from inkwell_operator.queue import Result, Verdict
from inkwell_operator.reconcilers.report import Report
from inkwell_operator.reconcilers.status import condition_of, render

KAFKA, POSTGRES = ConditionType.KAFKA_READY, ConditionType.POSTGRES_READY


def all_well() -> Report:
    report = Report()
    for kind in BACKEND_CONDITIONS:
        report.add_outcome(kind, Outcome())
    return report


def ready(report: Report) -> tuple[ConditionStatus, Reason, str]:
    condition = report.conditions()[0]
    return condition.status, condition.reason, condition.message


def test_every_condition_is_there_from_the_first_pass() -> None:
    conditions = Report().conditions()
    types = [condition.type for condition in conditions]
    assert types == [ConditionType.READY, *BACKEND_CONDITIONS]
    assert {condition.status for condition in conditions} == {ConditionStatus.UNKNOWN}


def test_ready_sums_up() -> None:
    assert ready(all_well()) == (ConditionStatus.TRUE, Reason.AS_SPECIFIED, "as specified")
    assert all_well().verdict() == Result(Verdict.DONE)


def test_one_bad_backend_hides_no_other() -> None:
    report = all_well()
    report.add_error(KAFKA, Unreachable("Kafka does not answer"))
    by_type = {condition.type: condition for condition in report.conditions()}
    assert by_type[KAFKA].status is ConditionStatus.UNKNOWN
    assert by_type[POSTGRES].status is ConditionStatus.TRUE
    assert ready(report) == (ConditionStatus.UNKNOWN, Reason.UNREACHABLE, "Kafka does not answer")
    assert report.verdict().verdict is Verdict.FAILED


def test_an_opening_that_somebody_made_is_told_and_holds_up_nothing() -> None:
    """A monitoring system's RoleBinding must not end the repair of everything else."""
    namespace = ConditionType.NAMESPACE_READY
    report = Report()
    opened = Refusal("RoleBinding x lets somebody in", Reason.LET_IN)
    report.add_outcome(namespace, Outcome(refusals=(opened,)))
    assert report.is_settled(namespace)
    conditions = {condition.type: condition for condition in report.conditions()}
    assert conditions[namespace].status is ConditionStatus.FALSE
    assert conditions[namespace].reason is Reason.LET_IN
    TenantFindings("uid", "", conditions).demand("acme", namespace)
    taken = Refusal("Namespace x exists", Reason.NAME_TAKEN)
    report.add_outcome(namespace, Outcome(refusals=(taken,)))
    assert not report.is_settled(namespace)
    both = {condition.type: condition for condition in report.conditions()}
    assert both[namespace].reason is Reason.NAME_TAKEN


def test_a_refusal_is_told_and_is_nothing_to_retry() -> None:
    report = all_well()
    report.add_outcome(KAFKA, Outcome(refusals=(Refusal("topic x cannot shrink"),)))
    assert ready(report) == (ConditionStatus.FALSE, Reason.REFUSED, "topic x cannot shrink")
    assert report.verdict().verdict is Verdict.DONE


def test_what_cannot_be_made_is_not_looked_at_again_only_to_be_probed() -> None:
    report = all_well()
    report.is_unproven = True
    assert report.verdict().verdict is Verdict.WAITING
    report.add_error(KAFKA, InvalidSpec("topics.partitions is 0"))
    assert report.verdict().verdict is Verdict.DONE


def test_what_others_must_take_away_first_is_looked_for_again_soon() -> None:
    report = all_well()
    report.add_outcome(KAFKA, Outcome(refusals=(Refusal("topic x is foreign", Reason.NAME_TAKEN),)))
    assert report.verdict() == Result(Verdict.BLOCKED, 60.0)


def test_what_is_only_noted_is_told_and_holds_nothing_back() -> None:
    report = Report()
    note = "role backup has SELECT on ALL KEYSPACES"
    report.add_outcome(ConditionType.CASSANDRA_READY, Outcome(notes=(note,)))
    condition = {one.type: one for one in report.conditions()}[ConditionType.CASSANDRA_READY]
    assert condition.status is ConditionStatus.TRUE
    assert condition.message == f"as specified; {note}"
    assert report.verdict() == Result(Verdict.DONE)


def test_the_most_urgent_trouble_paces_the_queue() -> None:
    report = all_well()
    report.add_error(POSTGRES, AccessDenied("no"))
    assert report.verdict().verdict is Verdict.BLOCKED
    report.add_error(KAFKA, Throttled("slow down", retry_after=9))
    assert report.verdict() == Result(Verdict.FAILED, 9)
    assert ready(report)[:2] == (ConditionStatus.FALSE, Reason.ACCESS_DENIED)


def test_what_has_yet_to_take_effect_is_progressing() -> None:
    report = all_well()
    report.add_outcome(KAFKA, Outcome(waits=("topic x has no leader yet",)))
    assert ready(report) == (ConditionStatus.FALSE, Reason.PROGRESSING, "topic x has no leader yet")
    assert report.verdict().verdict is Verdict.WAITING


def test_an_object_on_its_way_out_says_what_it_waits_for() -> None:
    report = Report(is_deleting=True)
    report.defer_rest(KAFKA)
    report.defer(KAFKA, Reason.DELETING, "12 documents are left to erase")
    status, reason, message = ready(report)
    assert (status, reason) == (ConditionStatus.FALSE, Reason.DELETING)
    assert "12 documents are left to erase" in message


def test_a_write_that_somebody_else_was_faster_with_is_tried_again() -> None:
    report = all_well()
    report.add_error(KAFKA, WriteConflict("topic x changed meanwhile"))
    assert ready(report)[1] is Reason.WRITE_CONFLICT
    assert report.verdict().verdict is Verdict.FAILED


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_place_among_the_worst(reason: Reason) -> None:
    report = all_well()
    for kind in (KAFKA, POSTGRES):
        report.defer(kind, reason, f"{kind.value} is {reason.value}")
    assert ready(report)[1] is reason


def test_an_invalid_spec_is_told_once_for_all() -> None:
    report = Report()
    report.add_error_everywhere(InvalidSpec("spec.x is wrong"))
    assert ready(report) == (ConditionStatus.FALSE, Reason.INVALID_SPEC, "spec.x is wrong")
    assert report.verdict().verdict is Verdict.DONE


def test_a_defect_tells_nothing_of_its_inside() -> None:
    report = all_well()
    report.add_error(KAFKA, RuntimeError("password=s3cret"))
    condition = next(c for c in report.conditions() if c.type is KAFKA)
    assert (condition.status, condition.reason) == (ConditionStatus.UNKNOWN, Reason.INTERNAL_ERROR)
    assert "s3cret" not in str(report.conditions())


def test_a_suspended_tenant_is_as_it_should_be_and_says_so() -> None:
    report = all_well()
    report.is_suspended = True
    assert ready(report)[:2] == (ConditionStatus.TRUE, Reason.SUSPENDED)


def test_the_plan_is_told_and_nothing_is_ready() -> None:
    report = all_well()
    report.add_outcome(KAFKA, Outcome(planned=("+ topic a", "+ topic b")))
    assert report.plan() == ("+ topic a", "+ topic b")
    assert ready(report)[1] is Reason.PLANNED


def test_the_same_findings_give_the_same_status_and_keep_their_time() -> None:
    first = render(all_well(), {"namespace": "tenant-acme"}, 1, {})
    first["conditions"][0]["lastTransitionTime"] = "2020-01-01T00:00:00Z"
    again = render(all_well(), {"namespace": "tenant-acme"}, 1, first)
    assert again == {**first}
    report = all_well()
    report.add_error(KAFKA, Unreachable("Kafka does not answer"))
    changed = render(report, {"namespace": "tenant-acme"}, 1, first)
    assert changed["conditions"][0]["lastTransitionTime"] != "2020-01-01T00:00:00Z"


def test_a_condition_that_was_written_is_read_back_and_one_in_other_words_is_none() -> None:
    isolated = Condition(ConditionType.ISOLATED, ConditionStatus.FALSE, Reason.LET_IN, "reads x")
    status = render(Report(isolated=isolated), {}, 1, {})
    assert condition_of(status, ConditionType.ISOLATED) == isolated
    assert condition_of({}, ConditionType.ISOLATED) is None
    told = {"type": "Isolated", "status": "True", "reason": "OfALaterVersion", "message": ""}
    assert condition_of({"conditions": [told]}, ConditionType.ISOLATED) is None
