"""The core without a shell: clients, queue, reconcilers and scaler, put together.

`__main__` runs it under kopf; tests run it as it is. What feeds it are `seen` and `gone`.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

import structlog

from inkwell_api import names
from inkwell_operator import metrics
from inkwell_operator.context import Context, open_context
from inkwell_operator.leadership import Alone, Leadership, open_leadership
from inkwell_operator.model.errors import InkwellError
from inkwell_operator.pulse import Pulse
from inkwell_operator.queue import Key, Result, Verdict, WorkQueue
from inkwell_operator.reconcilers.events import EventPoster
from inkwell_operator.reconcilers.pipeline import PipelineReconciler
from inkwell_operator.reconcilers.status import StatusWriter
from inkwell_operator.reconcilers.tenant import TenantReconciler
from inkwell_operator.reconcilers.tenant_class import ClassReconciler
from inkwell_operator.scaling import Scaler
from inkwell_operator.settings import Settings
from inkwell_operator.store import PIPELINE, TENANT, TENANT_CLASS, key_of

_log = structlog.get_logger()


class Reconciler(Protocol):
    """What brings the objects of one kind to their specs."""

    async def reconcile(self, key: Key) -> Result:
        """Make one pass over one object."""
        ...


class Core:
    """Everything that acts."""

    def __init__(self, context: Context, leadership: Leadership | Alone) -> None:
        """Put reconcilers, queue and scaler together; nothing runs yet."""
        settings = context.settings
        self.context = context
        self.leadership = leadership
        self._loop = asyncio.get_running_loop()
        self.queue = WorkQueue(self._reconcile, settings.queue)
        self._scaler = Scaler(context, self.queue.add)
        events = EventPoster(context.client, settings.replica)
        status = StatusWriter(context.client, context.store, events, settings.namespace)
        self._reconcilers: dict[str, Reconciler] = {
            TENANT_CLASS: ClassReconciler(context, status),
            TENANT: TenantReconciler(context, status, self._wake_pipelines),
            PIPELINE: PipelineReconciler(context, status, self._scaler),
        }

    async def run(self) -> None:
        """Work until cancelled; where replicas compete, only while this one leads.

        Raises:
            LeadershipLostError: another replica may act now; this process must end.
        """
        await self.leadership.acquired()
        async with asyncio.TaskGroup() as group:
            group.create_task(self.leadership.lost())
            group.create_task(self.queue.run())
            group.create_task(self._scaler.run())

    def post(self, function: Callable[[dict[str, Any]], None], argument: dict[str, Any]) -> None:
        """Call `function` with `argument` on the core's own loop, from any thread."""
        with suppress(RuntimeError):  # the loop is closed: nobody is left to be told
            self._loop.call_soon_threadsafe(function, argument)

    def object_changed(self, body: dict[str, Any]) -> None:
        """Take note of an object of ours, and look at it and at what depends on it."""
        if self.context.store.put(body):
            key = key_of(body)
            self.queue.add(key)
            self._wake_dependents(key)

    def object_deleted(self, body: dict[str, Any]) -> None:
        """Take note that an object of ours is gone."""
        key = key_of(body)
        known = self.context.store.tenant(key.name) if key.kind == TENANT else None
        self.context.store.drop(key)
        with suppress(KeyError):
            metrics.READY.remove(key.kind, key.namespace, key.name)
        if known is not None:
            self.queue.add(Key(TENANT_CLASS, "", known.essentials.class_name))
        self._wake_dependents(key)

    def owned_object_changed(self, labels: dict[str, str]) -> None:
        """Look at the owner of an object that carries our mark: it changed, by whomever."""
        tenant = labels.get(names.LABEL_TENANT)
        if tenant is None or labels.get(names.LABEL_MANAGED_BY) != names.FIELD_MANAGER:
            return
        self.context.namespace.invalidate(tenant)
        self.context.workloads.invalidate(tenant)
        pipeline = labels.get(names.LABEL_PIPELINE)
        if pipeline is None:
            self.queue.add(Key(TENANT, "", tenant))
        else:
            self.queue.add(Key(PIPELINE, names.namespace(tenant), pipeline))

    def _wake_dependents(self, key: Key) -> None:
        store = self.context.store
        if key.kind == TENANT_CLASS:
            for tenant in store.tenants_of_class(key.name):
                self.queue.add(tenant.key)
                self._wake_pipelines(tenant.key.name)
        elif key.kind == TENANT:
            known = store.tenant(key.name)
            if known is not None:
                self.queue.add(Key(TENANT_CLASS, "", known.essentials.class_name))
            self._wake_pipelines(key.name)
        elif key.kind == PIPELINE:
            tenant_name = names.tenant_of_namespace(key.namespace)
            if tenant_name is not None and store.tenant(tenant_name) is not None:
                self.queue.add(Key(TENANT, "", tenant_name))

    def _wake_pipelines(self, tenant: str) -> None:
        for pipeline in self.context.store.pipelines_of(tenant):
            self.queue.add(pipeline.key)

    async def _reconcile(self, key: Key) -> Result:
        tenant = key.name if key.kind == TENANT else names.tenant_of_namespace(key.namespace)
        bound = {"tenant": tenant, **({"pipeline": key.name} if key.kind == PIPELINE else {})}
        began = time.perf_counter()
        verdict = "interrupted"
        with structlog.contextvars.bound_contextvars(**bound):
            try:
                result = await self._reconcilers[key.kind].reconcile(key)
                verdict = result.verdict.value
            except InkwellError as error:
                # What a backend says is in the status; what comes as far as this is Kubernetes'.
                _log.warning("reconcile failed", error=error.message)
                result = Result(Verdict.FAILED)
                verdict = result.verdict.value
            except Exception:
                verdict = "defect"
                raise
            finally:
                seconds = time.perf_counter() - began
                metrics.RECONCILE_SECONDS.labels(key.kind, verdict).observe(seconds)
                metrics.QUEUE_DEPTH.set(self.queue.overdue())
                metrics.QUEUE_ACTIVE.set(self.queue.active)
                metrics.KUBERNETES_WRITES.set(self.context.client.writes)
                _log.debug("reconciled", verdict=verdict, seconds=round(seconds, 3))
        return result


@asynccontextmanager
async def open_core(settings: Settings) -> AsyncIterator[Core]:
    """Open every client and put the core together; close all at the end.

    The Lease is let go last, when no connection is left on which something could still be written.
    """
    pulse = Pulse()
    beating = asyncio.create_task(pulse.run())
    try:
        async with (
            open_leadership(settings, pulse) as leadership,
            open_context(settings, leadership.fence) as context,
        ):
            yield Core(context, leadership)
    finally:
        beating.cancel()
