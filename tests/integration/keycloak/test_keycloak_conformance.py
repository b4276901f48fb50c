"""The Keycloak backend takes the exam of all backends on the real service."""

import pytest

from support.data_conformance import PipelineExam, TenantExam

pytestmark = pytest.mark.integration


class TestTenant(TenantExam):
    pass


class TestPipeline(PipelineExam):
    pass
