"""Erases the documents of a pipeline that is deleted with its data, a portion a pass.

Ids stand in PostgreSQL, bytes in Cassandra: the bytes of a portion go first and its rows last, so
that a crash in between repeats the portion and loses sight of nothing. A pass erases for a bounded
time; the status says how far it has come, and the next pass goes on.
"""

import time
from typing import Final

from inkwell_api.conditions import BACKEND_CONDITIONS, Reason
from inkwell_operator.model.validate import Absent
from inkwell_operator.reconcilers.passes import Pass

_AT_ONCE: Final = 500
_SECONDS: Final = 20.0
"""How long one pass erases; a worker of the queue is not held for longer."""


async def erase_some(this: Pass, absent: Absent) -> bool:
    """Erase documents for a while; say whether none is left.

    Raises:
        InkwellError: a backend is away; what was erased stays erased.
    """
    backends = this.context.pool.for_class(absent.resolved)
    pipeline, began = absent.pipeline or "", time.monotonic()
    while ids := await backends.postgres.document_ids(absent.claim, pipeline, _AT_ONCE):
        await this.guard()
        await backends.cassandra.erase_documents(absent.tenant, ids)
        await backends.postgres.delete_documents(absent.claim, pipeline, ids)
        if time.monotonic() - began > _SECONDS:
            left = await backends.postgres.count_documents(absent.claim, pipeline)
            for kind in BACKEND_CONDITIONS:
                message = f"erasing the documents of the pipeline; {left} are left"
                this.report.defer(kind, Reason.DELETING, message)
            return False
    return True
