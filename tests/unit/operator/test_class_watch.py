from collections.abc import Collection
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from inkwell_api.conditions import ConditionType
from inkwell_operator.class_watch import ClassWatch, digest
from inkwell_operator.context import Context
from inkwell_operator.model.errors import ClassNotFound, SecretMissing, Unreachable
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.queue import Key
from inkwell_operator.store import Store
from support import make

STANDARD = Key("TenantClass", "", "standard")


class World:
    """One class, and what its name resolves to."""

    def __init__(self) -> None:
        self.resolved: ResolvedClass | Exception = make.resolved()
        self.kept: list[set[str]] = []
        self.woken: list[Key] = []
        self.store = Store()
        self.store.put({"kind": "TenantClass", "metadata": {"name": "standard"}, "spec": {}})
        context = SimpleNamespace(store=self.store, classes=self, pool=self)
        self.watch = ClassWatch(cast("Context", context), self.woken.append)

    async def resolve(self, name: str) -> ResolvedClass:
        assert name == "standard"
        if isinstance(self.resolved, Exception):
            raise self.resolved
        return self.resolved

    def keep_classes(self, names: Collection[str]) -> None:
        self.kept.append(set(names))


def _with_password(password: str) -> ResolvedClass:
    whole = make.resolved()
    admin = replace(whole.postgres.admin, password=password)
    return replace(whole, postgres=replace(whole.postgres, admin=admin))


async def test_a_changed_login_wakes_the_class_and_an_unchanged_one_does_not() -> None:
    world = World()
    for _ in range(3):
        await world.watch.look()
    assert world.woken == []
    world.resolved = _with_password("rotated")
    await world.watch.look()
    await world.watch.look()
    assert world.woken == [STANDARD]


async def test_a_secret_that_goes_or_comes_wakes_the_class() -> None:
    world = World()
    await world.watch.look()
    missing: Any = {ConditionType.KAFKA_READY: SecretMissing("Secret kafka-admin does not exist")}
    world.resolved = replace(make.resolved(), failures=missing)
    await world.watch.look()
    world.resolved = ClassNotFound("away")
    await world.watch.look()
    assert world.woken == [STANDARD, STANDARD]


@pytest.mark.parametrize("of_model", [False, True])
async def test_a_secret_that_could_not_be_read_for_a_moment_wakes_nobody(*, of_model: bool) -> None:
    world = World()
    await world.watch.look()
    away = Unreachable("Kubernetes does not answer")
    failures: Any = (
        {"model_failures": {"m": away}}
        if of_model
        else {"failures": {ConditionType.KAFKA_READY: away}}
    )
    world.resolved = replace(_with_password(""), **failures)
    await world.watch.look()
    world.resolved = make.resolved()
    await world.watch.look()
    assert world.woken == []
    world.resolved = _with_password("rotated")
    await world.watch.look()
    assert world.woken == [STANDARD]


async def test_connections_are_kept_for_classes_that_exist_alone() -> None:
    world = World()
    await world.watch.look()
    world.store.drop(STANDARD)
    await world.watch.look()
    assert world.kept == [{"standard"}, set()]


def test_a_digest_tells_passwords_apart_and_shows_none() -> None:
    one, other = digest(_with_password("one")), digest(_with_password("other"))
    assert one != other
    assert "one" not in (one, other)
