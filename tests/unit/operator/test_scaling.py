import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, TypeAlias, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_api.names import PIPELINE_STAGES, Stage
from inkwell_operator.context import Context
from inkwell_operator.model.errors import Unreachable
from inkwell_operator.queue import Key
from inkwell_operator.scaling import Scaler
from inkwell_operator.scaling import scaler as module
from inkwell_operator.scaling.decide import Window, recommend, settings_of
from inkwell_operator.settings import ScalingSettings
from inkwell_operator.store import Store
from support import make

ZERO_TO_EIGHT = {"minReplicas": 0, "maxReplicas": 8, "documentsPerReplica": 20}
SCALING = {"ocr": ZERO_TO_EIGHT, "extract": ZERO_TO_EIGHT, "archive": ZERO_TO_EIGHT}
SPEC = make.pipeline_spec(scaling=SCALING, topics={"partitions": 4})
WIDE = make.pipeline_spec(scaling=SCALING, topics={"partitions": 8})
NONE: dict[Stage, int | None] = dict.fromkeys(PIPELINE_STAGES, 0)
ASLEEP = dict.fromkeys(PIPELINE_STAGES, 0)
StageLags: TypeAlias = dict[Stage, int | None]
lags = st.fixed_dictionaries({stage: st.none() | st.integers(0, 500) for stage in PIPELINE_STAGES})
pods = st.fixed_dictionaries({stage: st.integers(0, 4) for stage in PIPELINE_STAGES})


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def scaler(clock: Clock, every: float = 5, **context: Any) -> Scaler:
    """Return a scaler that knows of acme/invoices, asleep, and looks at so many seconds."""
    settings = SimpleNamespace(scaling=ScalingSettings(interval_seconds=every))
    made = SimpleNamespace(settings=settings, **context)
    scaler = Scaler(cast("Context", made), context.get("wake", lambda _: None), clock)
    scaler.resume_from("acme", "invoices", {})
    return scaler


def test_all_stages_wake_together_when_the_first_topic_shows_lag() -> None:
    assert recommend(SPEC, NONE | {Stage.OCR: 1}, ASLEEP) == dict.fromkeys(PIPELINE_STAGES, 1)


def test_a_stage_gets_a_pod_for_each_share_of_waiting_documents() -> None:
    assert recommend(SPEC, NONE | {Stage.OCR: 41}, ASLEEP)[Stage.OCR] == 3


def test_more_pods_than_partitions_would_idle() -> None:
    assert recommend(SPEC, NONE | {Stage.OCR: 1000}, ASLEEP)[Stage.OCR] == 4


def test_what_is_not_known_keeps_what_runs_and_lets_nobody_sleep() -> None:
    now = {Stage.OCR: 3, Stage.EXTRACT: 2, Stage.ARCHIVE: 0}
    recommended = recommend(SPEC, NONE | {Stage.OCR: None}, now)
    assert recommended == {Stage.OCR: 3, Stage.EXTRACT: 1, Stage.ARCHIVE: 0}


@given(lags, pods)
def test_the_bounds_hold_whatever_waits(
    lag: dict[Stage, int | None], now: dict[Stage, int]
) -> None:
    for stage, count in recommend(SPEC, lag, now).items():
        bounds = settings_of(SPEC, stage)
        assert bounds.min_replicas <= count <= min(bounds.max_replicas, SPEC.topics.partitions)


@given(lags, pods)
def test_deciding_again_changes_nothing(
    lag: dict[Stage, int | None], now: dict[Stage, int]
) -> None:
    once = recommend(SPEC, lag, now)
    assert recommend(SPEC, lag, once) == once


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 8)), max_size=60))
def test_a_window_holds_the_highest_of_its_time(steps: list[tuple[int, int]]) -> None:
    window, now, taken = Window(60), 0.0, list[tuple[float, int]]()
    for pause, number in steps:
        now += pause
        taken.append((now, number))
        assert window.add(now, number) == max(n for at, n in taken if at >= now - 60)


def test_twelve_hours_of_single_documents_after_a_burst_do_not_hold_its_pods() -> None:
    clock = Clock()
    scaled = scaler(clock)
    scaled.record_lag("acme", "invoices", WIDE, NONE | {Stage.OCR: 160})
    assert scaled.replicas("acme", "invoices", WIDE)[Stage.OCR] == 8
    most = 0
    for second in range(5, 12 * 3600, 5):
        clock.now = second
        waits = 1 if second % 100 < 10 else 0
        scaled.record_lag("acme", "invoices", WIDE, NONE | {Stage.OCR: waits})
        if second > 130:
            most = max(most, *scaled.replicas("acme", "invoices", WIDE).values())
    assert most == 1


def test_an_idle_pipeline_sleeps_when_nothing_has_waited_for_a_while() -> None:
    clock = Clock()
    scaled = scaler(clock)
    assert scaled.record_lag("acme", "invoices", SPEC, NONE | {Stage.OCR: 1})
    clock.now = 120
    assert not scaled.record_lag("acme", "invoices", SPEC, NONE)
    clock.now = 121
    assert scaled.record_lag("acme", "invoices", SPEC, NONE)
    assert scaled.replicas("acme", "invoices", SPEC) == ASLEEP


def test_a_restart_of_the_operator_stops_nobody() -> None:
    clock = Clock()
    scaled = scaler(clock)
    scaled.resume_from("acme", "invoices", dict.fromkeys(PIPELINE_STAGES, 3))
    assert not scaled.record_lag("acme", "invoices", SPEC, NONE)
    assert scaled.replicas("acme", "invoices", SPEC) == dict.fromkeys(PIPELINE_STAGES, 3)


def test_lag_that_is_not_known_for_an_hour_keeps_what_runs() -> None:
    clock = Clock()
    scaled = scaler(clock)
    scaled.record_lag("acme", "invoices", SPEC, NONE | {Stage.OCR: 60})
    unknown: dict[Stage, int | None] = dict.fromkeys(PIPELINE_STAGES)
    for second in range(5, 3600, 5):
        clock.now = second
        assert not scaled.record_lag("acme", "invoices", SPEC, unknown)
    assert scaled.replicas("acme", "invoices", SPEC)[Stage.OCR] == 3


def test_a_pipeline_that_went_while_its_lag_was_read_is_no_trouble() -> None:
    scaled = scaler(Clock())
    scaled.forget("acme", "invoices")
    assert not scaled.record_lag("acme", "invoices", SPEC, NONE)


def _store(*tenants: tuple[str, str]) -> Store:
    store = Store()
    for name, class_name in tenants:
        store.put(
            {
                "kind": "Tenant",
                "metadata": {"name": name, "uid": name},
                "spec": {"className": class_name},
            }
        )
        spec = WIDE.model_dump(by_alias=True, exclude_unset=True, mode="json")
        metadata = {"name": "invoices", "namespace": f"tenant-{name}", "uid": name}
        store.put({"kind": "DocumentPipeline", "metadata": metadata, "spec": spec})
    return store


class Classes:
    """Two classes, of which one's Kafka is away, or hangs."""

    def __init__(self) -> None:
        self.answered = asyncio.Queue[None]()
        self.hung = asyncio.Queue[None]()
        self.given_up = asyncio.Queue[None]()

    async def resolve(self, name: str) -> str:
        return name

    def for_class(self, name: str) -> Any:
        return SimpleNamespace(kafka=SimpleNamespace(read_lag=self._lag_of(name)))

    def _lag_of(self, name: str) -> Any:
        async def read_lag(groups: dict[str, set[str]]) -> dict[str, dict[str, int]]:
            if name == "broken":
                raise Unreachable("Kafka does not answer")
            if name == "hanging":
                await self._hang()
            self.answered.put_nowait(None)
            return {group: dict.fromkeys(topics, 5) for group, topics in groups.items()}

        return read_lag

    async def _hang(self) -> None:
        self.hung.put_nowait(None)
        try:
            await asyncio.Event().wait()
        finally:
            self.given_up.put_nowait(None)


async def test_a_class_without_its_kafka_stops_no_other() -> None:
    woken: list[Key] = []
    classes = Classes()
    scaled = scaler(
        Clock(),
        store=_store(("acme", "broken"), ("globex", "standard")),
        classes=classes,
        pool=classes,
        wake=woken.append,
    )
    scaled.resume_from("globex", "invoices", {})
    for name, pipelines in scaled._by_class().items():
        await scaled._look(name, pipelines)
    assert woken == [Key("DocumentPipeline", "tenant-globex", "invoices")]


@asynccontextmanager
async def with_a_kafka_that_hangs() -> AsyncIterator[Classes]:
    """Run a scaler over two classes, for 5 seconds at most, and give them."""
    classes = Classes()
    scaled = scaler(
        Clock(),
        every=0.01,
        store=_store(("acme", "hanging"), ("globex", "standard")),
        classes=classes,
        pool=classes,
    )
    scaled.resume_from("globex", "invoices", {})
    running = asyncio.create_task(scaled.run())
    try:
        async with asyncio.timeout(5):
            yield classes
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_class_whose_kafka_hangs_holds_up_no_other() -> None:
    async with with_a_kafka_that_hangs() as classes:
        for _ in range(3):
            await classes.answered.get()
        assert classes.hung.qsize() == 1, "it is not asked again meanwhile"
        assert not classes.given_up.qsize()
    assert classes.given_up.qsize() == 1, "its look ends with the scaler"


async def test_a_look_that_hangs_is_given_up_and_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_LOOK_SECONDS", 0.01)
    async with with_a_kafka_that_hangs() as classes:
        for _ in range(2):
            await classes.hung.get()
            await classes.given_up.get()
