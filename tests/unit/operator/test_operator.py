"""The operator as a whole, with an API server that is never asked and reconcilers in memory."""

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

from inkwell_operator.context import Context
from inkwell_operator.leadership import Alone
from inkwell_operator.operator import Operator
from inkwell_operator.pulse import Pulse
from inkwell_operator.queue import Key, Result, Urgency, Verdict
from inkwell_operator.settings import Settings
from inkwell_operator.store import TENANT, Store

ACME = Key(TENANT, "", "acme")


def tenant(version: int = 1, uid: str = "1", **status: str) -> dict[str, Any]:
    metadata = {"name": "acme", "uid": uid, "generation": 1, "resourceVersion": str(version)}
    spec = {"className": "standard"}
    return {"kind": TENANT, "metadata": metadata, "spec": spec, "status": status}


class Pass:
    """What happens in a pass is the test's to say."""

    def __init__(self, happens: Callable[[], None]) -> None:
        self._happens = happens

    async def reconcile(self, key: Key) -> Result:
        assert key == ACME
        self._happens()
        return Result(Verdict.WAITING)


def operator(leadership: Any = None) -> Operator:
    context = SimpleNamespace(settings=Settings(), client=None, store=Store())
    return Operator(cast("Context", context), leadership or Alone(), Pulse())


async def test_a_pass_that_tells_something_else_than_the_one_before_has_news() -> None:
    core = operator()
    core.object_event("ADDED", tenant(1, message="3 are left"))
    for version, left, has_news in ((2, "2", True), (3, "2", False)):
        told = tenant(version, message=f"{left} are left")
        core._reconcilers[TENANT] = Pass(partial(core.context.store.refresh, told))
        result = await core._reconcile(ACME, Urgency.RETRY)
        assert result.has_news is has_news
