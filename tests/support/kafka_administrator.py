"""A person with an administrator's login and Kafka's own tools, who knows nothing of Inkwell."""

import asyncio
from typing import Any

from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from inkwell_operator.model.targets import AdminLogin, KafkaTarget

SECONDS = 20.0


def settings(target: KafkaTarget, login: AdminLogin | None = None) -> dict[str, Any]:
    """Return how a client of this Kafka logs in."""
    login = login or target.admin
    return {
        "bootstrap.servers": ",".join(target.bootstrap_servers),
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": login.username,
        "sasl.password": login.password,
        "ssl.ca.pem": target.admin.ca_pem,
    }


class KafkaAdministrator:
    """Changes and looks at what is in a Kafka."""

    def __init__(self, target: KafkaTarget) -> None:
        self._admin = AdminClient(settings(target))

    async def done(self, asked: dict[Any, Any]) -> Any:
        answers = [await asyncio.wrap_future(future) for future in asked.values()]
        return answers[0]

    async def make_topic(self, name: str, partitions: int, **config: str) -> None:
        wanted = {key.replace("_", "."): value for key, value in config.items()}
        await self.done(self._admin.create_topics([NewTopic(name, partitions, 1, config=wanted)]))

    async def delete_topic(self, name: str) -> None:
        await self.done(self._admin.delete_topics([name], operation_timeout=SECONDS))

    async def set_topic(self, name: str, key: str, value: str) -> None:
        entry = ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET)
        resource = ConfigResource(ConfigResource.Type.TOPIC, name, incremental_configs=[entry])
        await self.done(self._admin.incremental_alter_configs([resource]))

    async def set_login(self, name: str, mechanism: ScramMechanism) -> None:
        info = ScramCredentialInfo(mechanism, 4096)
        change = UserScramCredentialUpsertion(name, info, b"somebody's password")
        await self.done(self._admin.alter_user_scram_credentials([change]))

    async def settings_of(self, topic: str) -> dict[str, str]:
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
        found = await self.done(self._admin.describe_configs([resource]))
        return {name: entry.value for name, entry in found.items()}

    def topics(self) -> dict[str, int]:
        listed = self._admin.list_topics(timeout=SECONDS).topics
        return {name: len(topic.partitions) for name, topic in listed.items()}
