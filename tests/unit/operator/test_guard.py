from typing import Any, cast

import pytest

from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.run import PassOutdated
from inkwell_operator.model.errors import NotLeading
from inkwell_operator.reconcilers.guard import WriteGuard
from inkwell_operator.store import Store, parse


async def test_a_lease_that_is_lost_during_the_look_at_the_object_forbids_the_write() -> None:
    """A process may be frozen in the middle of the look, and wake up as nobody."""
    body = {
        "apiVersion": "inkwell.dev/v1alpha1",
        "kind": "Tenant",
        "metadata": {"name": "acme", "uid": "1", "resourceVersion": "1", "generation": 1},
        "spec": {"className": "standard"},
    }
    leads = True

    class Client:
        async def get(self, *_: Any) -> dict[str, Any]:
            nonlocal leads
            leads = False
            return body

    def check() -> None:
        if not leads:
            raise NotLeading("another one acts")

    guard = WriteGuard(cast("KubernetesClient", Client()), Store(), check, parse(body))
    with pytest.raises(PassOutdated, match="another one acts"):
        await guard()
