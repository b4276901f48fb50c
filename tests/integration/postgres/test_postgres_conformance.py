"""The Postgres backend takes the exam of all backends on the real service."""

import pytest

from inkwell_api.class_endpoints import PostgresIsolation
from support.data_conformance import PipelineExam, TenantExam

pytestmark = pytest.mark.integration


@pytest.fixture(params=PostgresIsolation)
def isolation(request: pytest.FixtureRequest) -> PostgresIsolation:
    """Run for both."""
    return PostgresIsolation(request.param)


class TestTenant(TenantExam):
    pass


class TestPipeline(PipelineExam):
    pass
