"""The certificate authority of the services, and a certificate for each that speaks TLS."""

from __future__ import annotations

import ipaddress
import secrets
from pathlib import Path
from typing import Final

from inkwell_local import packages, stamps
from inkwell_local.services.catalogue import HOST, NAMESPACE, SERVICES, Service
from inkwell_local.session import Session
from inkwell_local.shell import Shell

AUTHORITY_DAYS: Final = 3650
CERTIFICATE_DAYS: Final = 397
RENEW_SECONDS: Final = 30 * 24 * 3600
"""A certificate that ends within this time is made anew by the next `up`."""

_AUTHORITY_CONFIG: Final = """\
[req]
distinguished_name = name
x509_extensions = extensions
prompt = no
[name]
CN = Inkwell services on this machine
[extensions]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
"""

_NEW_KEY: Final = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def ensure(session: Session) -> None:
    """Have the authority, and a certificate signed by it for every service that wants one."""
    folder = session.places.ca
    packages.install(session.shell, "openssl")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if not _holds(session.shell, certificate(folder, "ca")):
        _make_authority(session.shell, folder)
    for service in SERVICES:
        if service.has_certificate and not _is_current(session.shell, folder, service):
            _make_certificate(session.shell, folder, service)


def certificate(folder: Path, name: str) -> Path:
    """Return where a certificate lies; `ca` is the authority's own."""
    return folder / f"{name}.crt"


def key(folder: Path, name: str) -> Path:
    """Return where the private key of a certificate lies."""
    return folder / f"{name}.key"


def alternative_names(service: Service) -> str:
    """Return the names that a service's certificate is good for, as OpenSSL writes them."""
    inside = f"{service.name}.{NAMESPACE}.svc"
    names = (service.name, inside, f"{inside}.cluster.local", "localhost")
    address = f"IP:{ipaddress.ip_address(HOST)}"
    return ",".join([*(f"DNS:{name}" for name in names), address])


def _extensions(service: Service) -> str:
    return "\n".join(
        [
            "basicConstraints = critical, CA:FALSE",
            "keyUsage = critical, digitalSignature",
            "extendedKeyUsage = serverAuth",
            f"subjectAltName = {alternative_names(service)}",
            "",
        ]
    )


def _stamp(folder: Path, service: Service) -> stamps.Stamp:
    return stamps.Stamp(folder / f"{service.name}.made-from")


def _made_from(folder: Path, service: Service) -> str:
    return stamps.digest(_extensions(service), certificate(folder, "ca"))


def _is_current(shell: Shell, folder: Path, service: Service) -> bool:
    stamp = _stamp(folder, service)
    return stamp.holds(_made_from(folder, service)) and _holds(
        shell, certificate(folder, service.name)
    )


def _holds(shell: Shell, file: Path) -> bool:
    """Tell whether a certificate is there and good for a while."""
    check = ("openssl", "x509", "-noout", "-checkend", str(RENEW_SECONDS), "-in", file)
    return file.exists() and shell.succeeds(*check)


def _make_authority(shell: Shell, folder: Path) -> None:
    config = folder / "ca.cnf"
    config.write_text(_AUTHORITY_CONFIG, encoding="ascii")
    partial = folder / "ca.crt.partial"
    shell.run(
        "openssl", "req", "-x509", *_NEW_KEY, "-config", config, "-days", str(AUTHORITY_DAYS),
        "-keyout", key(folder, "ca"), "-out", partial,
    )  # fmt: skip
    key(folder, "ca").chmod(0o600)
    partial.replace(certificate(folder, "ca"))


def _make_certificate(shell: Shell, folder: Path, service: Service) -> None:
    name = service.name
    request, extensions = folder / f"{name}.csr", folder / f"{name}.ext"
    extensions.write_text(_extensions(service), encoding="ascii")
    shell.run(
        "openssl", "req", "-new", *_NEW_KEY, "-subj", f"/CN={name}",
        "-keyout", key(folder, name), "-out", request,
    )  # fmt: skip
    key(folder, name).chmod(0o600)
    shell.run(
        "openssl", "x509", "-req", "-in", request, "-extfile", extensions,
        "-CA", certificate(folder, "ca"), "-CAkey", key(folder, "ca"),
        "-set_serial", str(secrets.randbits(120)), "-days", str(CERTIFICATE_DAYS),
        "-out", certificate(folder, name),
    )  # fmt: skip
    for leftover in (request, extensions):
        leftover.unlink()
    _stamp(folder, service).write(_made_from(folder, service))
