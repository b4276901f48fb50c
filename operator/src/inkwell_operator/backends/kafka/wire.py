"""kafka-python: what librdkafka cannot ask, or dies of.

Used by `observe`, `apply` and `KafkaBackend.read_lag`. librdkafka has no client quotas, asks for
one group's offsets a request, and ends the process when it may not describe SCRAM logins. Requests
for which kafka-python has messages and no fitting call go through its connection manager.
"""

import asyncio
import logging
import ssl
from collections import defaultdict
from collections.abc import Collection, Coroutine, Iterable, Mapping, Sequence
from typing import Any, Final

from kafka.admin import OffsetSpec, ScramMechanism
from kafka.errors import KafkaError
from kafka.protocol.admin import (
    AlterClientQuotasRequest,
    DescribeClientQuotasRequest,
    DescribeUserScramCredentialsRequest,
)
from kafka.protocol.consumer import ListOffsetsRequest

from inkwell_operator.backends.kafka import errors
from inkwell_operator.backends.kafka.actions import SetQuota
from inkwell_operator.backends.kafka.cluster import REQUEST_SECONDS, Cluster
from inkwell_operator.backends.kafka.lag import Offsets, Partition
from inkwell_operator.backends.kafka.opening import open_admin, send
from inkwell_operator.backends.kafka.state import Login
from inkwell_operator.model.errors import InkwellError, TimedOut, Unreachable

_USER: Final = "user"
_EXACTLY: Final = 0
_ANY_NAME: Final = 2
_NO_LEADER: Final = -1
_MANY: Final = 1000  # beyond it the driver fails requests (NodeNotReadyError) and queues none


class WireClient:
    """One connection pool, opened when first used; its calls block, so they run in threads."""

    def __init__(self, cluster: Cluster) -> None:
        """Open no connection yet."""
        self._cluster = cluster
        self._admin: Any = None
        self._opening = asyncio.Lock()

    async def aclose(self) -> None:
        """Close every connection."""
        admin, self._admin = self._admin, None
        if admin is not None:
            await self._cluster.run(admin.close)

    async def logins(self, principals: Collection[str] | None) -> dict[str, Login]:
        """Return the SCRAM credentials of the principals named, or of all that have any.

        Raises:
            AccessDenied: the operator's login may not describe them.
        """
        if principals is not None and not principals:
            return {}
        users = None if principals is None else [(name,) for name in sorted(principals)]
        response = await self._send(DescribeUserScramCredentialsRequest(users=users))
        self._check(response.error_code, response.error_message)
        found = {}
        for result in response.results:
            if result.error_code == errors.RESOURCE_NOT_FOUND:
                continue
            self._check(result.error_code, result.error_message)
            kinds = {info.mechanism: info.iterations for info in result.credential_infos}
            found[result.user] = Login(
                kinds.get(ScramMechanism.SCRAM_SHA_512.value),
                ScramMechanism.SCRAM_SHA_256.value in kinds,
            )
        return found

    async def quotas(self, principals: Collection[str] | None) -> dict[str, dict[str, float]]:
        """Return the quotas of the principals named, or of all users."""
        wanted: Sequence[str | None] = [None] if principals is None else sorted(principals)
        requests = [
            DescribeClientQuotasRequest(
                components=[
                    DescribeClientQuotasRequest.ComponentData(
                        entity_type=_USER,
                        match_type=_ANY_NAME if principal is None else _EXACTLY,
                        match=principal,
                    )
                ],
                strict=True,
            )
            for principal in wanted
        ]
        found: dict[str, dict[str, float]] = {}
        for response in await asyncio.gather(*map(self._send, requests)):
            self._check(response.error_code, response.error_message)
            for entry in response.entries or ():
                values = {value.key: value.value for value in entry.values}
                found[entry.entity[0].entity_name] = values
        return found

    async def set_quotas(self, actions: Mapping[str, SetQuota]) -> dict[str, Exception | None]:
        """Set and remove quota values; return for each principal None or what went wrong."""
        kind = AlterClientQuotasRequest.EntryData
        entries = [
            kind(
                entity=[kind.EntityData(entity_type=_USER, entity_name=action.principal)],
                ops=[
                    *(
                        kind.OpData(key=key, value=value, remove=False)
                        for key, value in sorted(action.values.items())
                    ),
                    *(kind.OpData(key=key, value=0.0, remove=True) for key in sorted(action.stale)),
                ],
            )
            for action in actions.values()
        ]
        response = await self._send(AlterClientQuotasRequest(entries=entries, validate_only=False))
        return {
            entry.entity[0].entity_name: self._error(entry.error_code, entry.error_message)
            for entry in response.entries
        }

    async def offsets(self, groups: Mapping[str, Collection[str]]) -> Offsets:
        """Read what the lag of these groups on these topics is counted by; few requests in all.

        Raises:
            InkwellError: nothing of it could be read.
        """
        topics = sorted({topic for wanted in groups.values() for topic in wanted})
        if not topics:
            return Offsets({}, {}, {}, {})
        described = await self._call(lambda admin: admin.describe_topics(topics))
        healthy = [topic for topic in described if not topic["error_code"]]
        leaders = {
            (topic["name"], partition["partition_index"]): int(partition["leader_id"])
            for topic in healthy
            for partition in topic["partitions"]
        }
        oldest, newest, committed = await asyncio.gather(
            self._ends(leaders, OffsetSpec.EARLIEST),
            self._ends(leaders, OffsetSpec.LATEST),
            self._committed(sorted(groups)),
        )
        numbers = {
            topic["name"]: [partition["partition_index"] for partition in topic["partitions"]]
            for topic in healthy
        }
        return Offsets(numbers, oldest, newest, committed)

    async def _ends(
        self, leaders: Mapping[Partition, int], spec: OffsetSpec
    ) -> dict[Partition, int]:
        """Return one end of each partition that has a leader which answers for it."""
        by_leader: defaultdict[int, list[Partition]] = defaultdict(list)
        for partition, leader in leaders.items():
            if leader != _NO_LEADER:
                by_leader[leader].append(partition)
        responses = await _all_but_failed(
            self._send(_ends_request(partitions, spec), leader)
            for leader, partitions in by_leader.items()
        )
        return {
            (topic.name, partition.partition_index): partition.offset
            for response in responses
            for topic in response.topics
            for partition in topic.partitions
            if not partition.error_code
        }

    async def _committed(self, groups: Sequence[str]) -> dict[str, dict[Partition, int]]:
        """Return where each group goes on reading, without the groups that cannot be asked."""
        try:
            return await self._offsets_of(groups)
        except InkwellError:
            # The driver gives all or nothing: one group without a coordinator spoils the list.
            some = await _all_but_failed(self._offsets_of([group]) for group in groups)
            return {group: offsets for one in some for group, offsets in one.items()}

    async def _offsets_of(self, groups: Sequence[str]) -> dict[str, dict[Partition, int]]:
        read = await self._call(lambda admin: admin.list_group_offsets(dict.fromkeys(groups)))
        return {
            group: {
                (partition.topic, partition.partition): max(at.offset, 0)
                for partition, at in read.get(group, {}).items()
            }
            for group in groups
        }

    async def _send(self, request: Any, node: int | None = None) -> Any:
        """Send one request, to any broker or to the one named, and return its response."""
        return await self._call(lambda admin: send(admin, request, node))

    async def _call(self, function: Any) -> Any:
        """Call `function` with the admin client in a thread, through the cluster's `Server`."""

        async def operation() -> Any:
            admin = await self._opened()
            return await self._run(function, admin)

        return await self._cluster.call(operation)

    async def _run(self, function: Any, *arguments: Any) -> Any:
        try:
            return await self._cluster.run(function, *arguments)
        except (KafkaError, ssl.SSLError) as error:
            raise self._translate(error) from error

    async def _opened(self) -> Any:
        async with self._opening:
            self._cluster.demand_open()
            if self._admin is None:
                self._admin = await self._run(self._connect)
            return self._admin

    def _connect(self) -> Any:
        target = self._cluster.target
        # It has a loop and a thread of its own, where a busy processor's delay is no fault.
        logging.getLogger("kafka.net.selector").setLevel(logging.ERROR)
        return open_admin(
            bootstrap_servers=list(target.bootstrap_servers),
            security_protocol="SASL_SSL",
            sasl_mechanism="SCRAM-SHA-512",
            sasl_plain_username=target.admin.username,
            sasl_plain_password=target.admin.password,
            ssl_context=ssl.create_default_context(cadata=target.admin.ca_pem or None),
            request_timeout_ms=REQUEST_SECONDS * 1000,
            bootstrap_timeout_ms=REQUEST_SECONDS * 1000,
            max_in_flight_requests_per_connection=_MANY,
            client_id="inkwell-operator",
        )

    def _check(self, code: int, text: str | None) -> None:
        if error := self._error(code, text):
            raise error

    def _error(self, code: int, text: str | None) -> Exception | None:
        if not code:
            return None
        secret = self._cluster.target.admin.secret
        known = errors.translate(code, text or f"error {code}", secret)
        return known or Unreachable(f"Kafka: error {code}")

    def _translate(self, error: KafkaError | ssl.SSLError) -> Exception:
        secret = self._cluster.target.admin.secret
        if "certificate" in f"{error} {error.__cause__}".lower():
            return errors.certificate_refused(secret)
        code = getattr(error, "errno", None)
        name = type(error).__name__
        if isinstance(code, int) and (known := errors.translate(code, name, secret)):
            return known
        if "Timeout" in name:
            return TimedOut("Kafka did not answer in time")
        return Unreachable(f"Kafka: it does not answer ({name})")


def _ends_request(partitions: Iterable[Partition], spec: OffsetSpec) -> ListOffsetsRequest:
    kind = ListOffsetsRequest.ListOffsetsTopic
    by_topic: defaultdict[str, list[Any]] = defaultdict(list)
    for topic, number in partitions:
        wanted = kind.ListOffsetsPartition(partition_index=number, timestamp=int(spec))
        by_topic[topic].append(wanted)
    topics = [kind(name=name, partitions=wanted) for name, wanted in by_topic.items()]
    return ListOffsetsRequest(isolation_level=0, topics=topics, min_version=1)


async def _all_but_failed(calls: Iterable[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Return the answers of those calls that had one.

    Raises:
        InkwellError: all of them failed; that of the first.
    """
    answers = await asyncio.gather(*calls, return_exceptions=True)
    failures = [answer for answer in answers if isinstance(answer, BaseException)]
    for failure in failures:
        if not isinstance(failure, InkwellError) or len(failures) == len(answers):
            raise failure
    return [answer for answer in answers if not isinstance(answer, BaseException)]
