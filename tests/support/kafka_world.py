"""What stands in a Kafka, as tests of the plan want to begin."""

from dataclasses import replace

from inkwell_operator.backends.kafka.desire import Desired
from inkwell_operator.backends.kafka.state import (
    Entry,
    Login,
    Observed,
    OwnedKind,
    OwnedName,
    Topic,
)
from inkwell_operator.model.ownership import Mark
from inkwell_operator.model.passwords import scram_iterations


def owned(kind: str, name: str) -> OwnedName:
    """Name an object as the ledger does."""
    return OwnedName(OwnedKind(kind), name)


def everything_of(desired: Desired) -> list[OwnedName]:
    """Return every object that a subject wants and that has an owner."""
    return [
        *(owned("topic", name) for name in desired.topics),
        *(owned("login", name) for name in desired.logins),
        *(owned("schema", name) for name in desired.schemas),
    ]


def ledger_of(desired: Desired, mark: Mark | None = None) -> dict[OwnedName, Entry]:
    """Return a ledger in which all that a subject wants is its own, or bears another mark."""
    entry = Entry(mark or desired.claim.mark)
    return dict.fromkeys(everything_of(desired), entry)


def made(desired: Desired) -> Observed:
    """Return the Kafka in which everything desired is there and marked."""
    logins = {name: Login(scram_iterations(one.password)) for name, one in desired.logins.items()}
    return Observed(
        desired.topics, logins, desired.acls, desired.quotas, desired.schemas, ledger_of(desired)
    )


def made_by_first_version(desired: Desired) -> Observed:
    """Return the same as version 0.1 left it: without marks."""
    return replace(made(desired), ledger={})


def with_topic(observed: Observed, topic: Topic) -> Observed:
    """Return the same Kafka with another topic of that name."""
    return replace(observed, topics={**observed.topics, topic.name: topic})
