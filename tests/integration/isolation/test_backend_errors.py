"""What each backend says when the operator's own login is refused, on the real services."""

from dataclasses import replace
from typing import Any

import pytest

from inkwell_operator.backends.cassandra import CassandraBackend
from inkwell_operator.backends.kafka import KafkaBackend
from inkwell_operator.backends.keycloak import KeycloakBackend
from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.model.errors import AccessDenied
from support import backend_services as services

pytestmark = pytest.mark.integration
BACKENDS: dict[str, Any] = {
    "kafka": KafkaBackend,
    "cassandra": CassandraBackend,
    "postgres": PostgresBackend,
    "keycloak": KeycloakBackend,
}


@pytest.mark.parametrize("name", BACKENDS)
async def test_a_refused_login_of_the_operator_is_access_denied(name: str) -> None:
    resolved = services.resolved(services.connected("registry", name))
    target = getattr(resolved, name)
    wrong = replace(target, admin=replace(target.admin, password="wrong-password"))
    backend = BACKENDS[name](wrong)
    try:
        desired = backend.desire(services.tenant(resolved))
        with pytest.raises(AccessDenied) as refusal:
            await backend.observe(desired)
        assert "wrong-password" not in refusal.value.message
    finally:
        await backend.aclose()
