"""What a pass asks before it writes: does it still act on the object that exists, and may it act?

A store that missed an event, or a replica that lost its Lease, must not make or destroy anything.
"""

from collections.abc import Callable

from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import kind_named
from inkwell_operator.backends.run import PassOutdated
from inkwell_operator.model.errors import NotLeading
from inkwell_operator.store import Store, Stored


class WriteGuard:
    """Awaited before each write of one pass (`run.BeforeWriting`)."""

    def __init__(
        self,
        client: KubernetesClient,
        store: Store,
        stored: Stored,  # type: ignore[type-arg]  # of whichever kind
        check_leadership: Callable[[], None],
    ) -> None:
        """Guard a pass over `stored`.

        Args:
            client: reads the live object, once a pass.
            store: is put right where it was behind.
            stored: the object as the pass knows it.
            check_leadership: raises where another replica may act by now.
        """
        self._client = client
        self._store = store
        self._stored = stored
        self._check_leadership = check_leadership
        self._is_current = False

    async def __call__(self) -> None:
        """Let a write pass.

        Raises:
            PassOutdated: the object is gone, is another of the same name, or has begun to go; or
                another replica may act by now.
        """
        if not self._is_current:
            await self._look_at_live()
        # Last, for the look may have taken longer than a Lease holds.
        try:
            self._check_leadership()
        except NotLeading as error:
            raise PassOutdated(error.message) from None

    async def _look_at_live(self) -> None:
        key = self._stored.key
        live = await self._client.get(kind_named(key.kind), key.name, key.namespace)
        if live is None:
            self._store.drop(key)
            raise PassOutdated(f"{key.kind} {key.name} is gone")
        known = self._stored.metadata
        is_deleting = bool(live["metadata"].get("deletionTimestamp"))
        if live["metadata"]["uid"] != known.uid or is_deleting != self._stored.is_deleting:
            self._store.put(live)
            raise PassOutdated(f"{key.kind} {key.name} has changed")
        self._is_current = True
