"""Passwords of principals, and the one number about them that Kafka shows again.

Kafka tells of a SCRAM login only how many iterations its hash has. So the number of iterations is
derived from the password: a login with another number has another password. That is how a lost or
foreign password is seen as drift.
"""

import hashlib
import secrets
from typing import Final

_RANDOM_BYTES: Final = 32
_FEWEST_ITERATIONS: Final = 4097
"""Kafka's minimum is 4096, which is also what its own tools set by default.

Ours always differs from that.
"""
_MOST_ITERATIONS: Final = 16384


def new_password(previous: str = "") -> str:
    """Draw a password of 256 random bits, URL-safe, with other SCRAM iterations than `previous`."""
    while True:
        password = secrets.token_urlsafe(_RANDOM_BYTES)
        if scram_iterations(password) != scram_iterations(previous):
            return password


def scram_iterations(password: str) -> int:
    """Return how many iterations a SCRAM login with this password has in Kafka (4097 to 16384)."""
    digest = hashlib.sha256(b"inkwell scram iterations\0" + password.encode()).digest()
    return _FEWEST_ITERATIONS + int.from_bytes(digest[:8], "big") % (
        _MOST_ITERATIONS - _FEWEST_ITERATIONS + 1
    )


def is_derived(iterations: int) -> bool:
    """Say whether a SCRAM login with so many iterations may be one of ours."""
    return _FEWEST_ITERATIONS <= iterations <= _MOST_ITERATIONS
