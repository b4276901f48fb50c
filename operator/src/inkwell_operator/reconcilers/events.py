"""Events about our own objects: one for each change that was made, and for each new trouble."""

import secrets
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from inkwell_api import names
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.model.errors import InkwellError
from inkwell_operator.store import Stored

API_VERSION: Final = f"{names.GROUP}/{names.VERSION}"
_NOTE_LENGTH: Final = 1000
_log = structlog.get_logger()


class EventPoster:
    """Posts events."""

    def __init__(self, client: KubernetesClient, identity: str) -> None:
        """Write through `client`; `identity` is the replica that events name."""
        self._client = client
        self._identity = identity

    async def post(
        self, stored: Stored[Any], kind: str, reason: str, action: str, note: str
    ) -> None:
        """Post one event.

        Args:
            stored: the object that it is about.
            kind: Normal or Warning.
            reason: one word in CamelCase.
            action: what was done or failed; a condition type for what a backend reports.
            note: the sentence.
        """
        key = stored.key
        event = {
            "apiVersion": "events.k8s.io/v1",
            "kind": "Event",
            "metadata": {
                "name": f"{key.name}.{secrets.token_hex(8)}",
                "namespace": key.namespace or "default",
            },
            "eventTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "reportingController": names.FIELD_MANAGER,
            "reportingInstance": self._identity,
            "action": action,
            "reason": reason,
            "type": kind,
            "note": note if len(note) <= _NOTE_LENGTH else f"{note[: _NOTE_LENGTH - 1]}…",
            "regarding": {
                "apiVersion": API_VERSION,
                "kind": key.kind,
                "name": key.name,
                "namespace": key.namespace,
                "uid": stored.metadata.uid,
            },
        }
        try:
            await self._client.create(event)
        except InkwellError as error:
            # The status and the log hold the same; a pass does not fail for its event.
            _log.warning("event not written", reason=reason, error=error.message)
