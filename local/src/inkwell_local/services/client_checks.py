"""Uses each service as a client would, with what every Python has: HTTP, TLS and JSON.

Kafka and Cassandra speak protocols of their own, and so does PostgreSQL behind its login; there the
published port is checked by a TLS handshake, and the login by the tools inside the pod.
"""

from __future__ import annotations

import base64
import json
import socket
import ssl
import struct
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from inkwell_local.services.connection import Connection, Endpoint

ANSWER_SECONDS: Final = 10.0
"""How long one answer may take."""

MODEL_SECONDS: Final = 120.0
"""How long the model may take for one answer: it is loaded first, and cores may be busy."""

_SCHEMA_TYPE: Final = "application/vnd.schemaregistry.v1+json"
_SUBJECT: Final = "inkwell-readiness-check"
_SCHEMA: Final = json.dumps({"schema": json.dumps({"type": "string"})}).encode()
_SSL_REQUEST: Final = struct.pack("!II", 8, 80877103)


class CheckFailed(Exception):
    """A service answered, but not as it should, or did not answer at all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one HTTP request."""

    status: int
    body: bytes

    def json(self) -> Any:
        """Return the body, which is JSON."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise CheckFailed(f"status {self.status} and no JSON") from error


def keycloak(to: Connection) -> str:
    """Get a token by client credentials."""
    url = f"{to.keycloak_url}/realms/{to.keycloak_realm}/protocol/openid-connect/token"
    form = urllib.parse.urlencode({"grant_type": "client_credentials"}).encode()
    answer = _ask(to, "POST", url, form, to.keycloak, content="application/x-www-form-urlencoded")
    if answer.status != HTTPStatus.OK:
        raise CheckFailed(f"asked for a token, got status {answer.status}")
    claims = _claims(str(answer.json()["access_token"]))
    if claims["iss"] != to.issuer:
        raise CheckFailed(f"tokens name {claims['iss']} as their issuer, not {to.issuer}")
    return f"token for {to.keycloak.administrator.name}, good for {answer.json()['expires_in']} s"


def registry(to: Connection) -> str:
    """Register a schema: refused without a login, accepted with it, and taken away again."""
    subject = f"{to.registry_url}/subjects/{_SUBJECT}"
    refused = _ask(to, "POST", f"{subject}/versions", _SCHEMA, content=_SCHEMA_TYPE)
    if refused.status not in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise CheckFailed(f"a write without a login got status {refused.status}")
    for method, url, body in (
        ("POST", f"{subject}/versions", _SCHEMA),
        ("DELETE", subject, None),
        ("DELETE", f"{subject}?permanent=true", None),
    ):
        answer = _ask(to, method, url, body, to.registry, content=_SCHEMA_TYPE)
        if answer.status != HTTPStatus.OK:
            raise CheckFailed(f"{method} as {to.registry.administrator.name}: {answer.status}")
    read = _ask(to, "GET", f"{to.registry_url}/subjects")
    if read.status != HTTPStatus.OK:
        raise CheckFailed(f"reading without a login got status {read.status}")
    return "writes only with a login, reads without"


def ollama(to: Connection) -> str:
    """Let one model answer by a JSON schema, and the other make a vector of a sentence."""
    schema = {
        "type": "object",
        "properties": {"paid": {"type": "boolean"}},
        "required": ["paid"],
        "additionalProperties": False,
    }
    request = {
        "model": to.model,
        "messages": [{"role": "user", "content": "Is it paid?"}],
        "max_tokens": 64,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "check", "schema": schema, "strict": True},
        },
    }
    url = f"{to.ollama_url}/chat/completions"
    answer = _ask(to, "POST", url, json.dumps(request).encode(), seconds=MODEL_SECONDS)
    if answer.status != HTTPStatus.OK:
        raise CheckFailed(f"asked {to.model}, got status {answer.status}")
    content = answer.json()["choices"][0]["message"]["content"]
    try:
        value = json.loads(content)
    except ValueError as error:
        raise CheckFailed(f"{to.model} answered no JSON") from error
    if not isinstance(value, dict) or not isinstance(value.get("paid"), bool):
        raise CheckFailed(f"the answer of {to.model} does not follow the schema")
    _vector(to)
    return f"{to.model} answers by a JSON schema, {to.sentence_model} makes vectors"


def _vector(to: Connection) -> None:
    request = json.dumps({"model": to.sentence_model, "input": "Is it paid?"}).encode()
    answer = _ask(to, "POST", f"{to.ollama_url}/embeddings", request, seconds=MODEL_SECONDS)
    if answer.status != HTTPStatus.OK:
        raise CheckFailed(f"asked {to.sentence_model}, got status {answer.status}")
    if not any(answer.json()["data"][0]["embedding"]):
        raise CheckFailed(f"{to.sentence_model} made a vector of nothing but zeros")


def redis(to: Connection) -> str:
    """Log in over TLS and ping; without a login, be refused."""
    with _tls(to, to.redis) as line:
        line.sendall(b"PING\r\n")
        if not line.recv(512).startswith(b"-NOAUTH"):
            raise CheckFailed("a command without a login was not refused")
        login = to.redis.administrator
        line.sendall(f"AUTH {login.name} {login.password}\r\n".encode())
        if not line.recv(512).startswith(b"+OK"):
            raise CheckFailed("the login was refused")
        line.sendall(b"PING\r\n")
        if not line.recv(512).startswith(b"+PONG"):
            raise CheckFailed("PING got no PONG")
    return "PING with a login over TLS"


def handshake(to: Connection, endpoint: Endpoint) -> None:
    """Make a TLS connection to a published port, checking the certificate."""
    _tls(to, endpoint).close()


def postgres_handshake(to: Connection) -> None:
    """Make a TLS connection to PostgreSQL, which asks for it in words of its own first."""
    with _connect(to.postgres) as line:
        line.sendall(_SSL_REQUEST)
        if line.recv(1) != b"S":
            raise CheckFailed("TLS was refused")
        _wrap(to, line).close()


def _tls(to: Connection, endpoint: Endpoint) -> ssl.SSLSocket:
    return _wrap(to, _connect(endpoint))


def _connect(endpoint: Endpoint) -> socket.socket:
    try:
        return socket.create_connection((endpoint.host, endpoint.port), ANSWER_SECONDS)
    except OSError as error:
        raise CheckFailed(f"no connection to {endpoint.address}: {error}") from error


def _wrap(to: Connection, line: socket.socket) -> ssl.SSLSocket:
    try:
        return _context(to).wrap_socket(line, server_hostname=to.kafka.host)
    except OSError as error:
        raise CheckFailed(f"no TLS: {error}") from error


def _context(to: Connection) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(to.ca_file))


def _ask(
    to: Connection,
    method: str,
    url: str,
    body: bytes | None = None,
    login: Endpoint | None = None,
    *,
    content: str = "application/json",
    seconds: float = ANSWER_SECONDS,
) -> Answer:
    request = urllib.request.Request(url, data=body, method=method)  # noqa: S310 - our own services
    request.add_header("Content-Type", content)
    if login is not None:
        name, password = login.administrator.name, login.administrator.password
        basic = base64.b64encode(f"{name}:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {basic}")
    handlers = [urllib.request.ProxyHandler({})]
    opener = urllib.request.build_opener(
        *handlers, urllib.request.HTTPSHandler(context=_context(to))
    )
    try:
        with opener.open(request, timeout=seconds) as answer:
            return Answer(answer.status, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read())
    except OSError as error:
        raise CheckFailed(f"no answer: {error}") from error


def _claims(token: str) -> Any:
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
