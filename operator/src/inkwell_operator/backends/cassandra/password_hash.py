"""The hash by which Cassandra knows a password. Pure, but for what it remembers."""

import hashlib
from typing import Final

import bcrypt

_COST: Final = 4
"""bcrypt's lowest cost: stretching protects weak passwords, and these hold 256 random bits."""
_BCRYPT_ALPHABET: Final = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_MOST_KNOWN: Final = 20_000
_known: Final[dict[bytes, str]] = {}
"""By digest of login and password, the hash, which takes a millisecond; no password is kept."""


def hash_of(principal: str, password: str) -> str:
    """Return the one bcrypt hash that stands for this password of this login.

    The salt follows from both, so that equal hashes mean equal passwords and another password is
    seen by comparing.
    """
    digest = hashlib.sha256(f"inkwell cassandra salt\0{principal}\0{password}".encode()).digest()
    if digest not in _known:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[digest] = bcrypt.hashpw(password.encode(), _salt(digest)).decode()
    return _known[digest]


def _salt(digest: bytes) -> bytes:
    # 16 bytes of salt are 22 characters, and only four values of the last one are canonical.
    salt = "".join(_BCRYPT_ALPHABET[byte % 64] for byte in digest[:21])
    last = _BCRYPT_ALPHABET[digest[21] % 4 * 16]
    # jBCrypt, which Cassandra judges logins by, knows the prefix 2a alone.
    return f"$2a${_COST:02d}${salt}{last}".encode()
