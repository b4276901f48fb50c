"""Gives the model server a small model of random numbers, by the interface that everybody uses.

No hub is asked for anything: the files are made on this machine, by a script in an environment of
its own, and sent to the server, whichever image that runs.
"""

from __future__ import annotations

import hashlib
import http.client
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from inkwell_local import roots, stamps, toolchain
from inkwell_local.errors import LocalError
from inkwell_local.services.connection import Connection
from inkwell_local.session import Session

REQUIREMENTS: Final = ("numpy>=2.2,<3", "safetensors>=0.5,<1", "tokenizers>=0.21,<1")
"""What the script needs; kept out of every environment that something else uses."""

CONTEXT: Final = 8192
"""Tokens that the server keeps of a conversation; its own default is a quarter of that."""

ANSWER_SECONDS: Final = 300.0
"""How long the server may take to convert the model."""

OK: Final = frozenset({200, 201})
"""The server says 201 for a file that it takes, 200 for one that it has."""


def ensure(session: Session, to: Connection) -> None:
    """Have the model on the server, made from the script as it is now.

    Raises:
        LocalError: The server does not take it.
        OSError: The server does not answer.
    """
    mark = f"Random numbers. Made from {_made_from(session)}."
    if _license(to) == mark:
        return
    folder = make(session)
    files = {}
    for file in sorted(folder.iterdir()):
        content = file.read_bytes()
        files[file.name] = f"sha256:{hashlib.sha256(content).hexdigest()}"
        _ask(to, "POST", f"/api/blobs/{files[file.name]}", content)
    request = {
        "model": to.model,
        "files": files,
        "template": "{{ .System }}\n{{ .Prompt }}\n",
        "license": mark,
        "parameters": {"num_ctx": CONTEXT},
        "stream": False,
    }
    answer = _json(_ask(to, "POST", "/api/create", json.dumps(request).encode()))
    if answer.get("status") != "success":
        raise LocalError(f"the model server did not take the model: {answer}")


def make(session: Session) -> Path:
    """Return the folder of the model's files, from the cache or made now."""
    script = _script(session)
    final = session.places.cache / "models" / _made_from(session)
    if final.is_dir():
        return final
    final.parent.mkdir(parents=True, exist_ok=True)
    roots.remove_abandoned(session.shell, final.parent)
    building = roots.partial(final)
    libraries = building.with_name(f"libraries.{building.name}")
    python = toolchain.python(session)
    install = ("-m", "pip", "install", "--quiet", "--only-binary=:all:", "--target")
    try:
        session.shell.run(python, *install, libraries, *REQUIREMENTS)
        session.shell.with_environment(PYTHONPATH=str(libraries)).run(python, script, building)
    finally:
        roots.remove_tree(session.shell, libraries)
    building.rename(final)
    return final


def _script(session: Session) -> Path:
    return session.places.checkout / "local" / "images" / "model" / "make_model.py"


def _made_from(session: Session) -> str:
    return stamps.digest(_script(session), *REQUIREMENTS, str(CONTEXT))


def _license(to: Connection) -> str:
    """Return the license text of the model on the server, which says what it was made from."""
    asked = json.dumps({"model": to.model}).encode()
    status, body = _exchange(to, "POST", "/api/show", asked)
    return str(json.loads(body).get("license", "")) if status in OK else ""


def _ask(to: Connection, method: str, path: str, body: bytes) -> bytes:
    status, answer = _exchange(to, method, path, body)
    if status not in OK:
        raise LocalError(f"the model server answered {method} {path} with status {status}")
    return answer


def _exchange(to: Connection, method: str, path: str, body: bytes) -> tuple[int, bytes]:
    line = http.client.HTTPConnection(to.ollama.host, to.ollama.port, timeout=ANSWER_SECONDS)
    try:
        line.request(method, path, body)
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


def _json(body: bytes) -> Mapping[str, Any]:
    value = json.loads(body)
    return value if isinstance(value, dict) else {}
