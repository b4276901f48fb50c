import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inkwell_api import names
from inkwell_api.names import EventKind, Stage

tenants = st.from_regex(names.NAME_PATTERN, fullmatch=True).filter(
    lambda name: (
        len(name) <= names.TENANT_NAME_MAX_LENGTH and name not in names.RESERVED_TENANT_NAMES
    )
)
pipelines = st.from_regex(names.NAME_PATTERN, fullmatch=True).filter(
    lambda name: (
        len(name) <= names.PIPELINE_NAME_MAX_LENGTH and name not in names.RESERVED_PIPELINE_NAMES
    )
)
NAMINGS = (names.namespace, names.schema, names.keyspace, names.topic_prefix, names.api_client)


@given(tenants, tenants)
def test_two_tenants_never_get_the_same_name(one: str, other: str) -> None:
    assume(one != other)
    for naming in NAMINGS:
        assert naming(one) != naming(other)


@given(tenants, tenants, pipelines)
def test_no_topic_starts_with_another_tenants_prefix(one: str, other: str, pipeline: str) -> None:
    assume(one != other)
    for kind in EventKind:
        assert not names.topic(other, pipeline, kind).startswith(names.topic_prefix(one))


@given(tenants, pipelines, tenants, pipelines)
def test_two_pipelines_never_get_the_same_name(
    tenant: str, pipeline: str, other_tenant: str, other_pipeline: str
) -> None:
    assume((tenant, pipeline) != (other_tenant, other_pipeline))
    for stage in names.PIPELINE_STAGES:
        assert names.stage_principal(tenant, pipeline, stage) != names.stage_principal(
            other_tenant, other_pipeline, stage
        )
    assert names.machine_client(tenant, pipeline) != names.machine_client(
        other_tenant, other_pipeline
    )


@given(tenants, pipelines)
def test_principals_of_a_gateway_and_a_pipeline_differ(tenant: str, pipeline: str) -> None:
    stages = {names.stage_principal(tenant, pipeline, stage) for stage in names.PIPELINE_STAGES}
    assert names.gateway_principal(tenant) not in stages
    assert names.GATEWAY_WORKLOAD not in {names.workload(pipeline, stage) for stage in Stage}


@given(tenants)
def test_names_fit_the_systems_they_are_for(tenant: str) -> None:
    assert len(names.keyspace(tenant)) <= 48
    assert len(names.schema(tenant)) <= 63
    assert len(names.namespace(tenant)) <= 63
    assert names.tenant_of_namespace(names.namespace(tenant)) == tenant


@pytest.mark.parametrize("name", ["", "A", "a_b", "a.b", "-a", "a-", "1a", "x" * 31, "kube"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(names.InvalidNameError):
        names.check_tenant(name)


@pytest.mark.parametrize("name", ["gateway", "x" * 21, "a.b", "Ünder"])
def test_other_pipeline_names_are_refused(name: str) -> None:
    with pytest.raises(names.InvalidNameError):
        names.check_pipeline(name)


def test_a_namespace_of_nobody_has_no_tenant() -> None:
    assert names.tenant_of_namespace("kube-system") is None
    assert names.tenant_of_namespace("tenant-") is None
