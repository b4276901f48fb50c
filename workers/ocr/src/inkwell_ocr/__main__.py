"""Starts the ocr stage: ``python -m inkwell_ocr``."""

import sys

from inkwell_api.pipeline import OcrSpec
from inkwell_api.stage_env import StageEnv
from inkwell_ocr.cores import available_cores
from inkwell_ocr.sandbox.pool import Sandbox, Settings
from inkwell_ocr.stage import OcrStage
from inkwell_worker import runner
from inkwell_worker.connections import Connections
from inkwell_worker.stage import Stage


def build(env: StageEnv, connections: Connections) -> Stage:
    """Make the stage that `env` describes."""
    spec = env.ocr or OcrSpec()
    settings = Settings(
        languages=tuple(spec.languages),
        segmentation=spec.page_segmentation.value,
        page_seconds=spec.page_timeout_seconds,
    )
    return OcrStage(
        chunks=connections.chunks(),
        pages=connections.page_writer(),
        sandbox=Sandbox(settings),
        text_layer=spec.text_layer,
        max_pages=env.max_pages,
        page_seconds=spec.page_timeout_seconds,
    )


if __name__ == "__main__":
    sys.exit(runner.main(build, concurrency=available_cores()))
