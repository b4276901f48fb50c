"""A PostgreSQL that speaks TLS and lets nobody in, with the words that it is given."""

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from support.web_server import HOST, new_certificate

_ENCRYPT_BY_TLS: Final = 80877103
_ENCRYPT_BY_GSS: Final = 80877104


@contextmanager
def opened(folder: Path, sqlstate: str, message: str) -> Iterator[tuple[int, Path]]:
    """Refuse every connection until the end of the block.

    Args:
        folder: where its certificate may lie.
        sqlstate: code of the refusal; libpq hands it on to nobody.
        message: its words, as the server's source has them.

    Returns:
        its port, and the file of the authority that it is to be trusted by.
    """
    authority, trust = new_certificate(folder, HOST)
    ca_file = folder / "ca.crt"
    ca_file.write_text(authority)
    fields = f"SFATAL\0VFATAL\0C{sqlstate}\0M{message}\0\0".encode()
    answer = b"E" + struct.pack("!I", len(fields) + 4) + fields
    with socket.create_server((HOST, 0)) as listener:
        threading.Thread(target=_accept, args=(listener, trust, answer), daemon=True).start()
        yield listener.getsockname()[1], ca_file


def _accept(listener: socket.socket, trust: ssl.SSLContext, answer: bytes) -> None:
    while True:
        try:
            near, _ = listener.accept()
        except OSError:  # closed
            return
        with suppress(OSError):
            _refuse(near, trust, answer)


def _refuse(near: socket.socket, trust: ssl.SSLContext, answer: bytes) -> None:
    near.settimeout(5)
    while (wanted := struct.unpack("!II", near.recv(8, socket.MSG_WAITALL))[1]) != _ENCRYPT_BY_TLS:
        assert wanted == _ENCRYPT_BY_GSS
        near.sendall(b"N")
    near.sendall(b"S")
    with trust.wrap_socket(near, server_side=True) as session:
        session.recv(8192)  # who asks, and for which database
        session.sendall(answer)
