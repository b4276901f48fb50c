"""What stands in Kafka and its schema registry: the same shapes for wanted and seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from typing_extensions import override

COMPATIBILITY: Final = "BACKWARD"
PRODUCE_RATE: Final = "producer_byte_rate"
CONSUME_RATE: Final = "consumer_byte_rate"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic; `settings` are those that were set on it, not its cluster's defaults."""

    name: str
    partitions: int
    replication: int
    settings: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True, order=True)
class Acl:
    """One access control entry, in the words of Kafka's protocol.

    Attributes:
        principal: name of the user, without ``User:``.
        operation: such as ``READ``.
        resource: ``TOPIC``, ``GROUP``, ``TRANSACTIONAL_ID`` or another type.
        name: of the resource.
        pattern: ``LITERAL`` or ``PREFIXED``.
        permission: ``ALLOW`` or ``DENY``.
        host: ``*`` for all.
    """

    principal: str
    operation: str
    resource: str
    name: str
    pattern: str = "LITERAL"
    permission: str = "ALLOW"
    host: str = "*"

    @override
    def __str__(self) -> str:
        more = [word for word in (self.pattern, self.permission, self.host) if word not in _USUAL]
        words = [self.principal, self.operation, self.resource.lower(), self.name, *more]
        return " ".join(words)


_USUAL: Final = frozenset({"LITERAL", "ALLOW", "*"})


@dataclass(frozen=True, slots=True)
class Schema:
    """What the registry holds for a subject.

    Its newest schema (JSON text) and its compatibility.
    """

    text: str
    compatibility: str


@dataclass(frozen=True, slots=True)
class Observed:
    """What was read of one tenant.

    Attributes:
        topics: by name.
        logins: by principal, the iterations of its SCRAM-SHA-512 hash.
        acls: of its principals, on whatever resource.
        quotas: by principal, quota keys and values.
        schemas: by subject.
        groups: consumer groups; looked for only where they have to go.
    """

    topics: Mapping[str, Topic] = field(default_factory=dict)
    logins: Mapping[str, int] = field(default_factory=dict)
    acls: frozenset[Acl] = frozenset()
    quotas: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()
