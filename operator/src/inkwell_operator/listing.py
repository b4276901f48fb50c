"""Lists our three kinds whole, again and again, and puts the store right by that.

A watch that was interrupted never delivers a deletion, one whose connection died in silence nothing
at all, and one of a kind that does not exist never begins. Each of these lasts until the next
listing at most. Nothing acts before the first one.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog

from inkwell_operator.backends.kubernetes_api.client import KubernetesClient, ObjectGone
from inkwell_operator.backends.kubernetes_api.kinds import kind_named
from inkwell_operator.model.errors import InkwellError
from inkwell_operator.queue import Key
from inkwell_operator.store import KINDS, Store, Stored, key_of

_log = structlog.get_logger()
_FIRST_SECONDS = 2.0


class Listing:
    """Keeps the store complete."""

    def __init__(
        self,
        client: KubernetesClient,
        store: Store,
        *,
        changed: Callable[[Key], None],
        vanished: Callable[[Stored[Any]], None],
        interval_seconds: float,
    ) -> None:
        """List nothing yet.

        Args:
            client: reads.
            store: is put right.
            changed: is called for each object of which more than the status was not known.
            vanished: is called with each object that was known and does not exist any more.
            interval_seconds: between two listings.
        """
        self._client = client
        self._store = store
        self._changed = changed
        self._vanished = vanished
        self._interval = interval_seconds
        self._turn = asyncio.Lock()
        self._meanwhile: set[Key] = set()
        self._served = asyncio.Event()
        self._served_again = asyncio.Event()

    @property
    def is_served(self) -> bool:
        """Whether the API server knew our kinds when it was last asked."""
        return self._served.is_set()

    async def served(self) -> None:
        """Wait until the API server knows our kinds."""
        await self._served.wait()

    async def served_again(self) -> None:
        """Wait until the API server knows our kinds after it did not: older watches are dead."""
        self._served_again.clear()
        await self._served_again.wait()

    def note_event(self, key: Key) -> None:
        """Note that a watch delivered an event: a listing under way may be older."""
        self._meanwhile.add(key)

    async def run(self) -> None:
        """List again and again, until cancelled."""
        while True:
            try:
                await self.refresh()
            except InkwellError as error:
                _log.warning("objects not listed", error=error.message)
            await asyncio.sleep(self._interval if self._store.is_synced else _FIRST_SECONDS)

    async def synced_afresh(self) -> None:
        """Wait for a listing that begins now; what a standby knows may have become old."""
        while True:
            try:
                return await self.refresh()
            except InkwellError as error:
                _log.warning("objects not listed", error=error.message)
                await asyncio.sleep(_FIRST_SECONDS)

    async def refresh(self) -> None:
        """List every kind once.

        Raises:
            ObjectGone: the API server does not know a kind of ours (yet).
            InkwellError: it could not be asked.
        """
        async with self._turn:
            for kind in KINDS:
                self._meanwhile.clear()
                try:
                    listed = await self._client.list(kind_named(kind))
                    bodies = await self._with_newer(kind, listed)
                except ObjectGone:
                    self._served.clear()
                    raise
                self._take(kind, bodies)
            if not self._served.is_set():
                self._served.set()
                self._served_again.set()

    async def _with_newer(
        self, kind: str, bodies: Iterable[Mapping[str, Any]]
    ) -> list[Mapping[str, Any]]:
        """Return the listing with what watches delivered meanwhile looked at one by one."""
        found = {key_of(body): body for body in bodies}
        while doubtful := {key for key in self._meanwhile if key.kind == kind}:
            self._meanwhile -= doubtful
            for key in doubtful:
                live = await self._client.get(kind_named(kind), key.name, key.namespace)
                if live is None:
                    found.pop(key, None)
                else:
                    found[key] = live
        return list(found.values())

    def _take(self, kind: str, bodies: list[Mapping[str, Any]]) -> None:
        before = {stored.key: stored for stored in self._store.all_of(kind)}
        changed = [key_of(body) for body in bodies if self._store.put(body)]
        gone = self._store.replace_listed(kind, bodies)
        for key in changed:
            self._changed(key)
        for key in gone:
            _log.info("object is gone, which no watch said", kind=kind, name=key.name)
            self._vanished(before[key])
