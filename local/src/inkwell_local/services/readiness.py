"""Waits until every service does what clients want of it, and tells which do."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from inkwell_local.errors import CommandFailed, LocalError, NotReady
from inkwell_local.services import client_checks, connection, models, pod_checks
from inkwell_local.services.catalogue import NAMESPACE, OLLAMA, SERVICES, Service
from inkwell_local.services.client_checks import CheckFailed
from inkwell_local.services.connection import Connection
from inkwell_local.session import Session

READY_SECONDS: Final = 420.0
"""How long a service may take from its start until it answers, on two busy cores."""

PAUSE_SECONDS: Final = 1.0
"""Time between two tries."""

FAILURES: Final = (CheckFailed, LocalError, OSError, http.client.HTTPException)
"""What a check, or making a model, ends with while a service is not there yet, or no more."""

Check = Callable[[Session, Connection], str]
"""Uses a service and says in few words what worked; raises CheckFailed."""


def _plain(check: Callable[[Connection], str]) -> Check:
    return lambda _session, to: check(to)


CHECKS: Final[Mapping[str, Check]] = {
    "postgres": pod_checks.postgres,
    "kafka": pod_checks.kafka,
    "cassandra": pod_checks.cassandra,
    "keycloak": _plain(client_checks.keycloak),
    "registry": _plain(client_checks.registry),
    "redis": _plain(client_checks.redis),
    "ollama": _plain(client_checks.ollama),
}
"""What is done with each service, by name."""


def wait_ready(session: Session) -> None:
    """Wait until every service was used as a client would; the models are made on the way.

    Raises:
        NotReady: A service does not come up; the message says which, and what it says last.
    """
    to = connection.read(session.places)
    with ThreadPoolExecutor(max_workers=len(SERVICES)) as pool:
        waits = [(service, pool.submit(_wait, session, to, service)) for service in SERVICES]
        failures = [
            f"{service.name}: {error}" for service, wait in waits if (error := wait.exception())
        ]
    if failures:
        raise NotReady(
            "these services are not ready:\n" + "\n".join(failures),
            f"look at `kubectl -n {NAMESPACE} get pods` and at the logs of those",
        )


def report(session: Session) -> tuple[tuple[str, bool, str], ...]:
    """Return each service's name, whether it works, and what worked or did not."""
    try:
        to = connection.read(session.places)
    except LocalError as error:
        return tuple((service.name, False, error.message) for service in SERVICES)
    with ThreadPoolExecutor(max_workers=len(SERVICES)) as pool:
        return tuple(pool.map(lambda service: _look(session, to, service), SERVICES))


def _look(session: Session, to: Connection, service: Service) -> tuple[str, bool, str]:
    try:
        return service.name, True, CHECKS[service.name](session, to)
    except FAILURES as error:
        return service.name, False, str(error)


def _wait(session: Session, to: Connection, service: Service) -> None:
    deadline = time.monotonic() + READY_SECONDS
    log = session.logging_to(f"service-{service.name}")
    _rolled_out(log, service)
    while True:
        try:
            if service == OLLAMA:
                models.ensure(log, to)
            said = CHECKS[service.name](log, to)
        except FAILURES:
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            session.progress.say(f"  {service.name}: {said}")
            return


def _rolled_out(session: Session, service: Service) -> None:
    try:
        session.kubectl(
            "rollout", "status", "--namespace", NAMESPACE, service.workload,
            f"--timeout={READY_SECONDS:.0f}s",
        )  # fmt: skip
    except CommandFailed as error:
        raise CheckFailed(f"its pod is not ready after {READY_SECONDS:.0f}s") from error
