"""The Kafka driver: reads and batched writes, translated errors. Sole importer of confluent-kafka.

Used by `KafkaBackend`. It decides nothing; "already there" and "already gone" are success.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Final

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    NewPartitions,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)

from inkwell_operator.backends.kafka import errors
from inkwell_operator.backends.kafka.batch import Batch
from inkwell_operator.backends.kafka.diff import GrowTopic, PutLogin, SetTopic
from inkwell_operator.backends.kafka.state import Acl, Topic
from inkwell_operator.model.passwords import scram_iterations
from inkwell_operator.model.targets import KafkaTarget

_REQUEST_SECONDS: Final = 20.0
_PREFIX: Final = "User:"


class Client:
    """One admin client, made when first used."""

    def __init__(self, target: KafkaTarget) -> None:
        """Remember where to connect to."""
        self._configuration: dict[str, Any] = {
            "bootstrap.servers": ",".join(target.bootstrap_servers),
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": target.admin.username,
            "sasl.password": target.admin.password,
            "socket.timeout.ms": int(_REQUEST_SECONDS * 1000),
            "client.id": "inkwell-operator",
            "error_cb": lambda error: setattr(self, "_last_error", error),
            "log_level": 2,
        } | ({"ssl.ca.pem": target.admin.ca_pem} if target.admin.ca_pem else {})
        self._admin: AdminClient | None = None
        self._last_error: KafkaError | None = None
        self.create_topic = Batch(self._create_topics).add
        self.delete_topic = Batch(self._delete_topics).add
        self.grow_topic = Batch(self._grow_topics).add
        self.set_topic = Batch(self._set_topics).add
        self.put_login = Batch(self._put_logins).add
        self.drop_login = Batch(self._drop_logins).add
        self.add_acl = Batch(self._add_acls).add
        self.remove_acl = Batch(self._remove_acls).add
        self.delete_group = Batch(self._delete_groups).add

    async def topics(self, wanted: Collection[str] | None) -> dict[str, tuple[int, int]]:
        """Return partitions and replicas of the topics named, or of all."""
        if wanted is None:
            metadata = await self._call(
                asyncio.to_thread(self._client.list_topics, timeout=_REQUEST_SECONDS)
            )
            return {
                name: (len(topic.partitions), len(topic.partitions[0].replicas))
                for name, topic in metadata.topics.items()
                if topic.partitions
            }
        if not wanted:
            return {}
        asked = self._client.describe_topics(TopicCollection(sorted(wanted)))
        found = await self._each(asked, absent={errors.UNKNOWN_TOPIC})
        return {
            name: (len(topic.partitions), len(topic.partitions[0].replicas))
            for name, topic in found.items()
            if topic.partitions
        }

    async def topic_settings(
        self, wanted: Collection[str]
    ) -> dict[str, frozenset[tuple[str, str]]]:
        """Return what was set on each topic itself; topics that do not exist are left out."""
        if not wanted:
            return {}
        resources = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in sorted(wanted)]
        asked = self._client.describe_configs(resources)
        found = await self._each(asked, absent={errors.UNKNOWN_TOPIC})
        own = ConfigSource.DYNAMIC_TOPIC_CONFIG.value
        return {
            resource.name: frozenset(
                (entry.name, entry.value) for entry in entries.values() if entry.source == own
            )
            for resource, entries in found.items()
        }

    async def logins(self) -> dict[str, int]:
        """Return the iterations of every SCRAM-SHA-512 login."""
        asked = self._client.describe_user_scram_credentials(request_timeout=_REQUEST_SECONDS)
        assert isinstance(asked, Future)  # noqa: S101 - it is a dict only when users are named
        found = await self._call(asyncio.wrap_future(asked))
        return {
            user: info.iterations
            for user, description in found.items()
            for info in description.scram_credential_infos
            if info.mechanism is ScramMechanism.SCRAM_SHA_512
        }

    async def acls(self, principals: Collection[str] | None) -> frozenset[Acl]:
        """Return the entries of the principals named, or of all."""
        filters = [None] if principals is None else sorted(principals)
        found = await asyncio.gather(
            *(
                self._call(asyncio.wrap_future(self._client.describe_acls(_acl_filter(principal))))
                for principal in filters
            )
        )
        return frozenset(_acl(binding) for bindings in found for binding in bindings)

    async def groups(self) -> frozenset[str]:
        """Return the ids of all consumer groups."""
        asked = self._client.list_consumer_groups(request_timeout=_REQUEST_SECONDS)
        listed = await self._call(asyncio.wrap_future(asked))
        return frozenset(group.group_id for group in listed.valid)

    async def _create_topics(self, topics: Sequence[Topic]) -> list[Exception | None]:
        new = [
            NewTopic(topic.name, topic.partitions, topic.replication, config=dict(topic.settings))
            for topic in topics
        ]
        return await self._outcomes(self._client.create_topics(new), {errors.TOPIC_EXISTS})

    async def _delete_topics(self, topics: Sequence[str]) -> list[Exception | None]:
        asked = self._client.delete_topics(list(topics), operation_timeout=_REQUEST_SECONDS)
        return await self._outcomes(asked, {errors.UNKNOWN_TOPIC})

    async def _grow_topics(self, actions: Sequence[GrowTopic]) -> list[Exception | None]:
        new = [NewPartitions(action.name, action.partitions) for action in actions]
        # Too few is what Kafka says to as many as there are; the second look tells the two apart.
        return await self._outcomes(
            self._client.create_partitions(new), {errors.INVALID_PARTITIONS}
        )

    async def _set_topics(self, actions: Sequence[SetTopic]) -> list[Exception | None]:
        resources = [
            ConfigResource(
                ConfigResource.Type.TOPIC,
                action.name,
                incremental_configs=[
                    *(_entry(key, value) for key, value in sorted(action.settings)),
                    *(_entry(key, None) for key in sorted(action.stale)),
                ],
            )
            for action in actions
        ]
        return await self._outcomes(self._client.incremental_alter_configs(resources))

    async def _put_logins(self, actions: Sequence[PutLogin]) -> list[Exception | None]:
        changes = [
            UserScramCredentialUpsertion(
                action.principal,
                ScramCredentialInfo(
                    ScramMechanism.SCRAM_SHA_512, scram_iterations(action.password)
                ),
                action.password.encode(),
            )
            for action in actions
        ]
        return await self._outcomes(self._client.alter_user_scram_credentials(list(changes)))

    async def _drop_logins(self, principals: Sequence[str]) -> list[Exception | None]:
        kind = ScramMechanism.SCRAM_SHA_512
        changes = [UserScramCredentialDeletion(principal, kind) for principal in principals]
        asked = self._client.alter_user_scram_credentials(list(changes))
        return await self._outcomes(asked, {errors.RESOURCE_NOT_FOUND})

    async def _add_acls(self, acls: Sequence[Acl]) -> list[Exception | None]:
        return await self._outcomes(
            self._client.create_acls([AclBinding(*_parts(acl)) for acl in acls])
        )

    async def _remove_acls(self, acls: Sequence[Acl]) -> list[Exception | None]:
        return await self._outcomes(
            self._client.delete_acls([AclBindingFilter(*_parts(acl)) for acl in acls])
        )

    async def _delete_groups(self, groups: Sequence[str]) -> list[Exception | None]:
        asked = self._client.delete_consumer_groups(list(groups))
        return await self._outcomes(asked, {errors.UNKNOWN_GROUP})

    @property
    def _client(self) -> AdminClient:
        if self._admin is None:
            self._admin = AdminClient(self._configuration)
        return self._admin

    async def _call(self, asked: Any) -> Any:
        try:
            return await asked
        except KafkaException as error:
            raise self._translate(error) from error

    async def _each(
        self, asked: Mapping[Any, Future[Any]], *, absent: Collection[int]
    ) -> dict[Any, Any]:
        """Return the answers by key, without those whose error says that the thing is absent."""
        answers = await _answers(asked.values())
        found = {}
        for key, answer in zip(asked, answers, strict=True):
            if isinstance(answer, KafkaException):
                if answer.args[0].code() not in absent:
                    raise self._translate(answer) from answer
            elif isinstance(answer, BaseException):
                raise answer
            else:
                found[key] = answer
        return found

    async def _outcomes(
        self, asked: Mapping[Any, Future[Any]], done: Collection[int] = ()
    ) -> list[Exception | None]:
        """Return for each write None or its error, where some codes say that it was done before."""
        outcomes: list[Exception | None] = []
        for answer in await _answers(asked.values()):
            if isinstance(answer, KafkaException):
                is_done = answer.args[0].code() in done
                outcomes.append(None if is_done else self._translate(answer))
            elif isinstance(answer, Exception):
                outcomes.append(answer)
            elif isinstance(answer, BaseException):
                raise answer
            else:
                outcomes.append(None)
        return outcomes

    def _translate(self, error: KafkaException) -> Exception:
        """Say what to do; behind a time-out stands what the connection's own callback told."""
        kafka_error: KafkaError = error.args[0]
        if kafka_error.code() in errors.TIMED_OUT:
            self._client.poll(0)
            kafka_error = self._last_error or kafka_error
        return errors.translate(kafka_error.code(), _safe_text(kafka_error)) or error


async def _answers(asked: Iterable[Future[Any]]) -> list[Any]:
    return await asyncio.gather(*map(asyncio.wrap_future, asked), return_exceptions=True)


def _safe_text(error: KafkaError) -> str:
    """Return the same words each time: the driver's own hold counts and durations."""
    return KafkaError(error.code()).str() if error.code() < 0 else error.str()


def _entry(key: str, value: str | None) -> ConfigEntry:
    operation = AlterConfigOpType.DELETE if value is None else AlterConfigOpType.SET
    return ConfigEntry(key, value, incremental_operation=operation)


def _acl(binding: Any) -> Acl:
    return Acl(
        principal=binding.principal.removeprefix(_PREFIX),
        operation=binding.operation.name,
        resource=binding.restype.name,
        name=binding.name,
        pattern=binding.resource_pattern_type.name,
        permission=binding.permission_type.name,
        host=binding.host,
    )


def _parts(acl: Acl) -> tuple[Any, ...]:
    return (
        ResourceType[acl.resource],
        acl.name,
        ResourcePatternType[acl.pattern],
        f"{_PREFIX}{acl.principal}",
        acl.host,
        AclOperation[acl.operation],
        AclPermissionType[acl.permission],
    )


def _acl_filter(principal: str | None) -> AclBindingFilter:
    user: Any = None if principal is None else f"{_PREFIX}{principal}"
    anything: Any = None
    kinds = ResourceType.ANY, ResourcePatternType.ANY, AclOperation.ANY, AclPermissionType.ANY
    return AclBindingFilter(kinds[0], anything, kinds[1], user, anything, *kinds[2:])
