"""Proves that tenants are kept apart: tries the canary with their own logins, and says what let in.

A tenant's API is tried the other way round, with the canary's login. Both reconcilers ask for a
proof at the end of a pass that found the logins there and made nothing; it is made beside the
passes, which wait for no probe, and wakes its object where it says something else than before. The
first proof tries every login; afterwards each is tried once in `interval_seconds` at most, one
login a proof, so that a resync opens one connection a backend for each object; what was found goes
on to hold for some intervals. What the status said before a start of the operator is told until
every login was tried after it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from inkwell_api.conditions import Condition, ConditionStatus, Reason
from inkwell_api.tenant_class import TenantClassSpec
from inkwell_operator.canaries import Canaries, Writing
from inkwell_operator.model.isolation import Probe, Verdict, isolated, standing, verdict
from inkwell_operator.model.validate import Credential, ValidatedPipeline
from inkwell_operator.prober import Prober, Prover
from inkwell_operator.proofs import Proofs
from inkwell_operator.settings import IsolationSettings

_STALE: Final = 8
"""Intervals after which a login should have been tried again, one a proof, and was not."""
_STALE_LEAST: Final = 600.0
_Login: TypeAlias = tuple[str, str]
"""Uid of the object that a login is tried for, and the login's name."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """What a login's last probes came to, of which class, and when (monotonic seconds)."""

    at: float
    spec: TenantClassSpec
    probes: tuple[Probe, ...]


class Isolation:
    """Keeps what came of the probes."""

    def __init__(
        self,
        settings: IsolationSettings,
        installation: str,
        clock: Callable[[], float] = time.monotonic,
        api_address: Callable[[str], str] | None = None,
    ) -> None:
        """Probe as `settings` say, with canaries marked as this installation's.

        Args:
            settings: whether and how often.
            installation: this one.
            clock: monotonic seconds.
            api_address: returns where a tenant's API is reached; None for an operator that reaches
                none, as it runs outside of the cluster.
        """
        self._settings = settings
        self._clock = clock
        self._since: float | None = None
        self.proofs = Proofs()
        self.canaries = Canaries(installation, settings.canary_seconds, clock)
        self._prober = Prober(installation, api_address, self.proofs.give_way)
        self._tried: dict[_Login, _Tried] = {}

    def close(self) -> None:
        """End the proofs and the threads; probes that run are left to their own deadlines."""
        self.proofs.close()
        self._prober.close()

    async def check(
        self, subject: Prover, backends: Any, writing: Writing, *, serves: bool = False
    ) -> Condition | None:
        """Try the logins that were never tried, or the one tried longest ago; return the condition.

        A login that is not refused is the last of a proof: what let it in is told at once, and for
        servers that do not answer the others would wait as long.

        Args:
            subject: with its passwords.
            backends: of its class (`context.DataBackends`), in which the canary is kept.
            writing: how the canary is written.
            serves: whether its workers are up, of a tenant the gateway: its API is tried too.

        Raises:
            PassOutdated: the pass must not write any more.
        """
        resolved = subject.resolved
        if await self.canaries.keep(resolved, backends, writing):
            strangers = self._prober.strangers(subject) if serves else []
            logins = [*self._prober.own_logins(subject), *strangers]
            longest_ago = min(logins, key=lambda each: self._tried_at(subject, each))
            untried = [login for login in logins if self._known(subject, login) is None]
            for login in untried or [longest_ago]:
                is_strange = login in strangers
                token = await self.canaries.token(resolved, backends, writing) if is_strange else ""
                now = await self._prober.probe(subject, login, token)
                before = self._known(subject, login)
                probes = now if before is None else standing(before.probes, now)
                self._tried[_key(subject, login)] = _Tried(self._clock(), resolved.spec, probes)
                if any(probe.verdict is not Verdict.REFUSED for probe in now):
                    break
        return self.judge(subject, serves=serves)

    def told(
        self, subject: Prover, before: Condition | None, *, serves: bool = False
    ) -> Condition | None:
        """Return the condition for the status.

        Args:
            subject: whose isolation is proven.
            before: what the status says. It decides nothing, for whoever may edit it could say
                anything. After a start, what let in is told until the logins that it names were
                answered, and a proof, for some minutes, where nothing else is known.
            serves: as in `check`.
        """
        now = self.judge(subject, serves=serves)
        if now is None or before is None:
            return now
        if before.reason is Reason.LET_IN:
            stays = now.reason is not Reason.LET_IN and not self._are_answered(subject, before)
        else:
            is_open = now.reason is Reason.PENDING and self._has_untried(subject, serves=serves)
            stays = self._has_just_started() and is_open
        return before if stays else now

    def kept(self, before: Condition | None) -> Condition | None:
        """Return what a status goes on to say after a pass that did not come to isolation."""
        is_let_in = before is not None and before.reason is Reason.LET_IN
        return before if self._settings.enabled and is_let_in else None

    def is_open(self, subject: Prover, *, serves: bool = False) -> bool:
        """Whether a proof is still to come that is worth another look soon, whatever is told."""
        if not self._settings.enabled:
            return False
        if trouble := self.canaries.trouble(subject.resolved.name):
            return trouble.reason is Reason.PENDING
        now = self.judge(subject, serves=serves)
        is_pending = now is not None and now.reason is Reason.PENDING
        return is_pending or self._has_untried(subject, serves=serves)

    def basis(self, subject: Prover) -> object:
        """Return what a proof is made of: the servers and the logins."""
        resolved, logins = subject.resolved, tuple(self._prober.own_logins(subject))
        servers = resolved.kafka, resolved.cassandra, resolved.postgres, resolved.keycloak
        return resolved.spec, servers, logins

    def judge(self, subject: Prover, *, serves: bool = False) -> Condition | None:
        """Return what the probes for the subject came to when they were made last.

        Returns:
            None where nothing is tried at all (`isolation.enabled`). `Pending` where some were not
            tried yet, or were refused too long ago; the next proofs will try them.
        """
        if not self._settings.enabled:
            return None
        strangers = [
            login
            for login in self._prober.strangers(subject)
            if serves or self._holds(subject, login)
        ]
        logins = [*self._prober.own_logins(subject), *strangers]
        known = {login.principal: self._known(subject, login) for login in logins}
        tried = {who: found for who, found in known.items() if found is not None}
        found = verdict([(who, probe) for who in tried for probe in tried[who].probes])
        if found.reason is Reason.LET_IN:  # until it is refused, whatever gives no answer
            return found
        trouble = self.canaries.trouble(subject.resolved.name)
        if trouble is not None or found.status is not ConditionStatus.TRUE:
            return trouble or found
        if len(tried) < len(known):
            return _pending("its logins have not all been tried yet")
        if any(self._is_stale(each) for each in tried.values()):
            return _pending("its logins have not been tried for too long")
        return replace(found, message=found.message + self._of_api(subject, strangers))

    def is_due(self, subject: Prover, *, serves: bool = False) -> bool:
        """Whether a login has not been tried for long enough."""
        strangers = self._prober.strangers(subject) if serves else []
        logins = [*self._prober.own_logins(subject), *strangers]
        oldest = min(self._tried_at(subject, login) for login in logins)
        is_old = self._clock() - oldest >= self._settings.interval_seconds
        return self._settings.enabled and is_old

    def forget(self, uid: str) -> None:
        """Drop what is known of the logins of a Tenant or DocumentPipeline that is gone."""
        self.proofs.end(uid)
        for key in [key for key in self._tried if key[0] == uid]:
            del self._tried[key]

    def _has_just_started(self) -> bool:
        """Whether the first pass was some minutes ago: a standby may have waited for days."""
        if self._since is None:
            self._since = self._clock()
        return self._clock() - self._since < _STALE_LEAST

    def _are_answered(self, subject: Prover, before: Condition) -> bool:
        """Whether every login that was let in was tried since the start, and all was answered."""
        logins = [*self._prober.own_logins(subject), *self._prober.strangers(subject)]
        named = [login for login in logins if login.principal in before.message]
        tried = [self._known(subject, login) for login in named or logins]
        return all(
            found is not None
            and all(probe.verdict is not Verdict.UNKNOWN for probe in found.probes)
            for found in tried
        )

    def _has_untried(self, subject: Prover, *, serves: bool) -> bool:
        strangers = self._prober.strangers(subject) if serves else []
        logins = [*self._prober.own_logins(subject), *strangers]
        return any(_key(subject, login) not in self._tried for login in logins)

    def _holds(self, subject: Prover, stranger: Credential) -> bool:
        """Whether what an API that is not up said last goes on to count.

        A refusal does for a while; what let in does until it refuses: a gateway of which one pod
        is not ready serves on by the others, and is not tried.
        """
        found = self._known(subject, stranger)
        if found is None:
            return False
        verdicts = {probe.verdict for probe in found.probes}
        if Verdict.LET_IN in verdicts:
            return True
        return Verdict.UNKNOWN not in verdicts and not self._is_stale(found)

    def _of_api(self, subject: Prover, strangers: list[Credential]) -> str:
        """Return what is said of a tenant's API where all was refused."""
        if isinstance(subject, ValidatedPipeline):
            return ""
        if strangers:
            return ", and its API refused the canary's"
        if not self._prober.reaches_apis:
            return "; its API is tried by an operator within the cluster alone"
        return "; its API is not up, and was not tried"

    def _known(self, subject: Prover, login: Credential) -> _Tried | None:
        """Return what the class's present servers said to a login."""
        tried = self._tried.get(_key(subject, login))
        return None if tried is None or tried.spec != subject.resolved.spec else tried

    def _tried_at(self, subject: Prover, login: Credential) -> float:
        tried = self._known(subject, login)
        return float("-inf") if tried is None else tried.at

    def _is_stale(self, tried: _Tried) -> bool:
        longest = max(_STALE * self._settings.interval_seconds, _STALE_LEAST)
        return self._clock() - tried.at > longest


def _key(subject: Prover, login: Credential) -> _Login:
    """Name a login so that one of the same name, of an object that is made anew, is another."""
    return _uid(subject), login.principal


def _uid(subject: Prover) -> str:
    return subject.uid if isinstance(subject, ValidatedPipeline) else subject.claim.mark.uid


def _pending(message: str) -> Condition:
    return isolated(ConditionStatus.UNKNOWN, Reason.PENDING, message)
