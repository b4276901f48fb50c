"""Keeps a TenantClass until no Tenant needs it any more.

Deleting a Tenant needs the endpoints and logins of its class. A class that is deleted first, with
an Argo CD application for example, therefore waits for its Tenants.
"""

from inkwell_api import names
from inkwell_api.tenant_class import TenantClassSpec
from inkwell_operator.context import Context
from inkwell_operator.model.errors import InkwellError
from inkwell_operator.queue import Key, Result, Verdict
from inkwell_operator.reconcilers.guard import WriteGuard
from inkwell_operator.reconcilers.status import StatusWriter
from inkwell_operator.store import Stored


class ClassReconciler:
    """Reconciles TenantClasses."""

    def __init__(self, context: Context, status: StatusWriter) -> None:
        """Work with the clients of `context`."""
        self._context = context
        self._status = status

    async def reconcile(self, key: Key) -> Result:
        """Hold the class while Tenants name it, and let it go when none does.

        Raises:
            InkwellError: the API server could not be asked.
        """
        stored = self._context.store.tenant_class(key.name)
        if stored is None:
            return Result(Verdict.GONE)
        users = [tenant.key.name for tenant in self._context.store.tenants_of_class(key.name)]
        is_held = names.CLASS_FINALIZER in stored.metadata.finalizers
        guard = WriteGuard(
            self._context.client, self._context.store, stored, self._context.check_leadership
        )
        if users and not stored.is_deleting and not is_held:
            await guard()
            await self._status.set_finalizer(stored, present=True, finalizer=names.CLASS_FINALIZER)
        elif stored.is_deleting and is_held:
            if users:
                await self._status.post_in_use(stored, users)
                return Result(Verdict.WAITING)
            await self._remove_canary(stored, guard)
            await guard()
            await self._status.set_finalizer(stored, present=False, finalizer=names.CLASS_FINALIZER)
        return Result(Verdict.GONE if stored.is_deleting else Verdict.DONE)

    async def _remove_canary(self, stored: Stored[TenantClassSpec], guard: WriteGuard) -> None:
        """Try it once: a class of systems that are no more must be able to go."""
        context = self._context
        try:
            resolved = await context.classes.resolve(stored.key.name)
            backends = context.pool.for_class(resolved)
            left = await context.isolation.remove_canary(resolved, backends, guard)
        except InkwellError as error:
            left = [error.message]
        if left:
            await self._status.post_canary_left(stored, context.installation, left)
