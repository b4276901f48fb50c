"""Whether tenants' passwords still open a session.

PostgreSQL shows verifiers of passwords to superusers alone, and a login may change its own. So a
password is known to be what it should be only when it was tried.
"""

import asyncio
import time
from typing import Final

from inkwell_operator.backends.postgres.client import Client
from inkwell_operator.backends.postgres.desire import DesiredLogin

MAX_AGE_SECONDS: Final = 200.0
"""How long a success counts: less than a resync, so that each resync tries each login once."""
_AT_ONCE: Final = 2


class PasswordProbe:
    """Tries logins, a few at a time, and remembers what was let in."""

    def __init__(self, *, max_age: float = MAX_AGE_SECONDS) -> None:
        """Have tried nothing yet."""
        self._max_age = max_age
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._proven: dict[str, tuple[str, float]] = {}
        """By login, the fingerprint of the password that was let in, and when."""

    async def is_let_in(self, client: Client, wanted: DesiredLogin) -> bool:
        """Say whether the login's password works; where the server does not say, it is believed.

        Args:
            client: of the database that the login may enter.
            wanted: the login and its password.

        Raises:
            InkwellError: the server is away.
        """
        name, fingerprint = wanted.login.name, wanted.login.facts.fingerprint
        known, at = self._proven.get(name, ("", float("-inf")))
        if known == fingerprint and time.monotonic() - at < self._max_age:
            return True
        async with self._turn:
            answer = await client.lets_in(name, wanted.password)
        if answer is False:
            self._proven.pop(name, None)
            return False
        self._proven[name] = (fingerprint, time.monotonic())
        return True

    def forget(self, login: str) -> None:
        """Try this login the next time, whatever is known of it: it was just written or dropped."""
        self._proven.pop(login, None)
