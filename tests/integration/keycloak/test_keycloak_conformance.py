"""The Keycloak backend takes the exam of all backends on the real service."""

from typing import Any

import pytest
from typing_extensions import override

from inkwell_operator.backends.base import Backend
from inkwell_operator.backends.run import converge
from inkwell_operator.model.validate import Absent, Subject
from support.data_conformance import PipelineExam, TenantExam

pytestmark = pytest.mark.integration


class TestTenant(TenantExam):
    """Nothing of a tenant's spec changes its client, so the changes repeated are the first ones."""

    @override
    async def test_every_change_may_be_repeated(
        self, backend: Backend[Any, Any, Any], small: Subject, larger: Subject, absent: Absent
    ) -> None:
        desired = backend.desire(small)
        try:
            for group in backend.diff(desired, await backend.observe(desired)).in_order():
                for step in group:
                    await backend.apply(step)
                    await backend.apply(step)
            await self._plan_becomes_empty(backend, larger)
        finally:
            await converge(backend, backend.desire(absent))


class TestPipeline(PipelineExam):
    pass
