"""librdkafka's admin client: reads, and the way by which writes are sent; errors in words.

Used by `observe` and `apply`. It decides nothing.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final

from confluent_kafka import KafkaError, KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigSource, OffsetSpec

from inkwell_operator.backends.kafka import bindings, errors
from inkwell_operator.backends.kafka.cluster import REQUEST_SECONDS, Cluster
from inkwell_operator.backends.kafka.complaints import Complaints, is_about_tls
from inkwell_operator.backends.kafka.state import Acl
from inkwell_operator.model.errors import TimedOut, Unreachable

_AWAY: Final = (TimedOut, Unreachable)


@dataclass(frozen=True, slots=True)
class TopicShape:
    """What Kafka's metadata say of a topic.

    Attributes:
        partitions: how many.
        replication: copies of the first of them.
        id: of this very topic; one that is made again has another. Empty where it was not asked.
    """

    partitions: int
    replication: int
    id: str = ""


@dataclass(frozen=True, slots=True)
class TopicSettings:
    """Settings of one topic: set on it, and of the cluster."""

    own: frozenset[tuple[str, str]] = frozenset()
    inherited: frozenset[tuple[str, str]] = frozenset()


class Client:
    """One admin client, made when first used."""

    def __init__(self, cluster: Cluster) -> None:
        """Open no connection yet."""
        self._cluster = cluster
        self._complaints = Complaints()
        self._admin: AdminClient | None = None

    def close(self) -> None:
        """Drop the connection; librdkafka ends its threads when nobody holds it any more."""
        self._admin = None

    async def topics(self, wanted: Collection[str] | None) -> dict[str, TopicShape]:
        """Return the topics named, or all."""
        if wanted is None:
            return await self._all_topics()
        if not wanted:
            return {}
        found = await self._each(
            lambda admin: admin.describe_topics(
                TopicCollection(sorted(wanted)), request_timeout=REQUEST_SECONDS
            ),
            absent={errors.UNKNOWN_TOPIC},
        )
        return {
            name: TopicShape(
                len(topic.partitions), len(topic.partitions[0].replicas), str(topic.topic_id)
            )
            for name, topic in found.items()
            if topic.partitions
        }

    async def topic_settings(self, wanted: Collection[str]) -> dict[str, TopicSettings]:
        """Return the settings of each topic; topics that do not exist are left out."""
        if not wanted:
            return {}
        resources = [bindings.topic_resource(name) for name in sorted(wanted)]
        found = await self._each(
            lambda admin: admin.describe_configs(resources, request_timeout=REQUEST_SECONDS),
            absent={errors.UNKNOWN_TOPIC},
        )
        return {resource.name: _settings(entries) for resource, entries in found.items()}

    async def acls(
        self, principals: Collection[str] | None, resources: Collection[tuple[str, str]] = ()
    ) -> frozenset[Acl]:
        """Return the entries of the principals named and on the resources named, or all.

        Args:
            principals: without ``User:``; None for every entry there is.
            resources: type and name each; entries of anybody that hold for them, however wide.
        """
        filters = (
            [bindings.every_acl()]
            if principals is None
            else [
                *(bindings.acls_of(principal) for principal in sorted(principals)),
                *(bindings.acls_on(kind, name) for kind, name in sorted(resources)),
            ]
        )
        found = await self._each(
            lambda admin: {
                number: admin.describe_acls(each, request_timeout=REQUEST_SECONDS)
                for number, each in enumerate(filters)
            },
            absent=(),
        )
        return frozenset(bindings.acl(binding) for some in found.values() for binding in some)

    async def groups(self) -> frozenset[str]:
        """Return the ids of all consumer groups."""
        found = await self._each(
            lambda admin: {"": admin.list_consumer_groups(request_timeout=REQUEST_SECONDS)},
            absent=(),
        )
        return frozenset(group.group_id for group in found[""].valid)

    async def end_of(self, topic: str, partition: int) -> int:
        """Return the offset behind the newest record of a partition."""
        newest = OffsetSpec.latest()  # type: ignore[no-untyped-call]  # the driver's
        asked = {TopicPartition(topic, partition): newest}
        found = await self._each(
            lambda admin: admin.list_offsets(asked, request_timeout=REQUEST_SECONDS), absent=()
        )
        return int(next(iter(found.values())).offset)

    async def _all_topics(self) -> dict[str, TopicShape]:
        async def listed(admin: AdminClient) -> Any:
            return await self._cluster.run(lambda: admin.list_topics(timeout=REQUEST_SECONDS))

        metadata = await self._call(listed)
        return {
            name: TopicShape(len(topic.partitions), len(topic.partitions[0].replicas))
            for name, topic in metadata.topics.items()
            if topic.partitions
        }

    async def _each(
        self,
        ask: Callable[[AdminClient], Mapping[Any, Future[Any]]],
        *,
        absent: Collection[int],
    ) -> dict[Any, Any]:
        """Return the answers by key, without those whose error says that the thing is absent."""

        async def asked(admin: AdminClient) -> dict[Any, Any]:
            found = {}
            for key, answer in (await _answers(ask(admin))).items():
                if isinstance(answer, BaseException):
                    if not _has_code(answer, absent):
                        raise answer
                else:
                    found[key] = answer
            return found

        found: dict[Any, Any] = await self._call(asked)
        return found

    async def outcomes(
        self,
        ask: Callable[[AdminClient], Mapping[Any, Future[Any]]],
        done: Collection[int] = (),
    ) -> dict[Any, Exception | None]:
        """Return for each write None or its error.

        Args:
            ask: sends the writes and returns a future for each.
            done: codes that say that it was done before, which is success.

        Raises:
            Unreachable: none of them came through, so that the server's circuit counts it.
        """

        async def asked(admin: AdminClient) -> dict[Any, Exception | None]:
            began = time.monotonic()
            outcomes: dict[Any, Exception | None] = {}
            for key, answer in (await _answers(ask(admin))).items():
                is_done = not isinstance(answer, Exception) or _has_code(answer, done)
                outcomes[key] = None if is_done else self._translate(answer, began)
            failures = list(outcomes.values())
            if failures and all(isinstance(failure, _AWAY) for failure in failures):
                raise failures[0] or Unreachable("Kafka does not answer")
            return outcomes

        answers: dict[Any, Exception | None] = await self._call(asked)
        return answers

    async def _call(self, ask: Callable[[AdminClient], Awaitable[Any]]) -> Any:
        async def operation() -> Any:
            admin = self._opened()
            admin.poll(0)  # what was told before this call explains nothing of it
            began = time.monotonic()
            try:
                return await ask(admin)
            except KafkaException as error:
                raise self._translate(error, began) from error

        return await self._cluster.call(operation)

    def _opened(self) -> AdminClient:
        self._cluster.demand_open()
        if self._admin is None:
            settings = self._cluster.settings() | {"error_cb": self._complaints.hear}
            self._admin = AdminClient(settings)
        return self._admin

    def _translate(self, error: Exception, began: float) -> Exception:
        if not isinstance(error, KafkaException):
            return error
        kafka_error: KafkaError = error.args[0]
        if self._admin is not None:
            self._admin.poll(0)
        kafka_error = self._complaints.explain(kafka_error, began)
        secret = self._cluster.target.admin.secret
        return errors.translate(kafka_error.code(), text_of(kafka_error), secret) or error


async def _answers(asked: Mapping[Any, Future[Any]]) -> dict[Any, Any]:
    answers = await asyncio.gather(
        *map(asyncio.wrap_future, asked.values()), return_exceptions=True
    )
    found: Iterable[tuple[Any, Any]] = zip(asked, answers, strict=True)
    return dict(found)


def _has_code(error: BaseException, codes: Collection[int]) -> bool:
    return isinstance(error, KafkaException) and error.args[0].code() in codes


def text_of(error: KafkaError) -> str:
    """Return the same words each time: the driver's own hold counts, addresses and durations."""
    if is_about_tls(error):
        is_distrusted = "certificate" in error.str().lower()
        return "its certificate is not trusted" if is_distrusted else errors.NO_TLS
    if error.code() in errors.WORDS:
        return errors.WORDS[error.code()]
    return KafkaError(error.code()).str() if error.code() < 0 else error.str()


def _settings(entries: Mapping[str, Any]) -> TopicSettings:
    dynamic = ConfigSource.DYNAMIC_TOPIC_CONFIG.value
    own: set[tuple[str, str]] = set()
    inherited: set[tuple[str, str]] = set()
    for entry in entries.values():
        (own if entry.source == dynamic else inherited).add((entry.name, entry.value))
    return TopicSettings(frozenset(own), frozenset(inherited))
