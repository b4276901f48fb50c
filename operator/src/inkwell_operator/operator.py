"""The operator's life: clients, queue, reconcilers, scaler and waves, put together and run.

`__main__` runs it under Kopf; tests run it as it is. What feeds it are `object_event` and
`owned_event`, which watches post to its loop, and its own listings. What an event means is decided
in `dispatch`, when a key is looked at in `queue`.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

import structlog

from inkwell_api import names
from inkwell_operator import dispatch, metrics
from inkwell_operator.backends.grouped_reads import current_wave
from inkwell_operator.class_watch import ClassWatch
from inkwell_operator.context import Context, open_context
from inkwell_operator.dispatch import OwnedObjects, Wake
from inkwell_operator.health import Health
from inkwell_operator.leadership import Alone, Leadership, open_leadership
from inkwell_operator.listing import Listing
from inkwell_operator.model.errors import InkwellError
from inkwell_operator.pulse import Pulse
from inkwell_operator.queue import Key, Result, Urgency, Verdict, WorkQueue
from inkwell_operator.reconcilers.events import EventPoster
from inkwell_operator.reconcilers.pipeline import PipelineReconciler
from inkwell_operator.reconcilers.status import StatusWriter
from inkwell_operator.reconcilers.tenant import TenantReconciler
from inkwell_operator.reconcilers.tenant_class import ClassReconciler
from inkwell_operator.scaling import Scaler
from inkwell_operator.settings import Settings
from inkwell_operator.store import KINDS, PIPELINE, TENANT, TENANT_CLASS, Stored, key_of
from inkwell_operator.waves import Waves

_log = structlog.get_logger()


class Reconciler(Protocol):
    """What brings the objects of one kind to their specs."""

    async def reconcile(self, key: Key) -> Result:
        """Make one pass over one object."""
        ...


class Operator:
    """Everything that acts."""

    def __init__(self, context: Context, leadership: Leadership | Alone, pulse: Pulse) -> None:
        """Put everything together; nothing runs yet."""
        settings = context.settings
        self.context = context
        self.leadership = leadership
        self._loop = asyncio.get_running_loop()
        self._owned = OwnedObjects()
        self.queue = WorkQueue(self._reconcile, settings.queue)
        self.listing = Listing(
            context.client,
            context.store,
            changed=self._wake_after_change,
            vanished=self._forget,
            interval_seconds=settings.queue.relist_seconds,
        )
        self._waves = Waves(self._list_for_wave, self.queue.add, settings.queue.resync_seconds)
        self._scaler = Scaler(context, partial(self.queue.add, urgency=Urgency.DEPENDENCY))
        self._classes = ClassWatch(context, self._wake_after_reference)
        self._reconcilers = self._make_reconcilers()
        context.isolation.proofs.follow(self.queue.add, is_busy=lambda: self.queue.overdue() > 0)
        self.health = Health(
            pulse_age=pulse.age,
            stalled_seconds=self.queue.stalled_seconds,
            stuck_seconds=settings.queue.stuck_seconds,
            is_leading=leadership.is_leading,
            look_age=leadership.look_age,
            is_served=lambda: self.listing.is_served,
            is_synced=lambda: context.store.is_synced,
        )
        metrics.follow_queue(
            self.queue.overdue,
            self.queue.oldest_overdue_seconds,
            self.queue.stalled_seconds,
            lambda: self.queue.active,
        )

    def _make_reconcilers(self) -> dict[str, Reconciler]:
        context, settings = self.context, self.context.settings
        events = EventPoster(context.client, settings.replica)
        status = StatusWriter(context.client, context.store, events, settings.namespace)
        return {
            TENANT_CLASS: ClassReconciler(context, status),
            TENANT: TenantReconciler(context, status, self._wake_after_findings),
            PIPELINE: PipelineReconciler(context, status, self._scaler),
        }

    async def run(self) -> None:
        """Work until cancelled; where replicas compete, only while this one leads.

        Nothing acts before every object of ours was listed: until then, that one is absent means
        nothing.

        Raises:
            LeadershipLostError: another replica may act now, or this one cannot compete any more;
                this process must end.
        """
        async with asyncio.TaskGroup() as group:
            group.create_task(self.listing.run())
            # From the start: a standby that nobody competes for any more is of no use.
            group.create_task(self.leadership.lost())
            await self.leadership.acquired()
            await self.listing.synced_afresh()
            group.create_task(self.queue.run())
            group.create_task(self._waves.run())
            group.create_task(self._scaler.run())
            group.create_task(self._classes.run())

    def post(self, function: Callable[..., None], *arguments: Any) -> None:
        """Call `function` on the operator's own loop, from any thread."""
        with suppress(RuntimeError):  # the loop is closed: nothing acts any more
            self._loop.call_soon_threadsafe(function, *arguments)

    def object_event(self, kind: str | None, body: dict[str, Any]) -> None:
        """Take note of an event of one of our own objects.

        Args:
            kind: of the event, as Kubernetes names it; None for an object that was listed.
            body: of the object.
        """
        key = key_of(body)
        self.listing.note_event(key)
        if kind != "DELETED":
            if self.context.store.put(body):
                self._wake_after_change(key)
            return
        known = self.context.store.get(key)
        # An earlier object of the name may be told of when the new one is known already.
        if known is not None and known.metadata.uid == body["metadata"].get("uid", ""):
            self.context.store.drop(key)
            self._forget(known)

    def owned_event(self, kind: str | None, body: dict[str, Any]) -> None:
        """Take note of an event of an object that was made for a tenant."""
        wake = self._owned.after_event(kind, body)
        if wake is None:
            return
        tenant = body["metadata"]["labels"][names.LABEL_TENANT]
        self.context.namespace.invalidate(tenant)
        self.context.workloads.invalidate(tenant)
        self._wake([wake])

    def _wake_after_change(self, key: Key) -> None:
        self._wake(dispatch.after_change(self.context.store, key))

    def _wake_after_reference(self, key: Key) -> None:
        self._wake(dispatch.after_reference(self.context.store, key))

    def _wake_after_findings(self, tenant: str) -> None:
        self._wake(dispatch.after_findings(self.context.store, tenant))

    def _forget(self, gone: Stored[Any]) -> None:
        metrics.forget(gone.key)
        self.context.isolation.forget(gone.metadata.uid)
        self._wake([Wake(gone.key, Urgency.SPEC)])
        self._wake(dispatch.after_deletion(self.context.store, gone))

    def _wake(self, wakes: Iterable[Wake]) -> None:
        for wake in wakes:
            self.queue.add(wake.key, wake.urgency)

    def _told_of(self, key: Key) -> Mapping[str, Any] | None:
        known = self.context.store.get(key)
        return None if known is None else known.status

    async def _list_for_wave(self) -> list[Key]:
        try:
            await self.listing.refresh()
        except InkwellError as error:
            _log.warning("objects not listed", error=error.message)
        store = self.context.store
        return [stored.key for kind in KINDS for stored in store.all_of(kind)]

    async def _reconcile(self, key: Key, urgency: Urgency) -> Result:
        current_wave.set(self._waves.wave_of(key, urgency))
        tenant = key.name if key.kind == TENANT else names.tenant_of_namespace(key.namespace)
        bound = {"tenant": tenant, **({"pipeline": key.name} if key.kind == PIPELINE else {})}
        began = time.perf_counter()
        verdict, before = "interrupted", self._told_of(key)
        with structlog.contextvars.bound_contextvars(**bound):
            try:
                result = await self._reconcilers[key.kind].reconcile(key)
                result = replace(result, has_news=self._told_of(key) != before)
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
                self._waves.passed(key)
                if self.context.store.get(key) is None:
                    metrics.forget(key)  # it went during the pass, which told of it afterwards
                current_wave.set(None)
                seconds = time.perf_counter() - began
                metrics.RECONCILE_SECONDS.labels(key.kind, verdict).observe(seconds)
                _log.debug("reconciled", verdict=verdict, seconds=round(seconds, 3))
        return result


@asynccontextmanager
async def open_operator(settings: Settings) -> AsyncIterator[Operator]:
    """Open every client and put the operator together; close all at the end.

    The Lease is let go last, when no connection is left on which something could still be written.
    """
    pulse = Pulse()
    beating = asyncio.create_task(pulse.run())
    try:
        async with (
            open_leadership(settings, pulse) as leadership,
            open_context(settings, leadership.fence) as context,
        ):
            yield Operator(context, leadership, pulse)
    finally:
        beating.cancel()
