"""What librdkafka cannot ask: client quotas, and offsets of many groups. Sole importer of kafka.

Used by `KafkaBackend`. The library knows the messages of client quotas but has no call for them, so
they are sent by its connection manager.
"""

import asyncio
import logging
import ssl
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import KafkaError
from kafka.protocol.admin import AlterClientQuotasRequest, DescribeClientQuotasRequest

from inkwell_operator.backends.kafka import errors
from inkwell_operator.backends.kafka.batch import Batch
from inkwell_operator.backends.kafka.diff import SetQuota
from inkwell_operator.model.errors import TimedOut, Unreachable
from inkwell_operator.model.targets import KafkaTarget

_REQUEST_SECONDS: Final = 20
_USER: Final = "user"
_EXACTLY: Final = 0
_ANY_NAME: Final = 2


class WireClient:
    """One connection pool, opened when first used; its calls block, so they run in threads."""

    def __init__(self, target: KafkaTarget) -> None:
        """Remember where to connect to."""
        self._target = target
        self._admin: Any = None
        self._opening = asyncio.Lock()
        self.set_quota = Batch(self._set_quotas).add

    async def aclose(self) -> None:
        """Close every connection."""
        if self._admin is not None:
            await asyncio.to_thread(self._admin.close)
            self._admin = None

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
            _check(response.error_code, response.error_message)
            for entry in response.entries or ():
                values = {value.key: value.value for value in entry.values}
                found[entry.entity[0].entity_name] = values
        return found

    async def lag(self, groups: Mapping[str, Collection[str]]) -> dict[str, dict[str, int]]:
        """Return for each group and topic how many records it has yet to read.

        A partition that the group never read counts from its oldest record. Topics that do not
        exist are left out.
        """
        admin = await self._opened()
        topics = sorted({topic for wanted in groups.values() for topic in wanted})
        described = await self._call(admin.describe_topics, topics) if topics else []
        partitions = [
            TopicPartition(topic["name"], partition["partition_index"])
            for topic in described
            if not topic["error_code"]
            for partition in topic["partitions"]
        ]
        if not partitions:
            return {group: {} for group in groups}
        newest, oldest, committed = await asyncio.gather(
            self._call(admin.list_partition_offsets, dict.fromkeys(partitions, OffsetSpec.LATEST)),
            self._call(
                admin.list_partition_offsets, dict.fromkeys(partitions, OffsetSpec.EARLIEST)
            ),
            self._call(admin.list_group_offsets, dict.fromkeys(groups)),
        )
        lag: dict[str, dict[str, int]] = {group: {} for group in groups}
        for group, wanted in groups.items():
            for partition in partitions:
                if partition.topic in wanted:
                    read = committed.get(group, {}).get(partition)
                    start = max(read.offset if read else 0, oldest[partition].offset)
                    waiting = max(newest[partition].offset - start, 0)
                    lag[group][partition.topic] = lag[group].get(partition.topic, 0) + waiting
        return lag

    async def _set_quotas(self, actions: Sequence[SetQuota]) -> list[Exception | None]:
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
            for action in actions
        ]
        response = await self._send(AlterClientQuotasRequest(entries=entries, validate_only=False))
        outcomes = {
            entry.entity[0].entity_name: _error(entry.error_code, entry.error_message)
            for entry in response.entries
        }
        return [outcomes.get(action.principal) for action in actions]

    async def _send(self, request: Any) -> Any:
        admin = await self._opened()
        manager = admin._manager  # noqa: SLF001 - no public call sends these two requests

        async def send() -> Any:
            return await manager.send(request)

        return await self._call(manager.run, send)

    async def _call(self, function: Any, *arguments: Any) -> Any:
        try:
            return await asyncio.to_thread(function, *arguments)
        except KafkaError as error:
            raise _translate(error) from error

    async def _opened(self) -> Any:
        async with self._opening:
            if self._admin is None:
                self._admin = await self._call(self._connect)
            return self._admin

    def _connect(self) -> Any:
        admin = self._target.admin
        # It has a loop and a thread of its own, where a busy processor's delay is no fault.
        logging.getLogger("kafka.net.selector").setLevel(logging.ERROR)
        return KafkaAdminClient(
            bootstrap_servers=list(self._target.bootstrap_servers),
            security_protocol="SASL_SSL",
            sasl_mechanism="SCRAM-SHA-512",
            sasl_plain_username=admin.username,
            sasl_plain_password=admin.password,
            ssl_context=ssl.create_default_context(cadata=admin.ca_pem or None),
            request_timeout_ms=_REQUEST_SECONDS * 1000,
            bootstrap_timeout_ms=_REQUEST_SECONDS * 1000,
            client_id="inkwell-operator",
        )


def _check(code: int, text: str | None) -> None:
    if error := _error(code, text):
        raise error


def _error(code: int, text: str | None) -> Exception | None:
    if not code:
        return None
    return errors.translate(code, text or f"error {code}") or Unreachable(f"Kafka: error {code}")


def _translate(error: KafkaError) -> Exception:
    code = getattr(error, "errno", None)
    if isinstance(code, int) and (known := errors.translate(code, type(error).__name__)):
        return known
    if "Timeout" in type(error).__name__:
        return TimedOut("Kafka did not answer in time")
    return Unreachable(f"Kafka: {type(error).__name__}")
