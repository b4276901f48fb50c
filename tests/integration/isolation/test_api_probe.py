"""The canary's token at a tenant's API, with a real Keycloak and the gateway as it is built."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from inkwell_api.conditions import Condition, ConditionStatus, Reason
from inkwell_api.names import Stage
from inkwell_operator.backends.cassandra import CassandraBackend
from inkwell_operator.backends.kafka import KafkaBackend
from inkwell_operator.backends.keycloak import KeycloakBackend
from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.canaries import Writing
from inkwell_operator.context import DataBackends
from inkwell_operator.isolation import Isolation
from inkwell_operator.model.isolation import Canary, canary_subjects
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedTenant
from inkwell_operator.settings import IsolationSettings
from support import backend_services as services
from support import make, worker_backends, worker_process
from support.worker_tenant import WorkerTenant

pytestmark = pytest.mark.integration
AS_IT_IS = ("-m", "inkwell_gateway")
SKIPS_THE_AUDIENCE = (
    "-c",
    """
import sys

import jwt

from inkwell_gateway.__main__ import main

decode = jwt.decode


def careless(*arguments, audience, options, **others):
    return decode(*arguments, options={**options, "verify_aud": False}, **others)


jwt.decode = careless
sys.exit(main())
""",
)
ASKS_NOBODY = (
    "-c",
    """
import sys

from inkwell_gateway import oidc
from inkwell_gateway.__main__ import main


async def anybody(self, token):
    return oidc.Caller("anybody", "any", frozenset({"admin"}))


oidc.TokenVerifier.verify = anybody
sys.exit(main())
""",
)


async def allowed() -> None:
    """Let every write pass."""


WRITING = Writing(allowed, 120.0)


@dataclass
class World:
    """A tenant whose gateway runs, and an operator that proves its isolation."""

    backends: DataBackends
    resolved: ResolvedClass
    tenant: ValidatedTenant
    isolation: Isolation
    installation: str

    async def proven(self) -> Condition:
        """Try the tenant's login and its API, as two passes would."""
        for _ in range(2):
            found = await self.isolation.check(self.tenant, self.backends, WRITING, serves=True)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def made() -> Iterator[WorkerTenant]:
    wanted = ("kafka", "cassandra", "postgres", "keycloak", "registry")
    with worker_backends.made(services.connected(*wanted)) as tenant:
        yield tenant


@pytest.fixture(params=[AS_IT_IS])
def gateway(request: pytest.FixtureRequest, made: WorkerTenant, tmp_path: Path) -> Iterator[str]:
    """Run a gateway, and return its address."""
    variables = made.mount(Stage.GATEWAY, tmp_path, made.gateway_env())
    with worker_process.running(*request.param, variables=variables, folder=tmp_path) as process:
        process.wait_ready()
        yield f"http://127.0.0.1:{process.http_port}"


@pytest.fixture
async def world(made: WorkerTenant, gateway: str) -> AsyncIterator[World]:
    installation = f"test-{secrets.token_hex(4)}"
    resolved = services.resolved(made.services)
    backends = DataBackends(
        KafkaBackend(resolved.kafka),
        CassandraBackend(resolved.cassandra),
        PostgresBackend(resolved.postgres),
        KeycloakBackend(resolved.keycloak),
    )
    tenant = make.tenant(made.name, of=resolved, password=made.passwords[Stage.GATEWAY])
    settings = IsolationSettings(interval_seconds=0)
    isolation = Isolation(settings, installation, api_address=lambda _: gateway)
    try:
        async with services.made(backends.all(), *canary_subjects(resolved, installation)):
            yield World(backends, resolved, tenant, isolation, installation)
    finally:
        isolation.close()
        await asyncio.gather(*(backend.aclose() for backend in backends.all()))


async def test_an_api_refuses_another_tenants_token_which_is_never_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    found = await world.proven()
    assert (found.status, found.reason) == (ConditionStatus.TRUE, Reason.AS_SPECIFIED)
    assert found.message.endswith("and its API refused the canary's")
    assert "/v1/pipelines/inkwell/documents" in caplog.text
    assert "eyJ" not in caplog.text, "as every token begins"


@pytest.mark.parametrize("gateway", [SKIPS_THE_AUDIENCE], indirect=True)
async def test_a_gateway_that_skips_the_audience_is_named(world: World) -> None:
    found = await world.proven()
    assert (found.status, found.reason) == (ConditionStatus.FALSE, Reason.LET_IN)
    machine, tenant = Canary.of(world.installation).machine, world.tenant.name
    assert found.message == f"{machine} is believed by the API of tenant {tenant}"


@pytest.mark.parametrize("gateway", [ASKS_NOBODY], indirect=True)
async def test_a_gateway_that_believes_whatever_it_is_shown_is_named(world: World) -> None:
    found = await world.proven()
    assert (found.status, found.reason) == (ConditionStatus.FALSE, Reason.LET_IN)


async def test_a_secret_of_the_canarys_that_was_changed_is_mended_on_the_way(world: World) -> None:
    assert (await world.proven()).status is ConditionStatus.TRUE
    keycloak = world.resolved.keycloak
    login = replace(keycloak.admin, password="another, from which other secrets follow")
    other = replace(world.resolved, keycloak=replace(keycloak, admin=login))
    _, pipeline = canary_subjects(other, world.installation)
    backend = world.backends.keycloak
    outcome = await services.converged(backend, backend.desire(pipeline))
    assert outcome.applied
    assert (await world.proven()).status is ConditionStatus.TRUE
