"""The real services, as a class of tenants sees them; used by tests that need them.

Without services such a test is skipped, and with REQUIRE_SERVICES=1 it fails.
"""

import asyncio
import base64
import json
import os
import secrets
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, TypeAlias

import pytest

from inkwell_local import connection
from inkwell_local.connection import Connection, Endpoint
from inkwell_local.errors import LocalError
from inkwell_operator.backends.base import Backend
from inkwell_operator.backends.cassandra import CassandraBackend
from inkwell_operator.backends.kafka import KafkaBackend
from inkwell_operator.backends.keycloak import KeycloakBackend
from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.backends.run import Outcome, converge, preview
from inkwell_operator.model.errors import NotYetApplied, Throttled
from inkwell_operator.model.passwords import new_password
from inkwell_operator.model.targets import (
    AdminLogin,
    CassandraTarget,
    KafkaTarget,
    KeycloakTarget,
    PostgresTarget,
    ResolvedClass,
)
from inkwell_operator.model.validate import (
    Absent,
    ValidatedPipeline,
    ValidatedTenant,
)
from support import make, wait

_CONNECT_SECONDS = 20.0


def connected(*wanted: str) -> Connection:
    """Return how to reach the services named, or skip or fail the test."""
    try:
        services = connection.read()
        for name in wanted:
            endpoint = getattr(services, name)
            socket.create_connection((endpoint.host, endpoint.port), _CONNECT_SECONDS).close()
    except (LocalError, OSError) as error:
        if os.environ.get("REQUIRE_SERVICES"):
            pytest.fail(f"needs {', '.join(wanted)}: {error}")
        pytest.skip(f"needs {', '.join(wanted)}: run `make up`")
    return services


def resolved(services: Connection) -> ResolvedClass:
    """Return a class whose backends are the services of this machine."""
    return make.resolved(
        kafka=KafkaTarget(
            (services.kafka.address,),
            _login(services, services.kafka),
            1,
            1,
            services.registry_url,
            _login(services, services.registry),
        ),
        cassandra=CassandraTarget(
            (services.cassandra.address,),
            services.cassandra_datacenter,
            1,
            _login(services, services.cassandra),
        ),
        postgres=PostgresTarget(
            services.postgres.host,
            services.postgres.port,
            services.postgres_database,
            _login(services, services.postgres),
        ),
        keycloak=KeycloakTarget(
            services.keycloak_url,
            services.issuer,
            services.keycloak_realm,
            _login(services, services.keycloak),
        ),
    )


def tenant(of: ResolvedClass, name: str | None = None) -> ValidatedTenant:
    """Return a tenant that nobody has yet, with a real password."""
    name = name or f"test-{secrets.token_hex(4)}"
    return make.tenant(name, of=of, password=new_password())


def pipeline(
    of: ValidatedTenant, name: str = "invoices", *, partitions: int = 2
) -> ValidatedPipeline:
    """Return a pipeline of the tenant with real passwords."""
    spec = make.pipeline_spec(topics={"partitions": partitions})
    return with_new_passwords(make.pipeline(name, of=of, spec=spec))


def with_partitions(of: ValidatedPipeline, partitions: int) -> ValidatedPipeline:
    """Return the pipeline with another number of partitions."""
    topics = of.spec.topics.model_copy(update={"partitions": partitions})
    return replace(of, spec=of.spec.model_copy(update={"topics": topics}))


def with_new_passwords(of: ValidatedPipeline) -> ValidatedPipeline:
    """Return the pipeline after a rotation of all of its credentials."""
    return replace(
        of,
        logins={
            stage: replace(login, password=new_password(login.password))
            for stage, login in of.logins.items()
        },
        machine=replace(of.machine, password=new_password(of.machine.password)),
    )


def absent(of: ValidatedTenant | ValidatedPipeline, *, retain: bool = False) -> Absent:
    """Return the same subject, to be gone."""
    if isinstance(of, ValidatedTenant):
        return Absent(of.name, None, retain, of.resolved, of.claim)
    return Absent(of.tenant, of.pipeline, retain, of.resolved, of.claim)


async def converged(backend: Backend[Any, Any, Any], desired: Any) -> Outcome:
    """Converge as the operator does: again where brokers follow late or all connections are busy.

    What was applied is told as a whole, whichever of the passes applied it.
    """
    missing: tuple[str, ...] | None = None

    async def look() -> Outcome | None:
        nonlocal missing
        try:
            if missing is None:
                missing = (await preview(backend, desired)).planned
            return await converge(backend, desired)
        except (NotYetApplied, Throttled):
            return None

    outcome = await wait.until(f"{backend.condition.value} as desired", look)
    return replace(outcome, applied=missing or outcome.applied)


AnyBackend: TypeAlias = KafkaBackend | CassandraBackend | PostgresBackend | KeycloakBackend


@asynccontextmanager
async def made(
    backends: tuple[Backend[Any, Any, Any], ...], *subjects: ValidatedTenant | ValidatedPipeline
) -> AsyncIterator[None]:
    """Make the subjects in order, and at the end leave nothing of them in the backends."""
    try:
        for subject in subjects:
            await asyncio.gather(*(converged(one, one.desire(subject)) for one in backends))
        yield
    finally:
        for subject in reversed(subjects):
            gone = absent(subject)
            await asyncio.gather(*(converged(one, one.desire(gone)) for one in backends))


def _login(services: Connection, endpoint: Endpoint) -> AdminLogin:
    login = endpoint.administrator
    ca_pem = services.ca_file.read_text()
    return AdminLogin(login.name, login.password, ca_pem, services.ca_file)


def trust(admin: AdminLogin) -> ssl.SSLContext:
    """Return what a client of these services has to trust."""
    return ssl.create_default_context(cadata=admin.ca_pem)


def claims_of(token: str) -> dict[str, Any]:
    """Return what a token says; its signature is not looked at."""
    body = token.split(".")[1]
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return decoded
