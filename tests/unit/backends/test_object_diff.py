"""Objects without secrets: what a diff makes of what is wanted and what stands."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from inkwell_api.conditions import Reason
from inkwell_operator.backends.kubernetes_api.actions import ObjectAction
from inkwell_operator.backends.kubernetes_api.diff import diff_objects, marked
from inkwell_operator.backends.kubernetes_api.fields import changed_fields, is_within
from inkwell_operator.backends.kubernetes_api.kinds import CONFIG_MAP, Manifest
from inkwell_operator.backends.kubernetes_api.metadata import metadata
from inkwell_operator.backends.kubernetes_api.state import (
    DesiredObjects,
    ObjectRef,
    ObservedObjects,
    Scope,
)
from inkwell_operator.model.plan import FieldChange, Plan, PlanBuilder
from inkwell_operator.model.plan_text import render_plan

SCOPE = Scope("tenant-acme", "acme", None, (CONFIG_MAP,))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


def config(name: str = "settings", **data: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(name, "acme"),
        "data": data,
    }


def world(*manifests: Manifest) -> dict[ObjectRef, Manifest]:
    return {ObjectRef.of(manifest): manifest for manifest in manifests}


def plan(want: list[Manifest], have: list[Manifest]) -> Plan[ObjectAction]:
    builder: PlanBuilder[ObjectAction] = PlanBuilder()
    diff_objects(builder, DesiredObjects.of(SCOPE, want), ObservedObjects(world(*have)))
    return builder.build()


def lines(want: list[Manifest], have: list[Manifest]) -> tuple[str, ...]:
    return render_plan(plan(want, have))


def test_what_is_as_wanted_is_left_alone_whatever_others_added() -> None:
    have = marked(config(a="1")) | {"status": {"seen": True}}
    have["metadata"]["annotations"]["other"] = "theirs"
    have["metadata"]["resourceVersion"] = "7"
    assert lines([config(a="1")], [have]) == ()


def test_a_change_names_the_field_and_not_its_value() -> None:
    assert lines([config(a="2")], [marked(config(a="1"))]) == (
        "~ ConfigMap tenant-acme/settings: data.a",
    )


def test_a_key_that_is_wanted_no_longer_is_taken_away() -> None:
    assert lines([config(a="1")], [marked(config(a="1", b="2"))]) == (
        "~ ConfigMap tenant-acme/settings",
    )


def test_an_object_of_ours_that_is_wanted_no_longer_is_deleted() -> None:
    assert lines([], [marked(config(a="1"))]) == ("- ConfigMap tenant-acme/settings",)


def test_an_object_of_somebody_else_is_neither_taken_over_nor_deleted() -> None:
    foreign = config(a="1")
    foreign["metadata"] = foreign["metadata"] | {"labels": {"owner": "somebody"}}
    assert lines([], [foreign]) == ()
    refused = plan([config(a="2")], [foreign])
    assert refused.steps == ()
    assert [refusal.reason for refusal in refused.refusals] == [Reason.NAME_TAKEN]


def test_another_tenants_object_is_not_ours() -> None:
    foreign = config(a="1")
    foreign["metadata"]["labels"] = foreign["metadata"]["labels"] | {"inkwell.dev/tenant": "globex"}
    assert lines([], [foreign]) == ()


@given(values)
def test_everything_is_within_itself(value: Any) -> None:
    assert is_within(value, value)


@given(st.dictionaries(st.text(max_size=2), values), st.dictionaries(st.text(max_size=2), values))
def test_what_others_add_is_no_change(want: dict[str, Any], extra: dict[str, Any]) -> None:
    assert is_within(want, extra | want)


def test_a_part_that_somebody_took_away_whole_is_missed() -> None:
    """A mapping pattern matches every mapping, not the empty one alone."""
    want = {"securityContext": {"runAsNonRoot": True}, "args": [], "labels": {}}
    assert changed_fields(want, {}) == [
        FieldChange("securityContext", None, '{"runAsNonRoot": true}')
    ]


def test_quantities_are_compared_as_numbers() -> None:
    assert is_within({"cpu": "16000m", "memory": "1Gi"}, {"cpu": "16", "memory": "1024Mi"})
    assert changed_fields({"cpu": "2"}, {"cpu": "1"}) == [FieldChange("cpu", "1", "2")]
