"""Closes a pipeline that is deleted, and erases its documents where they go, a portion a pass.

Ids stand in PostgreSQL, bytes in Cassandra: the bytes of a portion go first and its rows last, so
that a crash in between repeats the portion and loses sight of nothing. A pass erases for a bounded
time; the status says how far it has come, and the next pass goes on.
"""

import time
from typing import Final

from inkwell_api.conditions import BACKEND_CONDITIONS, ConditionType, Reason
from inkwell_operator.backends.run import Outcome
from inkwell_operator.model.validate import Absent
from inkwell_operator.reconcilers.passes import Pass

_AT_ONCE: Final = 500
_SECONDS: Final = 20.0
"""How long one pass erases; a worker of the queue is not held for longer."""
_WORKERS: Final = ConditionType.WORKERS_READY


async def close(this: Pass, absent: Absent) -> bool:
    """Stop a pipeline's workers and uploads, and erase its documents unless they are retained.

    With mode Plan it says what would be stopped.

    Returns:
        whether the logins may go now: nothing needs them any more, or nothing is done anyway.

    Raises:
        InkwellError: a backend is away; what was done stays done.
    """
    await this.run(this.context.workloads, absent)
    if this.is_planning:
        return True
    if not this.report.is_done(_WORKERS) or not await _are_uploads_closed(this, absent):
        return False
    return absent.retain or await _erase_some(this, absent)


async def _are_uploads_closed(this: Pass, absent: Absent) -> bool:
    """Look whether the gateway takes no document for the pipeline any more.

    One that is accepted after the ids were read would never be erased.
    """
    serves = this.context.workloads.gateway_serves
    waits = await serves(absent.tenant, absent.pipeline or "")
    this.report.add_outcome(_WORKERS, Outcome(waits=waits))
    return not waits


async def _erase_some(this: Pass, absent: Absent) -> bool:
    """Erase documents for a while; say whether none is left."""
    backends = this.context.pool.for_class(absent.resolved)
    pipeline, began = absent.pipeline or "", time.monotonic()
    while ids := await backends.postgres.document_ids(absent.claim, pipeline, _AT_ONCE):
        await this.guard()
        await backends.cassandra.erase_documents(absent.claim, ids)
        await this.guard()
        await backends.postgres.delete_documents(absent.claim, pipeline, ids)
        if time.monotonic() - began > _SECONDS:
            left = await backends.postgres.count_documents(absent.claim, pipeline)
            for kind in BACKEND_CONDITIONS:
                message = f"erasing the documents of the pipeline; {left} are left"
                this.report.defer(kind, Reason.DELETING, message)
            return False
    return True
