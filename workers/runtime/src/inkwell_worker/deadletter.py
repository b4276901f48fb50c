"""Makes the DeadLetter of an event that a stage gave up. Pure.

It holds the cause and the original bytes, so that the event can be replayed.
"""

import hashlib
import uuid
from datetime import datetime
from typing import Final

from inkwell_api.events import DeadLetter, Event, event_id_for
from inkwell_api.names import EventKind
from inkwell_api.stage_env import StageEnv
from inkwell_worker.backlog import Entry
from inkwell_worker.stage import StageError

CAUSE_HEADER: Final = "inkwell-cause"
STAGE_HEADER: Final = "inkwell-stage"
ATTEMPT_HEADER: Final = "inkwell-attempt"
MAX_DETAIL: Final = 500
MAX_PAYLOAD: Final = 512 * 1024
"""Longest original payload that is kept.

Our own events are far shorter, so a longer one is no event of ours.
"""


def dead_letter(
    env: StageEnv, entry: Entry, event: Event | None, error: StageError, now: datetime
) -> DeadLetter:
    """Describe why `entry` was given up.

    The id is made from the record's place, so that giving up the same record twice is one dead
    letter, and a replay that fails again another.
    """
    document_id = event.document_id if event else _document_of(entry)
    payload = entry.message.value() or b""
    place = f"{env.stage.value}/{entry.partition.topic}/{entry.partition.number}/{entry.offset}"
    digest = hashlib.sha256(f"{place}/".encode() + payload).hexdigest()
    return DeadLetter(
        event_id=event_id_for(document_id, EventKind.DEAD, digest),
        tenant=env.tenant,
        pipeline=env.pipeline,
        document_id=document_id,
        occurred_at=now,
        stage=env.stage.value,
        cause=error.cause,
        detail=error.detail[:MAX_DETAIL],
        attempts=entry.attempts,
        source_topic=entry.partition.topic,
        source_partition=entry.partition.number,
        source_offset=entry.offset,
        payload=payload[:MAX_PAYLOAD],
    )


def _document_of(entry: Entry) -> str:
    """Return the document that the key names, or an id of its own for a record that names none."""
    try:
        return str(uuid.UUID(entry.key.decode("ascii")))
    except ValueError:
        place = f"{entry.partition.topic}/{entry.partition.number}/{entry.offset}"
        return str(uuid.uuid5(uuid.NAMESPACE_OID, place))
