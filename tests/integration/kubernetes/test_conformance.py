"""The Kubernetes backends take the exam on a real API server."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from typing_extensions import override

from inkwell_api import names
from inkwell_operator.backends.kubernetes_api import KubernetesClient
from inkwell_operator.backends.kubernetes_api.actions import ObjectAction
from inkwell_operator.backends.kubernetes_api.kinds import DEPLOYMENT, NAMESPACE, SECRET
from inkwell_operator.backends.kubernetes_api.state import DesiredObjects, ObservedObjects
from inkwell_operator.backends.namespace import NamespaceBackend
from inkwell_operator.backends.namespace.actions import NamespaceAction
from inkwell_operator.backends.namespace.desire import namespace
from inkwell_operator.backends.namespace.state import DesiredNamespace, ObservedNamespace
from inkwell_operator.backends.run import converge
from inkwell_operator.backends.secrets import SecretsBackend
from inkwell_operator.backends.secrets.actions import SecretAction
from inkwell_operator.backends.secrets.state import DesiredSecrets
from inkwell_operator.backends.workloads import WorkloadsBackend
from inkwell_operator.model.errors import Unreachable
from inkwell_operator.model.validate import Absent, Subject
from inkwell_operator.settings import Settings
from support import make, wait
from support.conformance import BackendConformance
from support.tenant_room import unowned

TENANT = "conformance"
NAMESPACE_NAME = names.namespace(TENANT)
SETTINGS = Settings()
Exam = BackendConformance[DesiredObjects, ObservedObjects, ObjectAction]
NamespaceExam = BackendConformance[DesiredNamespace, ObservedNamespace, NamespaceAction]
SecretsExam = BackendConformance[DesiredSecrets, ObservedObjects, SecretAction]


async def _remove_namespace(client: KubernetesClient) -> None:
    """Delete the namespace and wait for its end: pods in it have half a minute to go."""

    async def is_gone() -> bool:
        return await client.get(NAMESPACE, NAMESPACE_NAME) is None

    await client.delete(NAMESPACE, NAMESPACE_NAME)
    await wait.until("end of the namespace", is_gone, seconds=120)


@pytest.fixture
async def empty_namespace(client: KubernetesClient) -> AsyncIterator[None]:
    """A namespace of the tenant, with nothing in it."""
    await _remove_namespace(client)
    await client.apply(namespace(make.claim(TENANT).mark))
    yield
    await _remove_namespace(client)


class _NamespaceInNoHurry(NamespaceBackend):
    """A backend whose namespace takes its time to go, as the API server's does."""

    @override
    async def observe(self, desired: DesiredNamespace) -> ObservedNamespace:
        for _ in range(240):
            observed = await super().observe(desired)
            there = observed.objects.objects.values()
            leaving = [each for each in there if "deletionTimestamp" in each["metadata"]]
            if not leaving:
                return observed
            self.invalidate(TENANT)
            await asyncio.sleep(0.25)
        raise Unreachable("the namespace does not go")


class TestNamespace(NamespaceExam):
    @pytest.fixture
    @override
    def backend(self, client: KubernetesClient) -> NamespaceBackend:
        return _NamespaceInNoHurry(client, SETTINGS)

    @pytest.fixture
    @override
    def small(self) -> Subject:
        return make.tenant(TENANT)

    @pytest.fixture
    @override
    def larger(self) -> Subject:
        owners = [{"kind": "Group", "name": "oidc:admins"}]
        return make.tenant(TENANT, owners=owners, quotas={"pods": 7})

    @pytest.fixture
    @override
    def absent(self) -> Absent:
        return make.absent(TENANT)

    async def test_a_namespace_of_somebody_else_is_left_alone(
        self, client: KubernetesClient, backend: NamespaceBackend, small: Subject
    ) -> None:
        foreign: dict[str, Any] = namespace(make.claim(TENANT).mark)
        foreign["metadata"] = {"name": NAMESPACE_NAME, "labels": {"owner": "somebody"}}
        await client.apply(foreign)
        try:
            desired = backend.desire(small)
            plan = backend.diff(desired, await backend.observe(desired))
            assert plan.steps == ()
            (refusal,) = plan.refusals
            assert "(ConfigMaps: 1, Deployments: 0, Services: 0) exists without" in refusal.message
            assert (await converge(backend, backend.desire(make.absent(TENANT)))).applied == ()
            assert await client.get(NAMESPACE, NAMESPACE_NAME) is not None
        finally:
            await _remove_namespace(client)


@pytest.mark.usefixtures("empty_namespace")
class TestPipelineSecrets(SecretsExam):
    @pytest.fixture
    @override
    def backend(self, client: KubernetesClient) -> SecretsBackend:
        return SecretsBackend(client)

    @pytest.fixture
    @override
    def small(self) -> Subject:
        return unowned(make.pipeline(of=make.tenant(TENANT)))

    @pytest.fixture
    @override
    def larger(self) -> Subject:
        model = {"engine": "LLM", "model": {"name": "m"}, "schema": _SCHEMA}
        tenant = make.tenant(TENANT, of=make.resolved(model_keys={"default": "model-key"}))
        return unowned(make.pipeline(of=tenant, spec=make.pipeline_spec(extraction=model)))

    @pytest.fixture
    @override
    def absent(self) -> Absent:
        return make.absent(TENANT, "invoices")

    async def test_a_drawn_password_outlives_every_other_change(
        self, client: KubernetesClient, backend: SecretsBackend, small: Subject, larger: Subject
    ) -> None:
        await converge(backend, backend.desire(small))
        before = await client.get(SECRET, "invoices-extract", NAMESPACE_NAME)
        await converge(backend, backend.desire(larger))
        after = await client.get(SECRET, "invoices-extract", NAMESPACE_NAME)
        assert before is not None
        assert after is not None
        assert after["data"]["password"] == before["data"]["password"]
        assert after["data"].keys() == before["data"].keys() | {"llm-api-key"}


@pytest.mark.usefixtures("empty_namespace")
class TestTenantWorkloads(Exam):
    @pytest.fixture
    @override
    def backend(self, client: KubernetesClient) -> WorkloadsBackend:
        return WorkloadsBackend(client, SETTINGS.workers)

    @pytest.fixture
    @override
    def small(self) -> Subject:
        return make.tenant(TENANT)

    @pytest.fixture
    @override
    def larger(self) -> Subject:
        return make.tenant(TENANT, pipelines={"invoices": make.pipeline_spec()})

    @pytest.fixture
    @override
    def absent(self) -> Absent:
        return make.absent(TENANT)


@pytest.mark.usefixtures("empty_namespace")
class TestPipelineWorkloads(Exam):
    @pytest.fixture
    @override
    def backend(self, client: KubernetesClient) -> WorkloadsBackend:
        return WorkloadsBackend(client, SETTINGS.workers)

    @pytest.fixture
    @override
    def small(self) -> Subject:
        return unowned(make.pipeline(of=make.tenant(TENANT)))

    @pytest.fixture
    @override
    def larger(self) -> Subject:
        return unowned(
            make.pipeline(
                of=make.tenant(TENANT),
                spec=make.pipeline_spec(documents={"maxPages": 7}),
                replicas=dict.fromkeys(names.PIPELINE_STAGES, 2),
            )
        )

    @pytest.fixture
    @override
    def absent(self) -> Absent:
        return make.absent(TENANT, "invoices")

    async def test_a_pass_without_news_rolls_no_pods(
        self, client: KubernetesClient, backend: WorkloadsBackend, small: Subject
    ) -> None:
        await converge(backend, backend.desire(small))
        writes = client.writes
        await converge(backend, backend.desire(small))
        deployment = await client.get(DEPLOYMENT, "invoices-ocr", NAMESPACE_NAME)
        assert deployment is not None
        assert deployment["metadata"]["generation"] == 1
        assert client.writes == writes

    async def test_what_a_person_changed_is_changed_back(
        self, client: KubernetesClient, backend: WorkloadsBackend, small: Subject
    ) -> None:
        await converge(backend, backend.desire(small))
        deployment = await client.get(DEPLOYMENT, "invoices-ocr", NAMESPACE_NAME)
        assert deployment is not None
        container = deployment["spec"]["template"]["spec"]["containers"][0]
        container["image"] = "somebody/else:latest"
        del deployment["metadata"]["managedFields"]
        # The controller may write its status meanwhile.
        del deployment["metadata"]["resourceVersion"]
        await client.apply(deployment)
        backend.invalidate(TENANT)
        outcome = await converge(backend, backend.desire(small))
        (step,) = outcome.applied
        assert step == (
            "~ Deployment tenant-conformance/invoices-ocr: "
            "spec.template.spec.containers[name=ocr].image somebody/else:latest -> inkwell/ocr:dev "
            "(interrupts work)"
        )


_SCHEMA = {"type": "object", "properties": {"total": {"type": "number"}}}
