"""What a pass asks before it writes: does it still act on the object that exists, and may it act?

A store that missed an event, or a replica that lost its Lease, must not make or destroy anything.
What the look finds is not put into the store: the watch, or the next listing, tells of it and wakes
whom it concerns, which it would not if it were known already.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

from inkwell_api import names
from inkwell_api.resource import Metadata
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import kind_named
from inkwell_operator.backends.run import PassOutdated
from inkwell_operator.model.errors import NotLeading
from inkwell_operator.store import Stored

_LOOK_HOLDS_SECONDS: Final = 30.0


class WriteGuard:
    """Awaited before each write of one pass, and of what it began (`run.BeforeWriting`)."""

    def __init__(
        self,
        client: KubernetesClient,
        check_leadership: Callable[[], None],
        *objects: Stored[Any],
    ) -> None:
        """Guard a pass that acts on what `objects` say.

        Args:
            client: reads the live objects, once a pass that is not long.
            check_leadership: raises where another replica may act by now.
            objects: as the pass knows them: its own, and its Tenant where that is another.
        """
        self._client = client
        self._objects = objects
        self._check_leadership = check_leadership
        self._looking = asyncio.Lock()
        self._looked_at = float("-inf")

    async def __call__(self) -> None:
        """Let a write pass.

        Raises:
            PassOutdated: an object is gone, is another of the same name, has begun to go, is let go
                with all that was made for it, or has another spec; or another replica may act now.
        """
        async with self._looking:
            now = time.monotonic()
            if now - self._looked_at > _LOOK_HOLDS_SECONDS:
                for stored in self._objects:
                    await self._look_at_live(stored)
                self._looked_at = now
        # Last, for the look may have taken longer than a Lease holds.
        try:
            self._check_leadership()
        except NotLeading as error:
            raise PassOutdated(error.message) from None

    async def _look_at_live(self, stored: Stored[Any]) -> None:
        key = stored.key
        live = await self._client.get(kind_named(key.kind), key.name, key.namespace)
        if live is None:
            raise PassOutdated(f"{key.kind} {key.name} is gone")
        if _acted_on(Metadata.model_validate(live["metadata"])) != _acted_on(stored.metadata):
            raise PassOutdated(f"{key.kind} {key.name} has changed")


def _acted_on(metadata: Metadata) -> tuple[object, ...]:
    """Return what a pass goes by; an annotation changes no generation."""
    is_deleting = metadata.deletion_timestamp is not None
    orphan = metadata.annotations.get(names.ORPHAN_ANNOTATION)
    return metadata.uid, metadata.generation, is_deleting, orphan
