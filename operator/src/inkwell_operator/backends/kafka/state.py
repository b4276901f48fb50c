"""What stands in Kafka, its ledger and its registry: the same shapes for desired and existing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from typing_extensions import override

from inkwell_operator.model.ownership import Mark

COMPATIBILITY: Final = "BACKWARD"
PRODUCE_RATE: Final = "producer_byte_rate"
CONSUME_RATE: Final = "consumer_byte_rate"
MANAGED_QUOTAS: Final = frozenset({PRODUCE_RATE, CONSUME_RATE})
"""Quota keys that the class offers; what an admin sets of the others is his."""
LITERAL: Final = "LITERAL"
PREFIXED: Final = "PREFIXED"
TOPIC: Final = "TOPIC"
GROUP: Final = "GROUP"
TRANSACTIONAL_ID: Final = "TRANSACTIONAL_ID"
CLUSTER: Final = "CLUSTER"
THE_CLUSTER: Final = (CLUSTER, "kafka-cluster")
"""Type and name of the one resource by which Kafka gives rights on the cluster itself."""
SHA512: Final = "SCRAM-SHA-512"
SHA256: Final = "SCRAM-SHA-256"
EVERYBODY: Final = "*"
ANY_NAME: Final = "*"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic.

    Attributes:
        name: of the topic.
        partitions: how many.
        replication: copies of each.
        settings: those that were set on the topic itself.
        inherited: those of the cluster that hold for it since it does not set them; only read.
    """

    name: str
    partitions: int
    replication: int
    settings: frozenset[tuple[str, str]]
    inherited: frozenset[tuple[str, str]] = field(default=frozenset(), compare=False)

    def in_effect(self, setting: str) -> str | None:
        """Return the value that holds, whoever set it."""
        return dict(self.inherited | self.settings).get(setting)


@dataclass(frozen=True, slots=True)
class Login:
    """SCRAM credentials of one principal; Kafka shows nothing else of them.

    Attributes:
        iterations: of its SCRAM-SHA-512 hash; None where it has none.
        has_sha256: whether it has a SCRAM-SHA-256 credential, which is never ours.
    """

    iterations: int | None
    has_sha256: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Acl:
    """One access control entry, in the words of Kafka's protocol.

    Attributes:
        principal: name of the user, without ``User:``; ``*`` is everybody.
        operation: such as ``READ``.
        resource: ``TOPIC``, ``GROUP``, ``TRANSACTIONAL_ID``, ``CLUSTER`` or another type.
        name: of the resource.
        pattern: ``LITERAL`` or ``PREFIXED``.
        permission: ``ALLOW`` or ``DENY``.
        host: ``*`` for all.
    """

    principal: str
    operation: str
    resource: str
    name: str
    pattern: str = LITERAL
    permission: str = "ALLOW"
    host: str = "*"

    def covers(self, resource: str, name: str) -> bool:
        """Whether the entry holds for the resource of that type and name."""
        if self.resource != resource:
            return False
        if self.pattern == PREFIXED:
            return name.startswith(self.name)
        return self.name in {name, ANY_NAME}

    def is_within(self, prefix: str) -> bool:
        """Whether all that the entry holds for has names that start with `prefix`."""
        return self.name.startswith(prefix)

    @override
    def __str__(self) -> str:
        more = [word for word in (self.pattern, self.permission, self.host) if word not in _USUAL]
        words = [self.principal, self.operation, self.resource.lower(), self.name, *more]
        return " ".join(words)


_USUAL: Final = frozenset({LITERAL, "ALLOW", "*"})


@dataclass(frozen=True, slots=True)
class Schema:
    """What the registry holds for a subject: its newest schema (JSON) and its compatibility."""

    text: str
    compatibility: str


class OwnedKind(StrEnum):
    """Kinds of object whose owner stands in the ledger."""

    TOPIC = "topic"
    LOGIN = "login"
    SCHEMA = "schema"


@dataclass(frozen=True, slots=True, order=True)
class OwnedName:
    """An object whose owner stands in the ledger: ``topic acme.invoices.uploaded``."""

    kind: OwnedKind
    name: str

    @override
    def __str__(self) -> str:
        return f"{self.kind.value} {self.name}"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger says of one object.

    Attributes:
        mark: its owner.
        is_announced: it was about to be made when this was written, and may never have been there.
    """

    mark: Mark
    is_announced: bool = False


@dataclass(frozen=True, slots=True)
class Observed:
    """What was read for one tenant.

    Attributes:
        topics: by name.
        logins: by principal.
        acls: of its principals on whatever resource, and of anybody on its resources.
        quotas: by principal, quota keys and values.
        schemas: by subject.
        ledger: the owners of its objects, whether these exist or not.
        groups: consumer groups; looked for only where they have to go.
    """

    topics: Mapping[str, Topic] = field(default_factory=dict)
    logins: Mapping[str, Login] = field(default_factory=dict)
    acls: frozenset[Acl] = frozenset()
    quotas: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    ledger: Mapping[OwnedName, Entry] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()
