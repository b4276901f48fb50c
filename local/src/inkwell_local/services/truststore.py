"""Writes a Java trust store: some programs take no other form, and a JDK is no need of ours."""

from __future__ import annotations

import hashlib
import ssl
import struct
from typing import Final

_MAGIC: Final = 0xFEEDFEED
_VERSION: Final = 2
_TRUSTED_CERTIFICATE: Final = 2
_SALT: Final = b"Mighty Aphrodite"
"""What the format mixes into its checksum, after the password."""


def from_pem(certificate: str) -> bytes:
    """Return a store of type JKS that holds one trusted certificate.

    Its content is public, so its checksum is over an empty password and it opens without one.

    Args:
        certificate: In PEM.
    """
    encoded = ssl.PEM_cert_to_DER_cert(certificate)
    content = struct.pack("!III", _MAGIC, _VERSION, 1)
    content += struct.pack("!I", _TRUSTED_CERTIFICATE) + _text("ca") + struct.pack("!Q", 0)
    content += _text("X.509") + struct.pack("!I", len(encoded)) + encoded
    checksum = hashlib.sha1(_SALT + content, usedforsecurity=False).digest()
    return content + checksum


def _text(value: str) -> bytes:
    return struct.pack("!H", len(value)) + value.encode("ascii")
