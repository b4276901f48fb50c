"""The operator as a whole, with an API server that is away and reconcilers in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import pytest
from prometheus_client import generate_latest

from inkwell_api.conditions import Condition, ConditionStatus, ConditionType, Reason
from inkwell_operator import metrics
from inkwell_operator.backends.kubernetes_api.kinds import Kind
from inkwell_operator.context import Context
from inkwell_operator.isolation import Isolation
from inkwell_operator.leadership import Alone, Leadership, LeadershipLostError
from inkwell_operator.lease import Lease
from inkwell_operator.model.errors import Unreachable
from inkwell_operator.operator import Operator
from inkwell_operator.pulse import Pulse
from inkwell_operator.queue import Key, Result, Urgency, Verdict
from inkwell_operator.reconcilers.report import as_specified
from inkwell_operator.settings import IsolationSettings, Settings
from inkwell_operator.store import PIPELINE, TENANT, TENANT_CLASS, Store

ACME = Key(TENANT, "", "acme")


def tenant(version: int = 1, uid: str = "1", **status: str) -> dict[str, Any]:
    metadata = {"name": "acme", "uid": uid, "generation": 1, "resourceVersion": str(version)}
    spec = {"className": "standard"}
    return {"kind": TENANT, "metadata": metadata, "spec": spec, "status": status}


class Away:
    """An API server that does not answer."""

    async def list(self, kind: Kind) -> list[dict[str, Any]]:
        raise Unreachable(f"{kind.kind} cannot be listed")


class Pass:
    """What happens in a pass is the test's to say."""

    def __init__(self, happens: Callable[[], None]) -> None:
        self._happens = happens

    async def reconcile(self, key: Key) -> Result:
        assert key == ACME
        self._happens()
        return Result(Verdict.WAITING)


def operator(leadership: Any = None) -> Operator:
    context = SimpleNamespace(
        settings=Settings(),
        client=Away(),
        store=Store(),
        isolation=Isolation(IsolationSettings(), "test-installation"),
    )
    return Operator(cast("Context", context), leadership or Alone(), Pulse())


async def test_a_pass_that_tells_something_else_than_the_one_before_has_news() -> None:
    core = operator()
    core.object_event("ADDED", tenant(1, message="3 are left"))
    for version, left, has_news in ((2, "2", True), (3, "2", False)):
        told = tenant(version, message=f"{left} are left")
        core._reconcilers[TENANT] = Pass(partial(core.context.store.refresh, told))
        result = await core._reconcile(ACME, Urgency.RETRY)
        assert result.has_news is has_news


async def test_a_standby_whose_lease_nobody_competes_for_any_more_ends() -> None:
    @asynccontextmanager
    async def open_lease() -> AsyncIterator[Lease]:
        raise ValueError("a defect in the thread")
        yield

    leadership = Leadership(open_lease, Pulse())
    leadership.start()
    with pytest.raises(ExceptionGroup) as caught:
        async with asyncio.timeout(5):
            await operator(leadership).run()
    assert caught.group_contains(LeadershipLostError)
    await leadership.stop()


async def test_a_late_deletion_of_an_earlier_object_does_not_drop_the_new_one() -> None:
    core = operator()
    core.object_event("ADDED", tenant(5, uid="2"))
    core.object_event("DELETED", tenant(4, uid="1"))
    assert core.context.store.get(ACME) is not None
    core.object_event("DELETED", tenant(6, uid="2"))
    assert core.context.store.get(ACME) is None


async def test_an_object_that_goes_during_its_pass_leaves_no_metric() -> None:
    core = operator()
    core.object_event("ADDED", tenant(1))

    def goes() -> None:
        core.object_event("DELETED", tenant(2))
        ready = Condition(ConditionType.READY, ConditionStatus.FALSE, Reason.PROGRESSING, "soon")
        metrics.record_pass(ACME, [ready], {}, is_drift=False)

    core._reconcilers[TENANT] = Pass(goes)
    await core._reconcile(ACME, Urgency.RETRY)
    assert 'name="acme"' not in generate_latest(metrics.REGISTRY).decode()


async def test_neither_lag_nor_a_changed_secret_brings_a_failing_objects_next_try_forward() -> None:
    core = operator()
    core.object_event("ADDED", tenant(1))
    pipeline = Key(PIPELINE, "tenant-acme", "invoices")
    core.queue._entries.clear()
    for key in (ACME, pipeline):
        core.queue._settle(key, Result(Verdict.FAILED))
    core._scaler._wake(pipeline)
    core._classes._changed(Key(TENANT_CLASS, "", "standard"))
    now = core._loop.time()
    assert core.queue._entries[pipeline].due > now
    assert core.queue._entries[ACME].due > now
    core.queue._settle(ACME, Result(Verdict.BLOCKED))
    core._classes._changed(Key(TENANT_CLASS, "", "standard"))
    assert core.queue._entries[ACME].due <= core._loop.time(), "a Secret that came is waited for"


async def test_a_proof_of_isolation_that_says_something_new_wakes_its_object() -> None:
    core = operator()

    async def proven() -> Condition:
        return as_specified(ConditionType.ISOLATED)

    core.context.isolation.proofs.begin(ACME, "1", (), None, proven)
    for _ in range(3):
        await asyncio.sleep(0)
    assert core.queue.overdue() == 1


async def test_a_proof_waits_while_passes_are_due_and_ends_with_its_object() -> None:
    core = operator()
    proofs, begun = core.context.isolation.proofs, []

    async def prove() -> None:
        begun.append("waits")
        await proofs.give_way()
        begun.append("goes on")

    core.queue.add(ACME)
    core.object_event(None, tenant(uid="1"))
    proofs.begin(ACME, "1", (), None, prove)
    await asyncio.sleep(0.1)
    assert begun == ["waits"]
    task = proofs._running["1"].task
    core.object_event("DELETED", tenant(uid="1"))
    await asyncio.sleep(0)
    assert task is not None
    assert task.cancelled()
    assert begun == ["waits"]
