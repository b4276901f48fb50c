"""What a step does in Kafka, as data: made by `diff`, carried out by `apply`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from inkwell_operator.backends.kafka.state import Acl, Entry, OwnedName, Schema, Topic
from inkwell_operator.model.ownership import Mark


@dataclass(frozen=True, slots=True)
class CreateTopic:
    """Announce a topic in the ledger, make it, and say in the ledger that it is made."""

    tenant: str
    topic: Topic
    mark: Mark


@dataclass(frozen=True, slots=True)
class GrowTopic:
    """Give a topic more partitions."""

    tenant: str
    name: str
    partitions: int


@dataclass(frozen=True, slots=True)
class SetTopic:
    """Set and reset settings of a topic."""

    tenant: str
    name: str
    settings: frozenset[tuple[str, str]]
    stale: frozenset[str]


@dataclass(frozen=True, slots=True)
class DeleteTopic:
    """Delete a topic with all records."""

    tenant: str
    name: str


@dataclass(frozen=True, slots=True)
class PutLogin:
    """Set the SCRAM-SHA-512 credential of a principal.

    Attributes:
        tenant: whose.
        principal: of whom.
        password: the new one.
        mark: written into the ledger first where the login is made; None where it is there.
    """

    tenant: str
    principal: str
    password: str = field(repr=False)
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class DropCredential:
    """Delete one SCRAM credential of a principal; Kafka takes one change of a user a request.

    Attributes:
        tenant: whose.
        principal: of whom.
        mechanism: as Kafka names it, such as ``SCRAM-SHA-512``.
    """

    tenant: str
    principal: str
    mechanism: str


@dataclass(frozen=True, slots=True)
class AddAcl:
    """Add an access control entry."""

    tenant: str
    acl: Acl


@dataclass(frozen=True, slots=True)
class RemoveAcl:
    """Remove an access control entry."""

    tenant: str
    acl: Acl


@dataclass(frozen=True, slots=True)
class SetQuota:
    """Set and remove quota values of a principal."""

    tenant: str
    principal: str
    values: Mapping[str, float]
    stale: frozenset[str]


@dataclass(frozen=True, slots=True)
class PutSchema:
    """Register a schema under a subject and say what may follow it.

    Attributes:
        tenant: whose.
        subject: under which name.
        schema: to be the newest.
        mark: written into the ledger first where the subject is made; None where it is there.
    """

    tenant: str
    subject: str
    schema: Schema
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class DropSchema:
    """Delete a subject with all versions."""

    tenant: str
    subject: str


@dataclass(frozen=True, slots=True)
class DeleteGroup:
    """Delete a consumer group with its offsets."""

    tenant: str
    group: str


@dataclass(frozen=True, slots=True)
class WriteMarks:
    """Write entries of the ledger, in this order; None removes one.

    A crash leaves the first of them written and none after, which `first_version` relies on.
    """

    tenant: str
    entries: tuple[tuple[OwnedName, Entry | None], ...]


Action: TypeAlias = (
    CreateTopic
    | GrowTopic
    | SetTopic
    | DeleteTopic
    | PutLogin
    | DropCredential
    | AddAcl
    | RemoveAcl
    | SetQuota
    | PutSchema
    | DropSchema
    | DeleteGroup
    | WriteMarks
)
