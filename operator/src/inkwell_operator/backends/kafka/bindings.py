"""Between our shapes and librdkafka's. Pure; used by `Client` alone."""

from typing import Any, Final

from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)

from inkwell_operator.backends.kafka.actions import DropCredential, GrowTopic, PutLogin, SetTopic
from inkwell_operator.backends.kafka.state import CLUSTER, SHA256, SHA512, Acl, Topic
from inkwell_operator.model.passwords import scram_iterations

_PREFIX: Final = "User:"
_CLUSTER: Final = ResourceType.BROKER
"""The driver's name for the type that Kafka calls `CLUSTER`."""
_MECHANISMS: Final = {
    SHA512: ScramMechanism.SCRAM_SHA_512,
    SHA256: ScramMechanism.SCRAM_SHA_256,
}


def new_topic(topic: Topic) -> NewTopic:
    """Return the topic as it is asked for."""
    return NewTopic(
        topic.name, topic.partitions, topic.replication, config=dict(sorted(topic.settings))
    )


def grown_topic(action: GrowTopic) -> NewPartitions:
    """Return how many partitions a topic is to have."""
    return NewPartitions(action.name, action.partitions)


def topic_resource(name: str) -> ConfigResource:
    """Name a topic whose settings are asked for."""
    return ConfigResource(ConfigResource.Type.TOPIC, name)


def changed_settings(action: SetTopic) -> ConfigResource:
    """Return the settings to set and to reset."""
    return ConfigResource(
        ConfigResource.Type.TOPIC,
        action.name,
        incremental_configs=[
            *(_entry(key, value) for key, value in sorted(action.settings)),
            *(_entry(key, None) for key in sorted(action.stale)),
        ],
    )


def credential(action: PutLogin) -> UserScramCredentialUpsertion:
    """Return the credential to set, hashed as often as its password says."""
    info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, scram_iterations(action.password))
    return UserScramCredentialUpsertion(action.principal, info, action.password.encode())


def dropped_credential(action: DropCredential) -> UserScramCredentialDeletion:
    """Return the credential to delete."""
    return UserScramCredentialDeletion(action.principal, _MECHANISMS[action.mechanism])


def acl(binding: Any) -> Acl:
    """Return an entry that Kafka shows."""
    return Acl(
        principal=binding.principal.removeprefix(_PREFIX),
        operation=binding.operation.name,
        resource=CLUSTER if binding.restype is _CLUSTER else binding.restype.name,
        name=binding.name,
        pattern=binding.resource_pattern_type.name,
        permission=binding.permission_type.name,
        host=binding.host,
    )


def new_acl(entry: Acl) -> AclBinding:
    """Return an entry to add."""
    return AclBinding(*_parts(entry))


def exactly(entry: Acl) -> AclBindingFilter:
    """Return the filter that only this entry passes."""
    return AclBindingFilter(*_parts(entry))


def every_acl() -> AclBindingFilter:
    """Return the filter that every entry passes."""
    return _filter(ResourceType.ANY, None, ResourcePatternType.ANY, None)


def acls_of(principal: str) -> AclBindingFilter:
    """Return the filter that the entries of a principal pass."""
    return _filter(ResourceType.ANY, None, ResourcePatternType.ANY, f"{_PREFIX}{principal}")


def acls_on(resource: str, name: str) -> AclBindingFilter:
    """Return the filter that every entry passes which holds for a resource, by whatever pattern."""
    return _filter(_type(resource), name, ResourcePatternType.MATCH, None)


def _filter(kind: Any, name: Any, pattern: Any, user: Any) -> AclBindingFilter:
    anybody: Any = None
    return AclBindingFilter(
        kind, name, pattern, user, anybody, AclOperation.ANY, AclPermissionType.ANY
    )


def _parts(entry: Acl) -> tuple[Any, ...]:
    return (
        _type(entry.resource),
        entry.name,
        ResourcePatternType[entry.pattern],
        f"{_PREFIX}{entry.principal}",
        entry.host,
        AclOperation[entry.operation],
        AclPermissionType[entry.permission],
    )


def _type(resource: str) -> ResourceType:
    return _CLUSTER if resource == CLUSTER else ResourceType[resource]


def _entry(key: str, value: str | None) -> ConfigEntry:
    operation = AlterConfigOpType.DELETE if value is None else AlterConfigOpType.SET
    return ConfigEntry(key, value, incremental_operation=operation)
