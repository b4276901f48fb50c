"""Proves that tenants are kept apart: tries the canary with their own logins, and says what let in.

Called by both reconcilers at the end of a pass that found the logins there and made nothing. Each
login is tried once in `interval_seconds` at most, one login a pass, so that a resync opens one
connection a backend for each object; what was found goes on to hold for some intervals.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import structlog

from inkwell_api.conditions import Condition, ConditionStatus, ConditionType, Reason
from inkwell_api.tables import POSTGRES_GRANTS
from inkwell_api.tenant_class import TenantClassSpec
from inkwell_operator import metrics
from inkwell_operator.backends.cassandra.probe import probe as probe_cassandra
from inkwell_operator.backends.kafka.probe import probe as probe_kafka
from inkwell_operator.backends.keycloak.probe import probe as probe_keycloak
from inkwell_operator.backends.postgres.probe import probe as probe_postgres
from inkwell_operator.canaries import Canaries, Writing
from inkwell_operator.model.isolation import Canary, Probe, Verdict
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import Credential, ValidatedPipeline, ValidatedTenant
from inkwell_operator.settings import IsolationSettings

_log = structlog.get_logger()
_STALE: Final = 8
"""Intervals after which a login should have been tried again, one a pass, and was not."""
_STALE_LEAST: Final = 600.0
_THREADS: Final = 2
"""Drivers that block are probed on threads of their class's own, a few at a time."""
_PROBE_SECONDS: Final = 60.0
_Login: TypeAlias = tuple[str, str]
"""Uid of the object that a login belongs to, and the login's name."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """What a login's last probes came to, of which class, and when (monotonic seconds)."""

    at: float
    spec: TenantClassSpec
    probes: tuple[Probe, ...]


class _Lane:
    """What the probes of one class run in: servers that hang hold up no other class."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="probe")
        self.turn = asyncio.Semaphore(_THREADS)


class Isolation:
    """Keeps what came of the probes."""

    def __init__(
        self,
        settings: IsolationSettings,
        installation: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Probe as `settings` say, with canaries marked as this installation's."""
        self._settings = settings
        self._canary = Canary.of(installation)
        self._clock = clock
        self._lanes: dict[str, _Lane] = {}
        self.canaries = Canaries(installation, settings.canary_seconds, clock)
        self._tried: dict[_Login, _Tried] = {}

    def close(self) -> None:
        """End the threads; probes that run are left to their own deadlines."""
        for lane in self._lanes.values():
            lane.threads.shutdown(wait=False, cancel_futures=True)

    async def check(
        self,
        subject: ValidatedTenant | ValidatedPipeline,
        backends: Any,
        writing: Writing,
    ) -> Condition | None:
        """Try the login of the subject that was tried longest ago, and return the condition.

        Args:
            subject: with its passwords.
            backends: of its class (`context.DataBackends`), in which the canary is kept.
            writing: how the canary is written.

        Raises:
            PassOutdated: the pass must not write any more.
        """
        if await self.canaries.keep(subject.resolved, backends, writing):
            login = min(_logins(subject), key=lambda each: self._tried_at(subject, each))
            probes = await self._probe_in_time(subject, login)
            spec = subject.resolved.spec
            self._tried[_key(subject, login)] = _Tried(self._clock(), spec, probes)
            _record(login, probes)
        return self.judge(subject)

    def judge(self, subject: ValidatedTenant | ValidatedPipeline) -> Condition | None:
        """Return what the subject's logins came to when they were tried last.

        Returns:
            None where nothing is tried at all (`isolation.enabled`). `Pending` where some were not
            tried yet, or were refused too long ago; the next passes will try them.
        """
        if not self._settings.enabled:
            return None
        if trouble := self.canaries.trouble(subject.resolved.name):
            return _condition(Reason.DEPENDENCY_NOT_READY, trouble)
        known = {login.principal: self._known(subject, login) for login in _logins(subject)}
        tried = {who: found for who, found in known.items() if found is not None}
        if len(tried) < len(known):
            return _condition(Reason.PENDING, "its logins have not all been tried yet")
        verdict = _verdict([(who, probe) for who in tried for probe in tried[who].probes])
        age = self._clock() - min(found.at for found in tried.values())
        is_stale = age > max(_STALE * self._settings.interval_seconds, _STALE_LEAST)
        if is_stale and verdict.status is ConditionStatus.TRUE:
            return _condition(Reason.PENDING, "its logins have not been tried for too long")
        return verdict

    def is_due(self, subject: ValidatedTenant | ValidatedPipeline) -> bool:
        """Whether a login of the subject has not been tried for long enough."""
        oldest = min(self._tried_at(subject, login) for login in _logins(subject))
        is_old = self._clock() - oldest >= self._settings.interval_seconds
        return self._settings.enabled and is_old

    def forget(self, uid: str) -> None:
        """Drop what is known of the logins of a Tenant or DocumentPipeline that is gone."""
        for key in [key for key in self._tried if key[0] == uid]:
            del self._tried[key]

    def _known(
        self, subject: ValidatedTenant | ValidatedPipeline, login: Credential
    ) -> _Tried | None:
        """Return what the class's present servers said to a login."""
        tried = self._tried.get(_key(subject, login))
        return None if tried is None or tried.spec != subject.resolved.spec else tried

    def _tried_at(self, subject: ValidatedTenant | ValidatedPipeline, login: Credential) -> float:
        tried = self._known(subject, login)
        return float("-inf") if tried is None else tried.at

    def _lane(self, resolved: ResolvedClass) -> "_Lane":
        return self._lanes.setdefault(resolved.name, _Lane())

    async def _probe_in_time(
        self, subject: ValidatedTenant | ValidatedPipeline, login: Credential
    ) -> tuple[Probe, ...]:
        """Probe when it is the login's turn; servers that hang say nothing about it."""
        try:
            async with asyncio.timeout(_PROBE_SECONDS), self._lane(subject.resolved).turn:
                return await self._probe(subject, login)
        except TimeoutError:
            what = f"what it reaches of the canary, within {_PROBE_SECONDS:g} s"
            return (Probe(what, Verdict.UNKNOWN),)

    async def _probe(
        self, subject: ValidatedTenant | ValidatedPipeline, login: Credential
    ) -> tuple[Probe, ...]:
        resolved = subject.resolved
        machine = isinstance(subject, ValidatedPipeline) and login is subject.machine
        tries: list[Awaitable[tuple[Probe, ...]]]
        if machine:
            tries = [probe_keycloak(resolved.keycloak, login, self._canary)]
        else:
            threads = self._lane(resolved).threads
            tries = [
                _blocking(threads, probe_kafka, resolved.kafka, login, self._canary),
                _blocking(threads, probe_cassandra, resolved.cassandra, login, self._canary),
            ]
            if _has_postgres_login(subject, login):
                tries.append(probe_postgres(resolved.postgres, login, self._canary))
        found = await asyncio.gather(*tries)
        return tuple(probe for probes in found for probe in probes)


async def _blocking(
    threads: ThreadPoolExecutor, function: Callable[..., tuple[Probe, ...]], *arguments: Any
) -> tuple[Probe, ...]:
    return await asyncio.get_running_loop().run_in_executor(threads, function, *arguments)


def _key(subject: ValidatedTenant | ValidatedPipeline, login: Credential) -> _Login:
    """Name a login so that one of the same name, of an object that is made anew, is another."""
    uid = subject.uid if isinstance(subject, ValidatedPipeline) else subject.claim.mark.uid
    return uid, login.principal


def _verdict(found: list[tuple[str, Probe]]) -> Condition:
    """Judge what came of the probes of an object's logins, which are named."""
    let_in = sorted(f"{who} {probe.what}" for who, probe in found if _is(probe, Verdict.LET_IN))
    if let_in:
        message = "; ".join(let_in)
        return Condition(ConditionType.ISOLATED, ConditionStatus.FALSE, Reason.LET_IN, message)
    unknown = sorted(f"{who} {probe.what}" for who, probe in found if _is(probe, Verdict.UNKNOWN))
    if unknown:
        return _condition(Reason.UNREACHABLE, f"no answer to: {'; '.join(unknown)}")
    message = "its logins were refused by everything of the canary's"
    return Condition(ConditionType.ISOLATED, ConditionStatus.TRUE, Reason.AS_SPECIFIED, message)


def _logins(subject: ValidatedTenant | ValidatedPipeline) -> list[Credential]:
    if isinstance(subject, ValidatedTenant):
        return [subject.gateway]
    return [*subject.logins.values(), subject.machine]


def _has_postgres_login(subject: ValidatedTenant | ValidatedPipeline, login: Credential) -> bool:
    if isinstance(subject, ValidatedTenant):
        return True
    return any(login is one and stage in POSTGRES_GRANTS for stage, one in subject.logins.items())


def _is(probe: Probe, verdict: Verdict) -> bool:
    return probe.verdict is verdict


def _condition(reason: Reason, message: str) -> Condition:
    return Condition(ConditionType.ISOLATED, ConditionStatus.UNKNOWN, reason, message)


def _record(login: Credential, probes: tuple[Probe, ...]) -> None:
    for probe in probes:
        metrics.PROBES.labels(probe.verdict.name.lower()).inc()
        if probe.verdict is Verdict.LET_IN:
            _log.error("a tenant's login was let in", login=login.principal, probe=probe.what)
