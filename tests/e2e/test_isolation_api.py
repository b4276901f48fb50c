"""One tenant's tokens and service accounts, tried on another's API and namespace."""

import uuid
from collections.abc import Callable, Iterator

import pytest

from inkwell_api import names
from inkwell_api.conditions import ConditionStatus, ConditionType
from inkwell_api.names import PIPELINE_STAGES
from inkwell_api.tenant import Tenant
from inkwell_demo.backends.login import OPERATOR_NAMESPACE
from inkwell_demo.client import DocumentClient, Problem
from inkwell_demo.cluster import Cluster, ForbiddenError
from inkwell_demo.cluster.cluster import OWN
from inkwell_demo.waiting import until
from support.e2e_house import PIPELINE, House

ACCOUNTS = [
    names.GATEWAY_WORKLOAD,
    *(names.workload(PIPELINE, stage) for stage in PIPELINE_STAGES),
]


pytestmark = pytest.mark.usefixtures("documents_to_steal")


@pytest.fixture(params=ACCOUNTS)
def account(request: pytest.FixtureRequest) -> str:
    """Each service account of the tenant in turn."""
    return str(request.param)


def _has_proven_api(tenant: Tenant) -> bool:
    return any(
        condition.type == ConditionType.ISOLATED
        and condition.status == ConditionStatus.TRUE
        and condition.message.endswith("its API refused the canary's")
        for condition in tenant.status.conditions
    )


class TestApi:
    """Gateways and tokens."""

    @pytest.fixture
    def foreign(self, house: House) -> Iterator[DocumentClient]:
        """Bring alpha's token to beta's gateway."""
        with house.client(house.alpha) as at_home, house.client(house.beta) as away:
            away.tokens = at_home.tokens
            yield away

    def test_the_others_gateway_believes_no_token_of_ours(
        self, house: House, foreign: DocumentClient
    ) -> None:
        with house.client(house.beta) as beta:
            documents = beta.ask("GET", f"/v1/pipelines/{PIPELINE}/documents").json()["items"]
        assert documents
        path = f"/v1/pipelines/{PIPELINE}/documents"
        one = f"{path}/{documents[0]['document_id']}"
        tries: tuple[Callable[[], int], ...] = (
            lambda: foreign.ask("GET", path).status_code,
            lambda: foreign.ask("GET", one).status_code,
            lambda: foreign.ask("GET", f"{one}/result").status_code,
            lambda: foreign.ask("GET", f"{one}/content").status_code,
            lambda: foreign.ask("POST", path, content=b"%PDF-1.7").status_code,
        )
        assert [attempt() for attempt in tries] == [401] * len(tries)

    def test_the_operator_proves_of_each_api_that_it_refuses_others(self, house: House) -> None:
        def proven() -> bool:
            tenants = [house.cluster.tenant(name) for name in (house.alpha, house.beta)]
            return all(tenant is not None and _has_proven_api(tenant) for tenant in tenants)

        # A canary that could not be made, or an API without an answer, waits for a resync.
        until(proven, "the proof of both tenants' isolation", 700)

    def test_a_refused_upload_is_a_problem_document(self, foreign: DocumentClient) -> None:
        with pytest.raises(Problem) as caught:
            foreign.upload("a.pdf", b"%PDF-1.7", "application/pdf")
        assert caught.value.status == 401
        assert caught.value.detail

    def test_a_document_of_the_other_cannot_be_named_at_home(self, house: House) -> None:
        path = f"/v1/pipelines/{PIPELINE}/documents"
        with house.client(house.beta) as beta, house.client(house.alpha) as alpha:
            theirs = beta.ask("GET", path).json()["items"][0]["document_id"]
            assert alpha.ask("GET", f"{path}/{theirs}").status_code == 404
            assert alpha.ask("GET", f"{path}/{uuid.uuid4()}").status_code == 404

    def test_a_machine_may_use_its_own_pipeline_alone(self, house: House) -> None:
        # No document goes through it, so it needs no pod.
        asleep = {stage.value: {"minReplicas": 0, "maxReplicas": 1} for stage in PIPELINE_STAGES}
        house.maker.pipeline(house.alpha, "credits", scaling=asleep)
        with house.client(house.alpha) as invoices, house.client(house.alpha, "credits") as credit:
            # For a moment a new connection may still come to the gateway that goes.
            until(
                lambda: credit.ask("GET", "/v1/pipelines/credits/documents").is_success,
                "the gateway to serve the new pipeline",
                60,
            )
            for method, content in (("GET", None), ("POST", b"%PDF-1.7")):
                answer = invoices.ask(method, "/v1/pipelines/credits/documents", content=content)
                assert answer.status_code == 403
            # Nobody without a role learns which pipelines there are.
            unknown = invoices.ask("GET", "/v1/pipelines/unknown/documents")
            assert unknown.status_code == 403


class TestKubernetes:
    """Namespaces and service accounts."""

    @pytest.fixture
    def worker(self, house: House, account: str) -> Cluster:
        """Act as the service account of one of alpha's workloads."""
        return house.cluster.as_service_account(names.namespace(house.alpha), account)

    @pytest.mark.parametrize(
        ("api", "kind"),
        [
            ("v1", "Secret"),
            ("v1", "ConfigMap"),
            ("v1", "Pod"),
            ("apps/v1", "Deployment"),
            (OWN, "DocumentPipeline"),
        ],
    )
    def test_a_service_account_may_read_nothing_anywhere(
        self, house: House, worker: Cluster, api: str, kind: str
    ) -> None:
        for tenant in (house.beta, house.alpha):
            with pytest.raises(ForbiddenError):
                worker.list_all(api, kind, names.namespace(tenant))
        with pytest.raises(ForbiddenError):
            worker.list_all(api, kind, OPERATOR_NAMESPACE)

    def test_a_service_account_may_change_nothing(self, house: House, worker: Cluster) -> None:
        secret = names.GATEWAY_WORKLOAD
        for tenant in (house.beta, house.alpha):
            with pytest.raises(ForbiddenError):
                worker.patch("v1", "Secret", secret, {"data": {}}, names.namespace(tenant))
            with pytest.raises(ForbiddenError):
                worker.delete("v1", "Secret", secret, names.namespace(tenant))
        with pytest.raises(ForbiddenError):
            worker.patch(
                "inkwell.dev/v1alpha1", "Tenant", house.beta, {"spec": {"suspended": True}}
            )

    def test_pods_carry_no_token_of_their_service_account(self, house: House) -> None:
        pods = house.cluster.list_all("v1", "Pod", names.namespace(house.alpha))
        assert pods
        for pod in pods:
            assert pod["spec"].get("automountServiceAccountToken") is False
            volumes = pod["spec"].get("volumes", [])
            assert not [v["name"] for v in volumes if "projected" in v]
