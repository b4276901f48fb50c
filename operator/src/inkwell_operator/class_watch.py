"""Looks at what TenantClasses refer to, so that a changed Secret is noticed without any event.

Watching Secrets would need the right to list them. Each class's Secrets are read again within
`class_refresh_seconds` anyway; what differs wakes the class's tenants, so that a new login is used,
and a wrong one reported, without waiting for the next resync. A Secret that could not be read says
nothing of what it holds.
"""

import asyncio
import hashlib
from collections.abc import Callable

import structlog

from inkwell_operator.class_resolver import is_read
from inkwell_operator.context import Context
from inkwell_operator.model.errors import InkwellError
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.queue import Key
from inkwell_operator.store import TENANT_CLASS

_log = structlog.get_logger()


class ClassWatch:
    """What every class last resolved to."""

    def __init__(self, context: Context, changed: Callable[[Key], None]) -> None:
        """Call `changed` with the key of a class that resolves to something else than before."""
        self._context = context
        self._changed = changed
        self._known: dict[str, str] = {}

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self._context.settings.class_refresh_seconds)

    async def look(self) -> None:
        """Look at every class once; connections of classes that are gone are closed."""
        classes = [stored.key for stored in self._context.store.all_of(TENANT_CLASS)]
        names = {key.name for key in classes}
        self._context.pool.keep_classes(names)
        self._known = {name: known for name, known in self._known.items() if name in names}
        for key in classes:
            found = await self._look_at(key.name)
            if found is None:
                continue
            before = self._known.get(key.name)
            self._known[key.name] = found
            if before is not None and before != found:
                _log.info("class resolves to something else", tenant_class=key.name)
                self._changed(key)

    async def _look_at(self, name: str) -> str | None:
        """Return what stands for all that a class resolves to; None where that was not read."""
        try:
            resolved = await self._context.classes.resolve(name)
        except InkwellError as error:
            return error.message
        return digest(resolved) if is_read(resolved) else None


def digest(resolved: ResolvedClass) -> str:
    """Return a digest of what a class resolves to, secrets and missing ones included."""
    parts = (
        resolved.kafka,
        resolved.cassandra,
        resolved.postgres,
        resolved.keycloak,
        resolved.ca_pem,
        sorted(resolved.model_keys.items()),
        sorted((kind.value, error.message) for kind, error in resolved.failures.items()),
        sorted((name, error.message) for name, error in resolved.model_failures.items()),
    )
    # A login leaves its password out of its text.
    logins = (
        resolved.kafka.admin,
        resolved.kafka.registry_admin,
        resolved.cassandra.admin,
        resolved.postgres.admin,
        resolved.keycloak.admin,
    )
    passwords = [login.password for login in logins]
    return hashlib.sha256(repr((parts, passwords)).encode()).hexdigest()
