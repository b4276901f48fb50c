"""What a TenantClass refers to: each Secret for its own use, and each fault for its own backend."""

import base64
from pathlib import Path
from typing import Any

import pytest

from inkwell_api.conditions import ConditionType
from inkwell_api.names import LoginUse, login_label
from inkwell_operator.backends.kubernetes_api.kinds import Kind
from inkwell_operator.class_resolver import ClassResolver
from inkwell_operator.model.errors import ClassNotFound, InvalidSpec, Unreachable
from inkwell_operator.settings import Settings
from inkwell_operator.store import Store
from support import make

USES = {
    "kafka-admin": LoginUse.KAFKA,
    "registry-admin": LoginUse.SCHEMA_REGISTRY,
    "cassandra-admin": LoginUse.CASSANDRA,
    "postgres-admin": LoginUse.POSTGRES,
    "keycloak-admin": LoginUse.KEYCLOAK,
}


def secret(use: LoginUse, **values: bytes) -> dict[str, Any]:
    usual = {"username": b"u", "password": b"p", "clientId": b"c", "clientSecret": b"s"}
    data = {
        k: base64.b64encode(v).decode() for k, v in (usual | {"ca.crt": b"CA"} | values).items()
    }
    return {"metadata": {"labels": {login_label(use): "true"}}, "data": data}


class Server:
    """The API server: Secrets of the operator's namespace; it counts what it is asked."""

    def __init__(self) -> None:
        self.secrets = {name: secret(use) for name, use in USES.items()}
        self.asked = 0
        self.away: set[str] = set()

    async def get(self, kind: Kind, name: str, namespace: str = "") -> dict[str, Any] | None:
        assert (kind.kind, namespace) == ("Secret", "inkwell-system")
        self.asked += 1
        if name in self.away:
            raise Unreachable("Kubernetes does not answer")
        return self.secrets.get(name)


def store_with(spec: dict[str, Any]) -> Store:
    store = Store()
    metadata = {"name": "standard", "resourceVersion": "1"}
    store.put({"kind": "TenantClass", "metadata": metadata, "spec": spec})
    return store


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def resolver(server: Server, tmp_path: Path) -> ClassResolver:
    store = store_with(make.class_spec().model_dump(by_alias=True, mode="json"))
    client: Any = server
    return ClassResolver(client, store, Settings(class_refresh_seconds=1e-9), tmp_path)


async def test_a_class_is_resolved_with_its_logins(resolver: ClassResolver) -> None:
    resolved = await resolver.resolve("standard")
    assert resolved.failures == {}
    assert resolved.postgres.admin.password == "p"
    assert resolved.keycloak.admin.username == "c"
    assert resolved.ca_pem == "CA\n"
    assert resolved.kafka.admin.secret == "kafka-admin"


async def test_what_was_read_serves_all_tenants_for_a_while(server: Server, tmp_path: Path) -> None:
    store = store_with(make.class_spec().model_dump(by_alias=True, mode="json"))
    client: Any = server
    resolver = ClassResolver(client, store, Settings(), tmp_path)
    for _ in range(100):
        await resolver.resolve("standard")
    assert server.asked == len(USES)


async def test_a_secret_that_could_not_be_read_is_asked_for_again_at_once(
    server: Server, tmp_path: Path
) -> None:
    store = store_with(make.class_spec().model_dump(by_alias=True, mode="json"))
    client: Any = server
    resolver = ClassResolver(client, store, Settings(), tmp_path)
    server.away = {"postgres-admin"}
    assert ConditionType.POSTGRES_READY in (await resolver.resolve("standard")).failures
    server.away = set()
    assert (await resolver.resolve("standard")).failures == {}


async def test_a_secret_that_could_not_be_read_is_told_before_one_that_is_missing(
    server: Server, resolver: ClassResolver
) -> None:
    del server.secrets["kafka-admin"]
    server.away = {"registry-admin"}
    failure = (await resolver.resolve("standard")).failures[ConditionType.KAFKA_READY]
    assert isinstance(failure, Unreachable)


async def test_a_missing_secret_fails_its_own_backend_alone(
    server: Server, resolver: ClassResolver
) -> None:
    await resolver.resolve("standard")
    del server.secrets["postgres-admin"]
    resolved = await resolver.resolve("standard")
    assert set(resolved.failures) == {ConditionType.POSTGRES_READY}
    assert "postgres-admin" in resolved.failures[ConditionType.POSTGRES_READY].message
    assert resolved.ca_pem == "CA\n", "an authority that goes with a Secret must not roll all pods"


async def test_without_all_authorities_nothing_that_holds_them_is_touched(
    server: Server, resolver: ClassResolver
) -> None:
    del server.secrets["kafka-admin"]
    resolved = await resolver.resolve("standard")
    assert set(resolved.failures) == {
        ConditionType.KAFKA_READY,
        ConditionType.NAMESPACE_READY,
        ConditionType.WORKERS_READY,
    }


async def test_a_secret_is_sent_nowhere_but_where_it_is_labelled_for(
    server: Server, resolver: ClassResolver
) -> None:
    server.secrets["registry-admin"] = secret(LoginUse.POSTGRES)
    resolved = await resolver.resolve("standard")
    failure = resolved.failures[ConditionType.KAFKA_READY]
    assert "login.inkwell.dev/schema-registry" in failure.message
    assert resolved.kafka.registry_admin.password == ""


async def test_a_key_that_is_no_text_harms_nobody_who_does_not_need_it(
    server: Server, resolver: ClassResolver
) -> None:
    server.secrets["kafka-admin"] = secret(LoginUse.KAFKA, **{"keystore.p12": b"\xff\xfe"})
    assert (await resolver.resolve("standard")).failures == {}
    server.secrets["kafka-admin"] = secret(LoginUse.KAFKA, password=b"\xff\xfe")
    failures = (await resolver.resolve("standard")).failures
    assert "password is no text" in failures[ConditionType.KAFKA_READY].message


async def test_a_key_that_is_not_there_is_named(server: Server, resolver: ClassResolver) -> None:
    del server.secrets["cassandra-admin"]["data"]["password"]
    failures = (await resolver.resolve("standard")).failures
    assert "cassandra-admin" in failures[ConditionType.CASSANDRA_READY].message
    assert "has no password" in failures[ConditionType.CASSANDRA_READY].message


async def test_a_class_that_does_not_exist_or_does_not_parse(
    server: Server, resolver: ClassResolver, tmp_path: Path
) -> None:
    with pytest.raises(ClassNotFound):
        await resolver.resolve("premium")
    client: Any = server
    broken = ClassResolver(client, store_with({}), Settings(), tmp_path)
    with pytest.raises(InvalidSpec, match=r"spec\.kafka"):
        await broken.resolve("standard")
