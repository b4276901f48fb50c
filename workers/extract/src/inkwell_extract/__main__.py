"""Starts the extract stage: ``python -m inkwell_extract``."""

import ssl
import sys
from typing import Final

import httpx

from inkwell_api.pipeline import Engine
from inkwell_api.stage_env import StageEnv
from inkwell_extract.engine import Extractor
from inkwell_extract.model.llm import HttpModel
from inkwell_extract.stage import ExtractStage
from inkwell_worker import runner
from inkwell_worker.connections import Connections
from inkwell_worker.stage import Stage

_CONNECT_SECONDS: Final = 10.0
_CONCURRENCY: Final = 2
"""Documents at once: while the model thinks about one, the rules read another."""


def build(env: StageEnv, connections: Connections) -> Stage:
    """Make the stage that `env` describes."""
    if env.extraction is None:
        msg = "the stage's configuration has no extraction"
        raise ValueError(msg)
    model = open_model(env, connections)
    return ExtractStage(
        pages=connections.page_reader(),
        extractions=connections.extractions(),
        extractor=Extractor(env.extraction, model),
        model=model,
    )


def open_model(env: StageEnv, connections: Connections) -> HttpModel | None:
    """Make the client of the model, where the engine asks one."""
    if env.extraction is None or env.extraction.engine is Engine.RULES:
        return None
    if env.model is None:
        msg = f"engine {env.extraction.engine} needs a model, and the configuration names none"
        raise ValueError(msg)
    key = connections.credential("llm-api-key") if env.model.has_api_key else None
    context = ssl.create_default_context()
    if connections.ca_file.exists():
        context.load_verify_locations(connections.ca_file)
    client = httpx.Client(
        base_url=env.model.base_url.rstrip("/") + "/",
        headers={"Authorization": f"Bearer {key}"} if key else {},
        timeout=httpx.Timeout(env.model.timeout_seconds, connect=_CONNECT_SECONDS),
        verify=context,
        # The environment of a pod may name proxies; the endpoint is the one that the platform
        # chose.
        trust_env=False,
        follow_redirects=False,
    )
    return HttpModel(
        client, env.model.name, env.model.context_tokens, seconds=env.model.timeout_seconds
    )


if __name__ == "__main__":
    sys.exit(runner.main(build, concurrency=_CONCURRENCY))
