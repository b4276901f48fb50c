"""A tenant's API is tried with the canary's token while it is up, and counts for as long."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from inkwell_api.conditions import Condition, ConditionStatus, Reason
from inkwell_operator import prober as module
from inkwell_operator.canaries import Writing
from inkwell_operator.isolation import Isolation
from inkwell_operator.metrics import REGISTRY
from inkwell_operator.model.errors import AccessDenied, Unreachable
from inkwell_operator.model.isolation import Canary, Probe, Verdict, isolated
from inkwell_operator.model.validate import Credential, ValidatedTenant
from inkwell_operator.settings import IsolationSettings
from support import make

INSTALLATION = "test-installation"
CANARY = Canary.of(INSTALLATION)
REFUSED = "its logins were refused by everything of the canary's"


async def allowed() -> None:
    """Let every write pass."""


WRITING = Writing(allowed, 5.0)


class World:
    """Every other system refuses; the API and Keycloak answer as a test says."""

    def __init__(self) -> None:
        self.now = 0.0
        self.verdict = Verdict.REFUSED
        self.refusals: list[Exception] = []
        self.machines: list[Credential] = []
        self.called: list[tuple[str, str, str]] = []
        self.kept = 0
        self.backends: Any = SimpleNamespace(all=self.all, keycloak=self)
        self.isolation = self.new_isolation(lambda tenant: f"http://{tenant}")

    def new_isolation(self, api_address: Any) -> Isolation:
        return Isolation(IsolationSettings(), INSTALLATION, lambda: self.now, api_address)

    def all(self) -> tuple[()]:
        self.kept += 1
        return ()

    async def token_of(self, machine: Credential) -> str:
        self.machines.append(machine)
        if self.refusals:
            raise self.refusals.pop(0)
        return "token"

    def blocking(self, *_: object) -> tuple[Probe, ...]:
        return (Probe("reads a topic", Verdict.REFUSED),)

    async def awaited(self, *_: object) -> tuple[Probe, ...]:
        return (Probe("reads a table", Verdict.REFUSED),)

    async def api(self, address: str, tenant: str, token: str) -> tuple[Probe, ...]:
        self.called.append((address, tenant, token))
        verdict = self.verdict if token else Verdict.UNKNOWN
        return (Probe(f"is believed by the API of tenant {tenant}", verdict),)

    async def check(self, *, serves: bool, tenant: ValidatedTenant | None = None) -> Condition:
        subject = tenant or make.tenant()
        found = await self.isolation.check(subject, self.backends, WRITING, serves=serves)
        assert found is not None
        return found

    def judge(self, *, serves: bool, tenant: ValidatedTenant | None = None) -> Condition:
        found = self.isolation.judge(tenant or make.tenant(), serves=serves)
        assert found is not None
        return found


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World()
    for name in ("probe_kafka", "probe_cassandra"):
        monkeypatch.setattr(module, name, made.blocking)
    for name in ("probe_postgres", "probe_keycloak"):
        monkeypatch.setattr(module, name, made.awaited)
    monkeypatch.setattr(module, "probe_api", made.api)
    yield made
    made.isolation.close()


def counted(verdict: str) -> float:
    labels = {"system": "api", "verdict": verdict}
    return REGISTRY.get_sample_value("inkwell_operator_isolation_probes_total", labels) or 0.0


async def test_an_api_that_is_up_has_to_refuse_the_canarys_token(world: World) -> None:
    before = counted("refused")
    assert world.isolation.is_due(make.tenant(), serves=True)
    found = await world.check(serves=True)
    assert (found.status, found.reason) == (ConditionStatus.TRUE, Reason.AS_SPECIFIED)
    assert found.message == f"{REFUSED}, and its API refused the canary's"
    assert world.called == [("http://acme", "acme", "token")]
    assert [machine.principal for machine in world.machines] == [CANARY.machine]
    assert not world.isolation.is_due(make.tenant(), serves=True)
    assert counted("refused") == before + 1


async def test_an_api_that_lets_the_canary_in_is_named(world: World) -> None:
    world.verdict = Verdict.LET_IN
    found = await world.check(serves=True)
    assert (found.status, found.reason) == (ConditionStatus.FALSE, Reason.LET_IN)
    assert found.message == f"{CANARY.machine} is believed by the API of tenant acme"
    # Pods that are replaced close no hole: only a refusal says that it is closed.
    assert world.judge(serves=False).reason is Reason.LET_IN
    world.verdict, world.now = Verdict.REFUSED, 250.0
    await world.check(serves=True)
    assert (await world.check(serves=True)).status is ConditionStatus.TRUE


async def test_an_api_that_is_not_up_is_not_tried(world: World) -> None:
    found = await world.check(serves=False)
    assert found.status is ConditionStatus.TRUE
    assert found.message == f"{REFUSED}; its API is not up, and was not tried"
    assert not world.isolation.is_due(make.tenant(), serves=False)
    assert world.isolation.is_due(make.tenant(), serves=True), "as soon as it is up"
    assert not world.called


async def test_what_an_api_said_holds_for_some_time_while_it_is_not_up(world: World) -> None:
    told = await world.check(serves=True)
    assert world.judge(serves=False) == told
    world.now = 1500.0
    await world.check(serves=False)
    world.now = 2100.0
    assert world.judge(serves=False).message == f"{REFUSED}; its API is not up, and was not tried"
    assert world.judge(serves=True).reason is Reason.PENDING


async def test_an_api_that_let_in_is_open_until_it_refuses_however_long_it_is_not_up(
    world: World,
) -> None:
    """A gateway of which one pod is not ready serves on by the others, and is not tried."""
    world.verdict = Verdict.LET_IN
    await world.check(serves=True)
    world.now = 1500.0
    await world.check(serves=False)
    world.now = 2100.0
    assert world.judge(serves=False).reason is Reason.LET_IN


async def test_an_api_that_let_in_before_a_start_is_open_until_it_refuses(world: World) -> None:
    """An upgrade replaces operator and gateways side by side: the API is not up at first."""
    tenant = make.tenant()
    message = f"{CANARY.machine} is believed by the API of tenant acme"
    before = isolated(ConditionStatus.FALSE, Reason.LET_IN, message)
    await world.check(serves=False)
    for serves in (False, True):
        assert world.isolation.told(tenant, before, serves=serves) == before
    await world.check(serves=True)
    now = world.isolation.told(tenant, before, serves=True)
    assert now is not None
    assert now.status is ConditionStatus.TRUE


async def test_what_let_a_login_in_before_a_start_does_not_wait_for_an_api_that_is_not_up(
    world: World,
) -> None:
    tenant = make.tenant()
    message = f"{tenant.gateway.principal} reads topic x in Kafka"
    before = isolated(ConditionStatus.FALSE, Reason.LET_IN, message)
    assert world.isolation.told(tenant, before) == before
    await world.check(serves=False)
    now = world.isolation.told(tenant, before)
    assert now is not None
    assert now.status is ConditionStatus.TRUE


async def test_a_proof_stays_while_a_start_has_not_come_to_the_api_yet(world: World) -> None:
    before = isolated(ConditionStatus.TRUE, Reason.AS_SPECIFIED, "all refused, the API too")
    await world.check(serves=False)
    assert world.isolation.told(make.tenant(), before, serves=True) == before
    assert world.isolation.is_open(make.tenant(), serves=True)


async def test_an_api_that_gave_no_answer_and_went_is_not_counted(world: World) -> None:
    world.verdict = Verdict.UNKNOWN
    assert (await world.check(serves=True)).reason is Reason.UNREACHABLE
    assert world.judge(serves=False).status is ConditionStatus.TRUE


async def test_a_suspended_tenant_has_no_api(world: World) -> None:
    suspended = make.tenant(suspended=True)
    found = await world.check(serves=True, tenant=suspended)
    assert found.status is ConditionStatus.TRUE
    assert found.message == f"{REFUSED}; its API is not up, and was not tried"
    assert not world.isolation.is_due(suspended, serves=True)


async def test_an_operator_outside_of_the_cluster_tries_no_api_and_says_so(world: World) -> None:
    world.isolation.close()
    world.isolation = world.new_isolation(None)
    found = await world.check(serves=True)
    assert found.status is ConditionStatus.TRUE
    assert found.message == f"{REFUSED}; its API is tried by an operator within the cluster alone"
    assert not world.isolation.is_due(make.tenant(), serves=True)
    assert not world.called


async def test_a_pipeline_has_no_api_of_its_own(world: World) -> None:
    pipeline = make.pipeline()
    found = await world.isolation.check(pipeline, world.backends, WRITING, serves=True)
    assert found is not None
    assert (found.status, found.message) == (ConditionStatus.TRUE, REFUSED)
    assert not world.called


async def test_a_secret_that_keycloak_does_not_take_is_written_anew_once(world: World) -> None:
    await world.check(serves=False)
    kept = world.kept
    world.refusals = [AccessDenied("no token")]
    assert (await world.check(serves=True)).status is ConditionStatus.TRUE
    assert world.kept > kept
    assert len(world.machines) == 2
    world.refusals, world.now = [AccessDenied("no token")] * 9, 250.0
    await world.check(serves=True)
    found = await world.check(serves=True)
    assert found.reason is Reason.UNREACHABLE
    assert found.message == (
        f"no answer to: {CANARY.machine} is believed by the API of tenant acme"
    )
    assert len(world.refusals) == 7


async def test_a_keycloak_that_is_away_leaves_the_canary_as_it_is(world: World) -> None:
    await world.check(serves=False)
    kept = world.kept
    world.refusals = [Unreachable("Keycloak does not answer")]
    assert (await world.check(serves=True)).reason is Reason.UNREACHABLE
    assert world.kept == kept
