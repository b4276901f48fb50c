"""Proves that tenants are kept apart: tries the canary with their own logins, and says what let in.

Called by both reconcilers at the end of a pass that found everything as specified. Each login is
tried once in `interval_seconds` at most, one login a pass, so that a resync opens one connection a
backend for each object; what was found before goes on to hold until it is tried again.
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
from inkwell_operator.backends.run import BeforeWriting, attempt
from inkwell_operator.model.errors import InkwellError
from inkwell_operator.model.isolation import (
    Canary,
    Probe,
    Verdict,
    absent_canary,
    canary_subjects,
)
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import Credential, ValidatedPipeline, ValidatedTenant
from inkwell_operator.settings import IsolationSettings

_log = structlog.get_logger()
_RETRY_SECONDS: Final = 60.0
_THREADS: Final = 2
"""Drivers that block are probed on threads of their own, a few at a time."""


_Login: TypeAlias = tuple[str, str]
"""Uid of the object that a login belongs to, and the login's name."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """What a login's last probes came to, and when (monotonic seconds)."""

    at: float
    probes: tuple[Probe, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A class's canary: for which spec it was made, what is wrong, and until when that holds."""

    spec: TenantClassSpec
    trouble: str
    until: float


class Isolation:
    """Keeps the canaries of all classes and what came of the probes."""

    def __init__(
        self,
        settings: IsolationSettings,
        installation: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Probe as `settings` say, with canaries marked as this installation's."""
        self._settings = settings
        self._installation = installation
        self._canary = Canary.of(installation)
        self._clock = clock
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="probe")
        self._turn = asyncio.Semaphore(_THREADS)
        self._canaries: dict[str, _Kept] = {}
        self._making = asyncio.Lock()
        self._tried: dict[_Login, _Tried] = {}

    def close(self) -> None:
        """End the threads; probes that run are left to their own deadlines."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def check(
        self, subject: ValidatedTenant | ValidatedPipeline, backends: Any
    ) -> Condition | None:
        """Try the login of the subject that was tried longest ago, and return the condition.

        Args:
            subject: with its passwords.
            backends: of its class (`context.DataBackends`), in which the canary is kept.
        """
        if await self._keep_canary(subject.resolved, backends):
            login = min(_logins(subject), key=lambda each: self._tried_at(subject, each))
            async with self._turn:
                probes = await self._probe(subject, login)
            self._tried[_key(subject, login)] = _Tried(self._clock(), probes)
            _record(login, probes)
        return self.judge(subject)

    def judge(self, subject: ValidatedTenant | ValidatedPipeline) -> Condition | None:
        """Return what the subject's logins came to when they were tried last.

        Returns:
            None where nothing is tried at all (`isolation.enabled`). `Pending` where some were not
            tried yet, which the next passes will do.
        """
        if not self._settings.enabled:
            return None
        kept = self._canaries.get(subject.resolved.name)
        if kept is not None and kept.trouble:
            return _condition(Reason.DEPENDENCY_NOT_READY, kept.trouble)
        found: list[tuple[str, Probe]] = []
        for login in _logins(subject):
            tried = self._tried.get(_key(subject, login))
            if tried is None:
                return _condition(Reason.PENDING, "its logins have not all been tried yet")
            found += [(login.principal, probe) for probe in tried.probes]
        return _verdict(found)

    def is_due(self, subject: ValidatedTenant | ValidatedPipeline) -> bool:
        """Whether a login of the subject has not been tried for long enough."""
        oldest = min(self._tried_at(subject, login) for login in _logins(subject))
        is_old = self._clock() - oldest >= self._settings.interval_seconds
        return self._settings.enabled and is_old

    def forget(self, uid: str) -> None:
        """Drop what is known of the logins of a Tenant or DocumentPipeline that is gone."""
        for key in [key for key in self._tried if key[0] == uid]:
            del self._tried[key]

    async def remove_canary(
        self, resolved: ResolvedClass, backends: Any, before_writing: BeforeWriting
    ) -> list[str]:
        """Remove the canary of a class that goes; say what could not be removed, and why.

        Classes may share servers and so the canary: where another class still needs it, it is made
        again before the next probe.
        """
        async with self._making:
            self._canaries.clear()
            subject = absent_canary(resolved, self._installation)
            able = [one for one in backends.all() if one.condition not in resolved.failures]
            outcomes = await asyncio.gather(
                *(attempt(backend, subject, before_writing=before_writing) for backend in able)
            )
        errors = dict(resolved.failures) | {
            backend.condition: outcome.error
            for backend, outcome in zip(able, outcomes, strict=True)
            if outcome.error is not None
        }
        left = [f"{condition.value}: {_cause(error)}" for condition, error in errors.items()]
        return left + [one.message for outcome in outcomes for one in outcome.refusals]

    def _tried_at(self, subject: ValidatedTenant | ValidatedPipeline, login: Credential) -> float:
        tried = self._tried.get(_key(subject, login))
        return float("-inf") if tried is None else tried.at

    async def _probe(
        self, subject: ValidatedTenant | ValidatedPipeline, login: Credential
    ) -> tuple[Probe, ...]:
        resolved = subject.resolved
        machine = isinstance(subject, ValidatedPipeline) and login is subject.machine
        tries: list[Awaitable[tuple[Probe, ...]]]
        if machine:
            tries = [probe_keycloak(resolved.keycloak, login, self._canary)]
        else:
            tries = [
                self._blocking(probe_kafka, resolved.kafka, login, self._canary),
                self._blocking(probe_cassandra, resolved.cassandra, login, self._canary),
            ]
            if _has_postgres_login(subject, login):
                tries.append(probe_postgres(resolved.postgres, login, self._canary))
        found = await asyncio.gather(*tries)
        return tuple(probe for probes in found for probe in probes)

    async def _blocking(self, function: Callable[..., tuple[Probe, ...]], *arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, function, *arguments)

    async def _keep_canary(self, resolved: ResolvedClass, backends: Any) -> bool:
        """Make the class's canary where it is not known to be there; say whether it is."""
        async with self._making:
            kept = self._canaries.get(resolved.name)
            if kept is None or kept.spec != resolved.spec or self._clock() >= kept.until:
                trouble = await self._make_canary(resolved, backends)
                pause = _RETRY_SECONDS if trouble else self._settings.canary_seconds
                kept = _Kept(resolved.spec, trouble, self._clock() + pause)
                self._canaries[resolved.name] = kept
            return not kept.trouble

    async def _make_canary(self, resolved: ResolvedClass, backends: Any) -> str:
        for subject in canary_subjects(resolved, self._installation):
            outcomes = await asyncio.gather(
                *(attempt(backend, subject) for backend in backends.all())
            )
            for outcome in outcomes:
                if outcome.error is not None:
                    return f"the canary could not be made: {_cause(outcome.error)}"
                if outcome.refusals:
                    return f"the canary could not be made: {outcome.refusals[0].message}"
        return ""


def _cause(error: Exception) -> str:
    if isinstance(error, InkwellError):
        return error.message
    return "a defect; the log says more"


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
