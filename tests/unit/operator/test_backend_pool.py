import asyncio
from dataclasses import replace
from typing import Any, cast

from inkwell_operator.context import BackendPool
from support import make


async def test_classes_with_the_same_target_share_a_backend() -> None:
    pool = BackendPool()
    one = pool.for_class(make.resolved())
    other = pool.for_class(make.resolved(name="premium"))
    assert one.postgres is other.postgres
    await pool.aclose()


async def test_a_rotated_login_gets_a_new_connection_and_the_old_one_is_closed() -> None:
    pool = BackendPool()
    first = make.resolved()
    old = pool.for_class(first)
    admin = replace(first.keycloak.admin, password="rotated")
    new = pool.for_class(replace(first, keycloak=replace(first.keycloak, admin=admin)))
    assert new.keycloak is not old.keycloak
    assert new.kafka is old.kafka
    assert old.keycloak not in pool._backends.values()
    await pool.aclose()


class Closable:
    """A backend that notes when it is closed."""

    def __init__(self) -> None:
        self.is_closed = False

    async def aclose(self) -> None:
        self.is_closed = True


async def test_a_backend_that_a_pass_may_still_hold_is_closed_only_after_that() -> None:
    """Closed under its hands it would be opened again, and never closed."""
    pool = BackendPool()
    pool._linger = 0.05
    old = cast("Any", Closable())
    first = make.resolved()
    pool._backends[first.keycloak] = old
    pool.for_class(first)
    admin = replace(first.keycloak.admin, password="rotated")
    pool.for_class(replace(first, keycloak=replace(first.keycloak, admin=admin)))
    await asyncio.sleep(0)
    assert not old.is_closed
    await asyncio.gather(*pool._closing)
    assert old.is_closed
    await pool.aclose()


async def test_connections_of_a_class_that_is_gone_are_closed_and_shared_ones_kept() -> None:
    pool = BackendPool()
    first = make.resolved()
    admin = replace(first.keycloak.admin, password="another")
    premium = replace(make.resolved(name="premium"), keycloak=replace(first.keycloak, admin=admin))
    kept, gone = pool.for_class(first), pool.for_class(premium)
    pool.keep_classes({first.name})
    assert gone.keycloak not in pool._backends.values()
    assert kept.keycloak in pool._backends.values()
    assert gone.kafka in pool._backends.values()
    await pool.aclose()
