"""Secrets on a real API server and the logins in a real PostgreSQL, whenever the operator dies."""

from collections.abc import AsyncIterator
from dataclasses import replace

import psycopg
import pytest

from inkwell_api import names
from inkwell_operator.backends.kubernetes_api import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import NAMESPACE, SECRET
from inkwell_operator.backends.namespace.desire import namespace
from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.backends.run import Outcome, converge
from inkwell_operator.backends.secrets import SecretsBackend
from inkwell_operator.backends.secrets.desire import PASSWORD
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import Subject, ValidatedTenant
from support import backend_services as services

pytestmark = pytest.mark.integration
NO_PASSWORD = ""


@pytest.fixture
def resolved() -> ResolvedClass:
    return services.resolved(services.connected("postgres"))


@pytest.fixture
async def tenant(
    client: KubernetesClient, resolved: ResolvedClass
) -> AsyncIterator[ValidatedTenant]:
    """A tenant with a namespace and, yet, without Secret or login; nothing is left of it."""
    found = services.tenant(resolved)
    await client.apply(namespace(found.claim.mark))
    yield replace(found, gateway=replace(found.gateway, password=NO_PASSWORD))
    await set_login(services.absent(found), resolved)
    await client.delete(NAMESPACE, names.namespace(found.name))


async def draw(client: KubernetesClient, tenant: ValidatedTenant) -> Outcome:
    """Draw the tenant's Secret where there is none, as an operator that was just started."""
    secrets = SecretsBackend(client)
    return await converge(secrets, secrets.desire(tenant))


async def held(client: KubernetesClient, tenant: ValidatedTenant) -> ValidatedTenant:
    """Return the tenant with the password that its Secret holds."""
    secrets = SecretsBackend(client)
    values = await secrets.values(secrets.desire(tenant))
    password = values[tenant.gateway.secret.name][PASSWORD]
    return replace(tenant, gateway=replace(tenant.gateway, password=password))


async def set_login(subject: Subject, resolved: ResolvedClass) -> Outcome:
    """Set the tenant's login, as an operator that was just started."""
    backend = PostgresBackend(resolved.postgres)
    try:
        return await converge(backend, backend.desire(subject))
    finally:
        await backend.aclose()


async def can_log_in(tenant: ValidatedTenant) -> bool:
    """Say whether PostgreSQL lets the tenant's gateway in."""
    target = tenant.resolved.postgres
    try:
        connection = await psycopg.AsyncConnection.connect(
            host=target.host,
            port=target.port,
            dbname=target.database,
            user=tenant.gateway.principal,
            password=tenant.gateway.password,
            sslmode="verify-full",
            sslrootcert=str(target.admin.ca_file),
        )
    except psycopg.OperationalError as error:
        if "authentication failed" not in str(error):
            raise
        return False
    await connection.close()
    return True


async def test_what_one_operator_drew_the_next_one_sets(
    client: KubernetesClient, tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    assert (await draw(client, tenant)).applied
    # It dies here: a Secret, and no login.
    first = await held(client, tenant)
    assert not await can_log_in(first)
    assert (await draw(client, tenant)).applied == ()
    assert await held(client, tenant) == first
    assert (await set_login(first, resolved)).applied
    # Here again: a login, and nobody told of it.
    assert (await draw(client, tenant)).applied == ()
    assert (await set_login(await held(client, tenant), resolved)).applied == ()
    assert await can_log_in(first)


async def test_a_lost_secret_takes_its_login_along(
    client: KubernetesClient, tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    await draw(client, tenant)
    old = await held(client, tenant)
    await set_login(old, resolved)
    await client.delete(SECRET, old.gateway.secret.name, old.gateway.secret.namespace)
    assert (await draw(client, tenant)).applied
    # It dies here: the Secret is new, and the login is the old one.
    new = await held(client, tenant)
    assert not await can_log_in(new)
    assert (await set_login(new, resolved)).applied
    assert await can_log_in(new)
    assert not await can_log_in(old)
