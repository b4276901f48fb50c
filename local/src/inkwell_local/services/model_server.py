"""Gives the model server models out of folders, by the interface that everybody uses.

No hub is asked for anything: the files lie on this machine and are sent to the server, whichever
image that runs. The server converts them; it is told what they were made from, and says so again.
"""

from __future__ import annotations

import hashlib
import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from inkwell_local import stamps
from inkwell_local.errors import LocalError
from inkwell_local.services.connection import Endpoint

FILES: Final = (
    "config.json",
    "model.safetensors",
    "modules.json",
    "tokenizer.json",
    "tokenizer_config.json",
)
"""What the server's converter reads of a folder, as far as it is there."""

ANSWER_SECONDS: Final = 300.0
"""How long the server may take to convert a model."""

OK: Final = frozenset({200, 201})
"""The server says 201 for a file that it takes."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model as a hub would hand it out, and how the server is to use it.

    Attributes:
        name: What clients call it.
        folder: Holds its files, all in one level.
        license: Whose it is and under which terms; one line.
        template: Makes one text of the messages; none for a model that only embeds.
        parameters: Defaults of the server's options, such as `num_ctx`, the size of the context.
    """

    name: str
    folder: Path
    license: str
    template: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def files(self) -> tuple[Path, ...]:
        """What is sent to the server.

        Raises:
            LocalError: A model is more than what lies there.
        """
        found = tuple(file for name in FILES if (file := self.folder / name).is_file())
        if not {"config.json", "model.safetensors"} <= {file.name for file in found}:
            raise LocalError(f"{self.folder} holds no model", "restore it from the repository")
        return found

    @property
    def mark(self) -> str:
        """The license text that the server keeps: it says what the model was made from."""
        settings = json.dumps([self.template, dict(self.parameters)], sort_keys=True)
        return f"{self.license} Made from {stamps.digest(settings, *self.files)}."


def ensure(server: Endpoint, model: Model) -> bool:
    """Have a model on the server, made from the files as they are now; say whether it was sent.

    Raises:
        LocalError: The server does not take it.
        OSError: The server does not answer.
    """
    mark = model.mark
    if _license(server, model.name) == mark:
        return False
    digests = {}
    for file in model.files:
        content = file.read_bytes()
        digests[file.name] = f"sha256:{hashlib.sha256(content).hexdigest()}"
        blob = f"/api/blobs/{digests[file.name]}"
        # The server hangs up on a file that it has before it was sent to the end.
        if _exchange(server, "HEAD", blob, b"")[0] not in OK:
            _ask(server, "POST", blob, content)
    request: dict[str, Any] = {
        "model": model.name,
        "files": digests,
        "license": mark,
        "parameters": dict(model.parameters),
        "stream": False,
    }
    if model.template:
        request["template"] = model.template
    answer = json.loads(_ask(server, "POST", "/api/create", json.dumps(request).encode()))
    if not isinstance(answer, dict) or answer.get("status") != "success":
        raise LocalError(f"the model server did not take {model.name}: {answer}")
    return True


def _license(server: Endpoint, name: str) -> str:
    asked = json.dumps({"model": name}).encode()
    status, body = _exchange(server, "POST", "/api/show", asked)
    return str(json.loads(body).get("license", "")) if status in OK else ""


def _ask(server: Endpoint, method: str, path: str, body: bytes) -> bytes:
    status, answer = _exchange(server, method, path, body)
    if status not in OK:
        raise LocalError(f"the model server answered {method} {path} with status {status}")
    return answer


def _exchange(server: Endpoint, method: str, path: str, body: bytes) -> tuple[int, bytes]:
    line = http.client.HTTPConnection(server.host, server.port, timeout=ANSWER_SECONDS)
    try:
        line.request(method, path, body)
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()
