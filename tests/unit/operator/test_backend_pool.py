import asyncio
from dataclasses import replace

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
    await asyncio.gather(*pool._closing)
    assert old.keycloak not in pool._backends.values()
    await pool.aclose()
