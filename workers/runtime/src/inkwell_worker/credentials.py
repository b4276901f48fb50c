"""The login of this worker, in mounted files: one for Kafka, Cassandra and PostgreSQL.

The files change when the password is rotated, so they are read again whenever a new connection
authenticates.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from typing_extensions import override

from inkwell_worker.stage import Unavailable


class Login(NamedTuple):
    """A name and its password; `repr` shows no password."""

    username: str
    password: str

    @override
    def __repr__(self) -> str:
        """Name the login alone."""
        return f"Login({self.username!r})"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Reads the mounted credentials."""

    directory: Path = field()

    def login(self) -> Login:
        """Return the login as it is now.

        Raises:
            Unavailable: the files are not there (yet).
        """
        try:
            return Login(self._read("username"), self._read("password"))
        except OSError as error:
            cause = "credentials-missing"
            raise Unavailable(
                cause, f"the credentials cannot be read ({type(error).__name__})"
            ) from None

    def optional(self, key: str) -> str | None:
        """Return another key of the mounted Secret, or None when it has none."""
        try:
            return self._read(key)
        except FileNotFoundError:
            return None

    def _read(self, key: str) -> str:
        return (self.directory / key).read_text("utf-8").strip()
