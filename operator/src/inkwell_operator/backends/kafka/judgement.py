"""Whose the objects are that a diff finds in Kafka, by the ledger. Pure.

Used by `diff`. An object without an entry is nobody's, or version 0.1's. So is a topic that was
announced, was never said to be made, and does not look as ours do: somebody made it between our
look and our write.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from inkwell_api.conditions import Reason
from inkwell_operator.backends.kafka.desire import Desired, looks_as_made
from inkwell_operator.backends.kafka.first_version import made_by_first_version
from inkwell_operator.backends.kafka.state import Entry, Observed, OwnedKind, OwnedName, Topic
from inkwell_operator.model.ownership import (
    Claim,
    Mark,
    Ownership,
    judge,
    may_remove,
    refusal,
)
from inkwell_operator.model.plan import Refusal

_SHOWN: Final = ("cleanup.policy", "retention.ms")
_BY_KIND: Final = (OwnedKind.SCHEMA, OwnedKind.TOPIC, OwnedKind.LOGIN)
"""The order in which marks are written; `first_version` says why."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whose the objects of one tenant are.

    Attributes:
        claim: the subject's.
        ledger: the entries of the tenant's objects that stand.
        anticipated: topics that were announced, and made by somebody else before us.
        first_version: objects without an entry that version 0.1 made.
    """

    claim: Claim
    ledger: dict[OwnedName, Entry]
    anticipated: frozenset[OwnedName]
    first_version: frozenset[OwnedName]

    def mark_of(self, owned: OwnedName) -> Mark | None:
        """Return the mark of an object; what version 0.1 made counts as marked by it."""
        entry = self.ledger.get(owned)
        if entry is not None:
            return entry.mark
        return Mark(self.claim.mark.tenant) if owned in self.first_version else None

    def of(self, owned: OwnedName) -> Ownership:
        """Say what an object that exists is to the claim.

        A login holds no data: that of an earlier Tenant is simply given a new password.
        """
        found = judge(self.claim, self.mark_of(owned))
        is_data = owned.kind is not OwnedKind.LOGIN
        if is_data or found not in {Ownership.RETAINED, Ownership.ERASE}:
            return found
        return Ownership.REMARK

    def is_free(self, owned: OwnedName) -> bool:
        """Whether an object that does not exist may be made: no other installation claims it."""
        mark = self.mark_of(owned)
        return mark is None or judge(self.claim, mark) is not Ownership.FOREIGN

    def may_remove(self, owned: OwnedName) -> bool:
        """Whether a deletion, or the end of a stage, may take the object away."""
        return may_remove(self.claim, self.mark_of(owned))

    def entries(self, existing: Iterable[OwnedName]) -> tuple[tuple[OwnedName, Entry | None], ...]:
        """Return the marks to write anew on objects of ours, in the order that a crash may cut."""
        wanted = Entry(self.claim.mark)
        return tuple(
            (owned, wanted)
            for kind in _BY_KIND
            for owned in sorted(existing)
            if owned.kind is kind and self.of(owned).is_ours and self.ledger.get(owned) != wanted
        )

    def refusal(self, owned: OwnedName, topic: Topic | None = None) -> Refusal:
        """Return why an object that exists is not touched, with what a topic holds."""
        return refusal(self.of(owned), str(owned), "Kafka", self.claim, holds=_contents(topic))


def judgement_for(desired: Desired, observed: Observed) -> Judgement:
    """Return whose the objects are that were read for a subject."""
    anticipated = frozenset(
        owned
        for owned, entry in observed.ledger.items()
        if entry.is_announced and _is_anothers(desired.claim, observed, owned, entry)
    )
    ledger = {owned: observed.ledger[owned] for owned in observed.ledger.keys() - anticipated}
    made_before = made_by_first_version(desired, observed)
    return Judgement(desired.claim, ledger, anticipated, made_before)


def _is_anothers(claim: Claim, observed: Observed, owned: OwnedName, entry: Entry) -> bool:
    topic = observed.topics.get(owned.name) if owned.kind is OwnedKind.TOPIC else None
    if topic is None or judge(claim, entry.mark) is Ownership.FOREIGN:
        return False
    return not looks_as_made(topic.settings)


def _contents(topic: Topic | None) -> str:
    if topic is None:
        return ""
    noun = "partition" if topic.partitions == 1 else "partitions"
    shown = ((key, topic.in_effect(key)) for key in _SHOWN)
    settings = (f"{key} {value}" for key, value in shown if value is not None)
    return ", ".join((f"{topic.partitions} {noun}", *settings))


def claimed_elsewhere(owned: OwnedName) -> Refusal:
    """Return why an object that does not exist is not made."""
    return Refusal(
        f"{owned} in Kafka is claimed by another installation of Inkwell: delete its Tenant there, "
        "or choose another name",
        Reason.NAME_TAKEN,
    )
