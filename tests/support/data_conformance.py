"""The exam of `conformance` for the data backends: once with a tenant, once with a pipeline.

A test module gives a fixture `opened`: the backend on its real service.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from typing_extensions import override

from inkwell_operator.model.passwords import new_password
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import Absent, ValidatedPipeline, ValidatedTenant
from support import backend_services as services
from support.backend_services import AnyBackend
from support.conformance import BackendConformance


class TenantExam(BackendConformance[Any, Any, Any]):
    """The larger tenant is the small one after a rotation of its credential."""

    @override
    @pytest.fixture
    def backend(self, opened: AnyBackend) -> AnyBackend:
        return opened

    @override
    @pytest.fixture
    def small(self, resolved: ResolvedClass) -> ValidatedTenant:
        return services.tenant(resolved)

    @override
    @pytest.fixture
    def larger(self, small: ValidatedTenant) -> ValidatedTenant:
        rotated = replace(small.gateway, password=new_password(small.gateway.password))
        return replace(small, gateway=rotated)

    @override
    @pytest.fixture
    def absent(self, small: ValidatedTenant) -> Absent:
        return services.absent(small)


class PipelineExam(BackendConformance[Any, Any, Any]):
    """The larger pipeline has more partitions, and credentials after a rotation."""

    @pytest.fixture
    async def tenant(
        self, opened: AnyBackend, resolved: ResolvedClass
    ) -> AsyncIterator[ValidatedTenant]:
        tenant = services.tenant(resolved)
        async with services.made((opened,), tenant):
            yield tenant

    @override
    @pytest.fixture
    def backend(self, opened: AnyBackend) -> AnyBackend:
        return opened

    @override
    @pytest.fixture
    def small(self, tenant: ValidatedTenant) -> ValidatedPipeline:
        return services.pipeline(tenant)

    @override
    @pytest.fixture
    def larger(self, small: ValidatedPipeline) -> ValidatedPipeline:
        return services.with_new_passwords(services.with_partitions(small, 3))

    @override
    @pytest.fixture
    def absent(self, small: ValidatedPipeline) -> Absent:
        return services.absent(small)
