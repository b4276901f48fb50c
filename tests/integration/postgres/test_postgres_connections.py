"""What comes of a PostgreSQL that hangs, refuses or is full, on the real service."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.backends.postgres.client import Client
from inkwell_operator.backends.run import converge, preview
from inkwell_operator.model.errors import (
    AccessDenied,
    DependencyNotReady,
    InkwellError,
    TimedOut,
    Unreachable,
)
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedTenant
from support import backend_services as services
from support import make
from support.freezable_port import FreezablePort
from support.postgres_logins import as_admin

pytestmark = pytest.mark.integration

OTHER_AUTHORITY = """\
-----BEGIN CERTIFICATE-----
MIIBjzCCATWgAwIBAgIUOqhcFETFhECF3pCshyE26vyke+kwCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRYW5vdGhlciBhdXRob3JpdHkwIBcNMjYxMTI2MTQ0OTE2WhgP
MjEyNjExMDIxNDQ5MTZaMBwxGjAYBgNVBAMMEWFub3RoZXIgYXV0aG9yaXR5MFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEg51QAzM2mEQ1whWVF/CwlQMUXgGwGhwH
/0QtLvjTsv4dp+Zjxo61YQ6NXJKxhTWskASD/XRDNth8bYAa3TydyKNTMFEwHQYD
VR0OBBYEFJ/0NfYWc+xTi4OKb1XBPdHigFnVMB8GA1UdIwQYMBaAFJ/0NfYWc+xT
i4OKb1XBPdHigFnVMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIh
AMdpgutDBlYTDN8hVR+VlAZtw+fJP/CbnK4BWDu/sO+HAiBSSYMaC6FY3Jci0nBd
+WJl0aOvAqKUeiV9xXm6Vbmq4A==
-----END CERTIFICATE-----
"""


@pytest.fixture
def port(resolved: ResolvedClass) -> Iterator[FreezablePort]:
    made = FreezablePort(resolved.postgres.host, resolved.postgres.port)
    yield made
    made.close()


async def test_a_server_that_hangs_costs_each_caller_a_bounded_time_and_then_none(
    resolved: ResolvedClass, port: FreezablePort
) -> None:
    client = Client(replace(resolved.postgres, port=port.port))
    callers = [client.read(("SELECT 1", {})) for _ in range(4)]
    try:
        assert await callers.pop() == [[(1,)]]
        port.freeze()
        began = time.monotonic()
        failures = await asyncio.gather(*callers, return_exceptions=True)
        assert time.monotonic() - began < 40
        assert {type(failure) for failure in failures} <= {Unreachable, TimedOut}
        began = time.monotonic()
        with pytest.raises((Unreachable, TimedOut)):
            await client.read(("SELECT 1", {}))
        assert time.monotonic() - began < 1
        port.thaw()
        await asyncio.sleep(11)
        assert await client.read(("SELECT 1", {})) == [[(1,)]]
    finally:
        port.close()
        await client.aclose()


async def test_a_closed_backend_opens_no_connection_again(resolved: ResolvedClass) -> None:
    backend = PostgresBackend(resolved.postgres)
    desired = backend.desire(services.absent(services.tenant(resolved)))
    await backend.observe(desired)
    await backend.aclose()
    with pytest.raises(Unreachable, match="given up"):
        await backend.observe(desired)


WRONG: dict[str, tuple[dict[str, Any], dict[str, Any], type[InkwellError], str]] = {
    "password": ({}, {"password": "wrong"}, AccessDenied, "refused the operator's login"),
    "authority": ({}, {"ca_file": "other"}, AccessDenied, "certificate is not trusted"),
    "database": ({"database": "nowhere"}, {}, DependencyNotReady, "no such database"),
    "host": ({"host": "nowhere.invalid"}, {}, Unreachable, "host name is not known"),
    "port": ({"port": 1}, {}, Unreachable, "does not answer"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_what_is_wrong_is_said_with_what_to_do(
    resolved: ResolvedClass, tmp_path: Path, case: str
) -> None:
    of_target, of_admin, kind, words = WRONG[case]
    if "ca_file" in of_admin:
        of_admin = {"ca_file": tmp_path / "ca.crt"}
        of_admin["ca_file"].write_text(OTHER_AUTHORITY)
    admin = replace(resolved.postgres.admin, **of_admin)
    backend = PostgresBackend(replace(resolved.postgres, admin=admin, **of_target))
    try:
        with pytest.raises(kind, match=words) as told:
            await backend.observe(backend.desire(services.absent(services.tenant(resolved))))
        assert type(told.value) is kind
    finally:
        await backend.aclose()


async def test_the_limits_of_all_tenants_logins_leave_a_reserve(
    opened: PostgresBackend, resolved: ResolvedClass, tenant: ValidatedTenant
) -> None:
    spec = make.pipeline_spec(scaling={"archive": {"maxReplicas": 64}})
    greedy = services.with_new_passwords(make.pipeline("greedy", of=tenant, spec=spec))
    async with services.made((opened,), greedy):
        await converge(opened, opened.desire(tenant))
        async with as_admin(resolved.postgres) as session:
            found = await session.execute(
                "SELECT sum(rolconnlimit), current_setting('max_connections')::int FROM pg_roles"
                " WHERE rolname LIKE %s",
                [f"{tenant.name}.%"],
            )
            total, most = await found.fetchone() or (0, 0)
        assert total < most * 0.8
        assert (await preview(opened, opened.desire(greedy))).planned == ()
