"""Sees to it that a ResourceQuota is counted, without haste. Pure.

Until a quota is counted the API server refuses what it limits. Kubernetes counts it when it is made
or its spec changes, and then every five minutes; a kind whose CRD is younger than the controller's
last look at discovery (30 seconds) is left out of a count.
"""

from datetime import datetime, timedelta
from typing import Final

from inkwell_api import names
from inkwell_operator.backends.kubernetes_api.diff import ORDER, marked
from inkwell_operator.backends.kubernetes_api.kinds import Manifest
from inkwell_operator.backends.kubernetes_api.state import ObjectRef
from inkwell_operator.backends.namespace.actions import NamespaceAction, Recount
from inkwell_operator.model.plan import FieldChange, PlanBuilder, Step, Verb

ANNOTATION_RECOUNTS: Final = f"{names.GROUP}/recounts"
"""How often a quota was to be counted anew, and when last: ``2 2026-01-01T00:00:00+00:00``."""
_FIRST_WAIT: Final = timedelta(seconds=8)
_LONGEST_WAIT: Final = timedelta(minutes=5)


def diff_count(
    plan: PlanBuilder[NamespaceAction], want: Manifest, have: Manifest, at: datetime
) -> None:
    """Wait for the count of a quota; ask for another, each time after four times as long.

    Args:
        plan: is added to.
        want: the quota as it is to be.
        have: the quota as it stands.
        at: the time by the server's clock, as are the times in objects.
    """
    counted = (have.get("status") or {}).get("used", {}).keys()
    uncounted = tuple(sorted(want["spec"]["hard"].keys() - counted))
    if not uncounted:
        return
    ref = ObjectRef.of(want)
    plan.wait(f"{ref}: not counted yet: {', '.join(uncounted)}")
    recounts, since = _recounts(have)
    if at - since < min(_FIRST_WAIT * 4**recounts, _LONGEST_WAIT):
        return
    note = f"{recounts + 1} {at.isoformat(timespec='seconds')}"
    again = Recount(_annotated(marked(want), note), uncounted)
    field = FieldChange("spec.hard, once more, so that it is counted")
    plan.add(Step(Verb.UPDATE, str(ref), again, (field,), order=ORDER[ref.kind]))


def _recounts(have: Manifest) -> tuple[int, datetime]:
    metadata = have["metadata"]
    note = (metadata.get("annotations") or {}).get(ANNOTATION_RECOUNTS)
    if note is None:
        return 0, datetime.fromisoformat(metadata["creationTimestamp"])
    count, _, since = note.partition(" ")
    return int(count), datetime.fromisoformat(since)


def _annotated(want: Manifest, note: str) -> Manifest:
    metadata = want["metadata"]
    annotations = {**metadata.get("annotations", {}), ANNOTATION_RECOUNTS: note}
    return {**want, "metadata": {**metadata, "annotations": annotations}}
