"""A small HTTPS server of a test's own, with its own authority, that answers as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TypeAlias

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
Handler: TypeAlias = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass
class WebServer:
    """A server that runs.

    Attributes:
        url: its address.
        ca_pem: the authority that signed its certificate; empty where it speaks plain HTTP.
        handler: answers; a test sets another one.
        requests: what was asked, in order.
        asked: set with the first request.
        closed: set at the end.
    """

    handler: Handler
    url: str = ""
    ca_pem: str = ""
    requests: list[web.BaseRequest] = field(default_factory=list)

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Note the request and let the handler answer it."""
        self.requests.append(request)
        self.asked.set()
        return await self.handler(request)

    async def hang(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer no request before the end, as a server does whose process was stopped."""
        del request
        await self.closed.wait()
        return web.Response()


@asynccontextmanager
async def opened(
    folder: Path | None, handler: Handler, *, host: str = HOST
) -> AsyncIterator[WebServer]:
    """Run a server until the end of the block.

    Args:
        folder: where its certificate may lie; None for plain HTTP.
        handler: answers to begin with.
        host: address that the certificate is good for.
    """
    server = WebServer(handler)
    trust = None
    if folder is not None:
        server.ca_pem, trust = new_certificate(folder, host)
    runner = web.ServerRunner(web.Server(server.answer), shutdown_timeout=0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, 0, ssl_context=trust)
        await site.start()
        port = runner.addresses[0][1]
        server.url = f"{'https' if trust else 'http'}://{HOST}:{port}"
        yield server
    finally:
        server.closed.set()
        await runner.cleanup()


def new_authority(name: str) -> str:
    """Return the certificate of an authority that signed nothing."""
    certificate, _ = _authority(name)
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _authority(name: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    constraints = x509.BasicConstraints(ca=True, path_length=0)
    builder = _builder(subject, subject, key.public_key())
    return builder.add_extension(constraints, critical=True).sign(key, hashes.SHA256()), key


def new_certificate(folder: Path, host: str) -> tuple[str, ssl.SSLContext]:
    """Return an authority, and a server's trust with a certificate of it that lies in a folder."""
    authority, authority_key = _authority("authority of a test")
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server of a test")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
    builder = _builder(subject, authority.subject, key.public_key())
    signed = builder.add_extension(names, critical=False).sign(authority_key, hashes.SHA256())
    certificate_file, key_file = folder / "server.crt", folder / "server.key"
    certificate_file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate_file, key_file)
    return authority.public_bytes(serialization.Encoding.PEM).decode(), context


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
    )
