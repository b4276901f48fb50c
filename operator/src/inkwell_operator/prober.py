"""Makes the probes of `isolation`: which logins there are to try, and where each of them is tried.

What blocks and what hangs stays within a class: it holds up the probes of no other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeAlias

import structlog

from inkwell_api.tables import POSTGRES_GRANTS
from inkwell_operator import metrics
from inkwell_operator.backends.cassandra.probe import probe as probe_cassandra
from inkwell_operator.backends.kafka.probe import probe as probe_kafka
from inkwell_operator.backends.keycloak.probe import probe as probe_keycloak
from inkwell_operator.backends.postgres.probe import probe as probe_postgres
from inkwell_operator.backends.workloads.probe import probe as probe_api
from inkwell_operator.model.isolation import Canary, Probe, Verdict, canary_machine
from inkwell_operator.model.validate import Credential, ValidatedPipeline, ValidatedTenant

_log = structlog.get_logger()
_THREADS: Final = 2
"""Drivers that block are probed on threads of their class's own, a few at a time."""
_PROBE_SECONDS: Final = 60.0
Prover: TypeAlias = ValidatedTenant | ValidatedPipeline
"""Whose isolation is proven."""
_Try: TypeAlias = Callable[[], Awaitable[tuple[Probe, ...]]]


class _Lane:
    """What the probes of one class run in: servers that hang hold up no other class."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="probe")
        self.turn = asyncio.Semaphore(_THREADS)


class Prober:
    """Tries logins."""

    def __init__(
        self,
        installation: str,
        api_address: Callable[[str], str] | None,
        give_way: Callable[[], Awaitable[None]],
    ) -> None:
        """Try the canary of an installation.

        Args:
            installation: this one.
            api_address: returns where a tenant's API is reached; None for an operator that reaches
                none, as it runs outside of the cluster.
            give_way: is awaited before each login, when it is its turn.
        """
        self._installation = installation
        self._api_address = api_address
        self._give_way = give_way
        self._lanes: dict[str, _Lane] = {}

    def close(self) -> None:
        """End the threads; probes that run are left to their own deadlines."""
        for lane in self._lanes.values():
            lane.threads.shutdown(wait=False, cancel_futures=True)

    @property
    def reaches_apis(self) -> bool:
        """Whether tenants' APIs are tried at all."""
        return self._api_address is not None

    def own_logins(self, subject: Prover) -> list[Credential]:
        """Return the logins of a subject, each of which is tried on the canary."""
        if isinstance(subject, ValidatedTenant):
            return [subject.gateway]
        return [*subject.logins.values(), subject.machine]

    def strangers(self, subject: Prover) -> list[Credential]:
        """Return the canary's login, which is tried on a tenant's API; none where that is not."""
        is_tried = isinstance(subject, ValidatedTenant) and not subject.spec.suspended
        if not is_tried or self._api_address is None:
            return []
        return [canary_machine(subject.resolved, self._installation)]

    async def probe(self, subject: Prover, login: Credential, token: str) -> tuple[Probe, ...]:
        """Try a login when it is its turn; servers that hang say nothing about it.

        Args:
            subject: whose isolation is proven.
            login: one of `own_logins` or `strangers`.
            token: of a stranger; empty where it was given none.
        """
        tries, lane = self._tries(subject, login, token), self._lane(subject)
        # Waiting for its turn says nothing of a server, however many logins are to be tried.
        async with lane.turn:
            await self._give_way()
            try:
                async with asyncio.timeout(_PROBE_SECONDS):
                    answers = await asyncio.gather(*(_answer(ask) for ask in tries.values()))
            except TimeoutError:
                what = f"what it reaches of another's, within {_PROBE_SECONDS:g} s"
                answers = [(Probe(what, Verdict.UNKNOWN),) for _ in tries]
        for system, probes in zip(tries, answers, strict=True):
            _record(system, login, probes)
        return tuple(probe for probes in answers for probe in probes)

    def _tries(self, subject: Prover, login: Credential, token: str) -> Mapping[str, _Try]:
        """Return by system how a login is tried there."""
        resolved = subject.resolved
        canary = Canary.of(self._installation, resolved.postgres)
        if isinstance(subject, ValidatedTenant):
            if self._api_address is not None and login.principal == canary.machine:
                address, tenant = self._api_address(subject.name), subject.name
                return {"api": lambda: probe_api(address, tenant, token)}
        elif login is subject.machine:
            return {"keycloak": lambda: probe_keycloak(resolved.keycloak, login, canary)}
        threads = self._lane(subject).threads
        tries: dict[str, _Try] = {
            "kafka": lambda: _blocking(threads, probe_kafka, resolved.kafka, login, canary),
            "cassandra": lambda: _blocking(
                threads, probe_cassandra, resolved.cassandra, login, canary
            ),
        }
        if _has_postgres_login(subject, login):
            tries["postgres"] = lambda: probe_postgres(resolved.postgres, login, canary)
        return tries

    def _lane(self, subject: Prover) -> _Lane:
        return self._lanes.setdefault(subject.resolved.name, _Lane())


async def _answer(ask: _Try) -> tuple[Probe, ...]:
    """Return what a system says; a defect of ours says nothing of it, and hides no other."""
    try:
        return await ask()
    except Exception:  # noqa: BLE001 - whatever a driver raises, other systems have answered
        _log.exception("defect in a probe")
        return (
            Probe("what it reaches of another's: a defect; the log says more", Verdict.UNKNOWN),
        )


async def _blocking(
    threads: ThreadPoolExecutor, function: Callable[..., tuple[Probe, ...]], *arguments: Any
) -> tuple[Probe, ...]:
    return await asyncio.get_running_loop().run_in_executor(threads, function, *arguments)


def _has_postgres_login(subject: Prover, login: Credential) -> bool:
    if isinstance(subject, ValidatedTenant):
        return True
    return any(login is one and stage in POSTGRES_GRANTS for stage, one in subject.logins.items())


def _record(system: str, login: Credential, probes: tuple[Probe, ...]) -> None:
    for probe in probes:
        metrics.PROBES.labels(system, probe.verdict.name.lower()).inc()
        if probe.verdict is Verdict.LET_IN:
            _log.error("a tenant's login was let in", login=login.principal, probe=probe.what)
