"""Starts the extract stage: ``python -m inkwell_extract``."""

import os
import ssl
import sys
from pathlib import Path
from typing import Final

import httpx
import structlog

from inkwell_api.document import Finding, Severity
from inkwell_api.pipeline import Engine, ValidationSpec
from inkwell_api.stage_env import SCORER_DIRECTORY, SCORER_DIRECTORY_VARIABLE, StageEnv
from inkwell_extract.engine import Extractor
from inkwell_extract.model.llm import HttpModel
from inkwell_extract.resolve.acceptance import Acceptance
from inkwell_extract.score.learned.artefact import UnusableScorerError
from inkwell_extract.score.learned.opening import Opened, open_scorer
from inkwell_extract.score.learned.ranker import LearnedScorer
from inkwell_extract.stage import ExtractStage
from inkwell_extract.values.confirmed import NOBODY
from inkwell_worker import runner
from inkwell_worker.connections import Connections
from inkwell_worker.stage import Stage

log = structlog.get_logger(__name__)

_CONNECT_SECONDS: Final = 10.0
SCORER_UNUSABLE: Final = Finding(
    "scorer-unusable",
    Severity.WARNING,
    "the pipeline's own scorer cannot be used, and rules judged; the extract stage's log says why",
)
_CONCURRENCY: Final = 2
"""Documents at once: while the model thinks about one, the rules read another."""


def build(env: StageEnv, connections: Connections) -> Stage:
    """Make the stage that `env` describes."""
    if env.extraction is None:
        msg = "the stage's configuration has no extraction"
        raise ValueError(msg)
    model = open_model(env, connections)
    opened, told = own_scorer(env)
    acceptance = Acceptance.of(env.validation or ValidationSpec(), opened.calibrations)
    return ExtractStage(
        pages=connections.page_reader(),
        extractions=connections.extractions(),
        extractor=Extractor(env.extraction, model, opened.scorer, acceptance, opened.sellers, told),
        model=model,
    )


def own_scorer(env: StageEnv) -> tuple[Opened, tuple[Finding, ...]]:
    """Return the scorer that the pipeline names, or else the rules, and what to tell of that."""
    by_rules = Opened(LearnedScorer({}), {}, NOBODY)
    if env.extraction is None or env.extraction.scorer is None:
        return by_rules, ()
    folder = Path(os.environ.get(SCORER_DIRECTORY_VARIABLE, SCORER_DIRECTORY))
    name = env.extraction.scorer.config_map
    try:
        opened = open_scorer(folder)
    except UnusableScorerError as error:
        log.error("scorer-unusable", config_map=name, cause=str(error))  # noqa: TRY400 -- a trace would say no more
        return by_rules, (SCORER_UNUSABLE,)
    log.info("scorer-opened", config_map=name, fields=sorted(opened.calibrations))
    return opened, ()


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
