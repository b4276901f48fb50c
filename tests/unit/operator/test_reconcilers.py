"""The order of a pass, and what it reports, with backends in memory at the protocol's seam."""

import asyncio
from typing import Any

import pytest

from inkwell_api import names
from inkwell_api.conditions import ConditionType
from inkwell_operator import prober
from inkwell_operator.isolation import Isolation
from inkwell_operator.model.errors import ClassNotFound, SecretMissing
from inkwell_operator.model.isolation import Probe
from inkwell_operator.model.isolation import Verdict as Answer
from inkwell_operator.queue import Key, Urgency, Verdict
from inkwell_operator.settings import IsolationSettings
from support.reconciler_world import ACME, DELETED, World, new_world


@pytest.fixture
def world() -> World:
    return new_world()


async def test_a_pass_goes_from_the_namespace_to_the_workers(world: World) -> None:
    assert await world.reconcile() is Verdict.DONE
    assert world.log[:3] == ["finalizer", "+ namespace", "+ secrets"]
    assert sorted(world.log[3:7]) == sorted(f"+ {fake.name}" for fake in world.data)
    assert world.log[7:] == ["+ workloads", "status"]
    assert set(world.conditions().values()) == {"True"}
    assert world.body["status"]["gatewayUrl"] == "http://gateway"


async def test_a_second_pass_writes_nothing_not_even_a_status(world: World) -> None:
    await world.reconcile()
    assert await world.reconcile() is Verdict.DONE
    assert world.log == []


async def test_one_backends_trouble_stops_no_other_and_holds_new_workers(world: World) -> None:
    world.kafka.is_down = True
    assert await world.reconcile() is Verdict.FAILED
    conditions = world.conditions()
    assert (conditions["KafkaReady"], conditions["PostgresReady"]) == ("Unknown", "True")
    assert "+ workloads" not in world.log
    assert conditions["WorkersReady"] == "False"


async def test_workers_that_run_are_left_alone_while_a_backend_is_away(world: World) -> None:
    await world.reconcile()
    world.kafka.is_down = True
    await world.reconcile()
    assert world.conditions()["WorkersReady"] == "True"


async def test_a_tenants_api_is_tried_when_its_gateway_is_up(world: World) -> None:
    world.kafka.is_down = True
    await world.reconcile()
    assert world.isolation.serves is False
    world.kafka.is_down = False
    await world.reconcile()
    assert world.isolation.serves is True


class Probed(World):
    """A world whose logins are tried for real, on systems that answer as a test says."""

    def prove_with(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answer = Answer.REFUSED
        self.tried = 0
        self.woken: list[tuple[Key, Urgency]] = []
        for name in ("probe_kafka", "probe_cassandra"):
            monkeypatch.setattr(prober, name, self._blocking)
        monkeypatch.setattr(prober, "probe_postgres", self._probe)
        self.start()

    def start(self) -> None:
        """Begin anew, as an operator that was replaced does."""
        real: Any = Isolation(IsolationSettings(), "test-installation")
        real.proofs.follow(lambda key, urgency: self.woken.append((key, urgency)))
        self.isolation = real

    def _blocking(self, *_: object) -> tuple[Probe, ...]:
        return ()

    async def _probe(self, *_: object) -> tuple[Probe, ...]:
        self.tried += 1
        return (Probe("reads a table", self.answer),)

    async def begin_one_that_hangs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make passes until a proof is under way, to which no system answers."""

        async def silent(*_: object) -> tuple[Probe, ...]:
            await asyncio.Event().wait()
            return ()

        monkeypatch.setattr(prober, "probe_postgres", silent)
        for _ in range(2):
            await self.reconcile()

    async def until_proven(self) -> None:
        """Wait until no proof is under way."""
        proofs: Any = self.isolation.proofs
        async with asyncio.timeout(5):
            while proofs._running:  # noqa: ASYNC110 - a test looks from outside
                await asyncio.sleep(0.01)

    def isolated(self) -> tuple[str, str]:
        (found,) = (c for c in self.body["status"]["conditions"] if c["type"] == "Isolated")
        return found["status"], found["reason"]


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch) -> Probed:
    made = Probed()
    made.body = new_world().body
    made.keep({})
    made.prove_with(monkeypatch)
    return made


async def test_logins_are_tried_beside_the_pass_that_finds_them_made(probed: Probed) -> None:
    assert await probed.reconcile() is Verdict.WAITING
    await probed.until_proven()
    assert (probed.tried, probed.isolated()) == (0, ("Unknown", "Pending"))
    assert await probed.reconcile() is Verdict.DONE, "the proof wakes it"
    await probed.until_proven()
    assert (probed.tried, probed.woken) == (1, [(ACME, Urgency.DEPENDENCY)])
    assert await probed.reconcile() is Verdict.DONE
    assert probed.isolated() == ("True", "AsSpecified")


async def test_an_operator_that_is_replaced_goes_on_to_tell_what_let_in(probed: Probed) -> None:
    probed.answer = Answer.LET_IN
    for _ in range(2):
        await probed.reconcile()
        await probed.until_proven()
    assert probed.woken == [(ACME, Urgency.SPEC)]
    await probed.reconcile()
    assert probed.isolated() == ("False", "LetIn")
    probed.start()
    probed.answer = Answer.UNKNOWN
    for _ in range(2):
        await probed.reconcile()
        await probed.until_proven()
        assert probed.isolated() == ("False", "LetIn")
    probed.start()
    probed.answer = Answer.REFUSED
    probed.class_failure = ClassNotFound("TenantClass standard does not exist")
    await probed.reconcile()
    assert probed.isolated() == ("False", "LetIn"), "nobody came to it"
    probed.class_failure = None
    await probed.reconcile()
    assert probed.isolated() == ("False", "LetIn")
    await probed.until_proven()
    assert await probed.reconcile() is Verdict.DONE
    assert probed.isolated() == ("True", "AsSpecified")


async def test_a_change_of_workers_alone_ends_no_proof_and_one_of_logins_does(
    probed: Probed, monkeypatch: pytest.MonkeyPatch
) -> None:
    await probed.begin_one_that_hangs(monkeypatch)
    proofs: Any = probed.isolation.proofs
    assert len(proofs._running) == 1
    probed.workloads.is_there = False
    await probed.reconcile()
    assert len(proofs._running) == 1
    probed.kafka.is_there = False
    await probed.reconcile()
    assert not proofs._running


async def test_a_deletion_ends_the_proof_that_is_under_way(
    probed: Probed, monkeypatch: pytest.MonkeyPatch
) -> None:
    await probed.begin_one_that_hangs(monkeypatch)
    proofs: Any = probed.isolation.proofs
    (proof,) = proofs._running.values()
    probed.change(**DELETED)
    await probed.reconcile()
    await asyncio.sleep(0)
    assert proof.task.cancelled()


async def test_a_missing_secret_concerns_its_own_backend_alone(world: World) -> None:
    world.failures = {ConditionType.KAFKA_READY: SecretMissing("Secret kafka-admin is missing")}
    assert await world.reconcile() is Verdict.BLOCKED
    conditions = world.conditions()
    assert (conditions["KafkaReady"], conditions["PostgresReady"]) == ("False", "True")
    assert "+ kafka" not in world.log
    assert world.message("KafkaReady") == "Secret kafka-admin is missing"


async def test_one_fault_of_a_class_is_one_event_and_one_sentence(world: World) -> None:
    world.class_failure = ClassNotFound("TenantClass standard does not exist")
    assert await world.reconcile() is Verdict.BLOCKED
    assert len(world.events) == 1
    assert world.message() == "TenantClass standard does not exist"
    await world.reconcile()
    assert len(world.events) == 1


async def test_a_defect_is_told_in_the_status_and_hides_no_other_backend(world: World) -> None:
    world.kafka.defect = ValueError("a secret is in here")
    assert await world.reconcile() is Verdict.FAILED
    assert world.conditions()["PostgresReady"] == "True"
    assert "a defect in the operator" in world.message("KafkaReady")
    assert "a secret is in here" not in str(world.body["status"])


async def test_a_defect_outside_of_the_backends_is_told_too(world: World) -> None:
    world.class_failure = UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid")  # type: ignore[assignment]  # a defect
    assert await world.reconcile() is Verdict.FAILED
    assert set(world.conditions().values()) == {"Unknown"}


async def test_what_was_changed_before_a_failure_is_told_by_an_event(world: World) -> None:
    world.kafka.dies_after_write = True
    await world.reconcile()
    assert [e["note"] for e in world.events if e["action"] == "KafkaReady"][:1] == ["+ kafka"]


async def test_the_gateways_address_follows_its_service_and_no_status(world: World) -> None:
    await world.reconcile()
    world.keep({"status": world.body["status"] | {"gatewayUrl": "http://evil.example"}})
    await world.reconcile()
    assert world.body["status"]["gatewayUrl"] == "http://gateway"
    world.workloads.url = "http://moved"
    await world.reconcile()
    assert world.body["status"]["gatewayUrl"] == "http://moved"


async def test_a_class_lowered_under_a_tenant_lowers_it_and_says_so(world: World) -> None:
    world.change({"quotas": {"pods": 60}})
    assert await world.reconcile() is Verdict.DONE
    assert world.conditions()["NamespaceReady"] == "True"
    assert "spec.quotas.pods 60 is above the class's 50" in world.message("NamespaceReady")


async def test_a_spec_that_does_not_parse_is_this_objects_trouble(world: World) -> None:
    world.keep({"spec": {"className": "standard", "owners": "everybody"}})
    await world.reconcile()
    assert "spec.owners" in world.message()
    world.change(**DELETED, finalizers=[names.FINALIZER])
    assert await world.reconcile() is Verdict.GONE
