from typing import Any, cast

import pytest

from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.run import PassOutdated
from inkwell_operator.model.errors import NotLeading
from inkwell_operator.reconcilers.guard import WriteGuard
from inkwell_operator.store import Store, parse

BODY: dict[str, Any] = {
    "apiVersion": "inkwell.dev/v1alpha1",
    "kind": "Tenant",
    "metadata": {"name": "acme", "uid": "1", "resourceVersion": "1", "generation": 1},
    "spec": {"className": "standard"},
}


async def test_a_lease_that_is_lost_during_the_look_at_the_object_forbids_the_write() -> None:
    """A process may be frozen in the middle of the look, and wake up as nobody."""
    leads = True

    class Client:
        async def get(self, *_: Any) -> dict[str, Any]:
            nonlocal leads
            leads = False
            return BODY

    def check() -> None:
        if not leads:
            raise NotLeading("another one acts")

    guard = WriteGuard(cast("KubernetesClient", Client()), check, parse(BODY))
    with pytest.raises(PassOutdated, match="another one acts"):
        await guard()


@pytest.mark.parametrize(
    "change",
    [
        {"generation": 2},
        {"deletionTimestamp": "2026-01-01T00:00:00Z"},
        {"annotations": {"inkwell.dev/orphan": "true"}},
        {"uid": "2"},
        None,
    ],
    ids=["edited", "deleted", "let go", "another", "gone"],
)
async def test_what_the_look_finds_is_news_when_the_watch_tells_of_it(
    change: dict[str, Any] | None,
) -> None:
    store = Store()
    store.put(BODY)
    stored = parse(BODY)
    live = None
    if change is not None:
        live = BODY | {"metadata": BODY["metadata"] | {"resourceVersion": "2"} | change}

    class Client:
        async def get(self, *_: Any) -> dict[str, Any] | None:
            return live

    guard = WriteGuard(cast("KubernetesClient", Client()), lambda: None, stored)
    with pytest.raises(PassOutdated):
        await guard()
    assert store.get(stored.key) == stored, "or nobody wakes its pipelines"
    assert live is None or store.put(live)
