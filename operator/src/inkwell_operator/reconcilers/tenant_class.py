"""Keeps a TenantClass until no Tenant needs it any more.

Deleting a Tenant needs the endpoints and logins of its class. A class that is deleted first, with
an Argo CD application for example, therefore waits for its Tenants.
"""

import structlog

from inkwell_api import names
from inkwell_api.tenant_class import TenantClassSpec
from inkwell_operator.backends.run import PassOutdated
from inkwell_operator.canaries import Writing
from inkwell_operator.context import Context
from inkwell_operator.model.errors import InkwellError
from inkwell_operator.model.isolation import Canary
from inkwell_operator.queue import Key, Result, Verdict
from inkwell_operator.reconcilers.guard import WriteGuard
from inkwell_operator.reconcilers.status import StatusWriter
from inkwell_operator.store import Stored

_log = structlog.get_logger()


class ClassReconciler:
    """Reconciles TenantClasses."""

    def __init__(self, context: Context, status: StatusWriter) -> None:
        """Work with the clients of `context`."""
        self._context = context
        self._status = status
        self._told: dict[str, tuple[str, ...]] = {}

    async def reconcile(self, key: Key) -> Result:
        """Hold the class while Tenants name it, and let it go when none does.

        Raises:
            InkwellError: the API server could not be asked.
        """
        try:
            return await self._reconcile(key)
        except PassOutdated as reason:
            _log.info("pass ended", reason=str(reason))
            return Result(Verdict.FAILED)

    async def _reconcile(self, key: Key) -> Result:
        stored = self._context.store.tenant_class(key.name)
        if stored is None:
            self._told.pop(key.name, None)
            return Result(Verdict.GONE)
        users = [tenant.key.name for tenant in self._context.store.tenants_of_class(key.name)]
        is_held = names.CLASS_FINALIZER in stored.metadata.finalizers
        context = self._context
        guard = WriteGuard(context.client, context.check_leadership, stored)
        if users and not stored.is_deleting and not is_held:
            await guard()
            await self._status.set_finalizer(stored, present=True, finalizer=names.CLASS_FINALIZER)
        elif stored.is_deleting and is_held:
            if users:
                await self._tell_users(stored, users)
                # A Tenant that goes wakes its class.
                return Result(Verdict.BLOCKED)
            await self._remove_canary(stored, guard)
            await guard()
            await self._status.set_finalizer(stored, present=False, finalizer=names.CLASS_FINALIZER)
        return Result(Verdict.GONE if stored.is_deleting else Verdict.DONE)

    async def _tell_users(self, stored: Stored[TenantClassSpec], users: list[str]) -> None:
        """Post who still needs the class, once for each change of it."""
        now = (stored.metadata.uid, *sorted(users))
        if self._told.get(stored.key.name) != now:
            self._told[stored.key.name] = now
            await self._status.post_in_use(stored, users)

    async def _remove_canary(self, stored: Stored[TenantClassSpec], guard: WriteGuard) -> None:
        """Try it once: a class of systems that are no more must be able to go."""
        context = self._context
        canary = Canary.of(context.installation).tenant
        try:
            resolved = await context.classes.resolve(stored.key.name)
            canary = Canary.of(context.installation, resolved.postgres).tenant
            backends = context.pool.for_class(resolved)
            writing = Writing(guard, context.settings.queue.backend_seconds)
            left = await context.isolation.canaries.remove(resolved, backends, writing)
        except InkwellError as error:
            left = [error.message]
        if left:
            await self._status.post_canary_left(stored, canary, left)
