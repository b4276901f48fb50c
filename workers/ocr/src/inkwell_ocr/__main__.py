"""Starts the ocr stage: ``python -m inkwell_ocr``."""

import sys
from functools import partial

from inkwell_api.pipeline import OcrSpec
from inkwell_api.stage_env import StageEnv
from inkwell_ocr.cores import available_cores
from inkwell_ocr.limits import LEAST_CHILD_BYTES, MOST_CHILD_BYTES, PARENT_BYTES
from inkwell_ocr.sandbox.pool import Sandbox, Settings
from inkwell_ocr.stage import OcrStage
from inkwell_worker import runner
from inkwell_worker.connections import Connections
from inkwell_worker.memory import Shares, container_bytes, divide
from inkwell_worker.stage import Stage


def shares() -> Shares:
    """Return how many children read at once, and what memory each has.

    Raises:
        TooLittleMemoryError: this container has no room for one.
    """
    return divide(
        container_bytes(),
        parent=PARENT_BYTES,
        wanted=available_cores(),
        least=LEAST_CHILD_BYTES,
        most=MOST_CHILD_BYTES,
    )


def build(env: StageEnv, connections: Connections, child_bytes: int) -> Stage:
    """Make the stage that `env` describes, with so much memory for each child."""
    spec = env.ocr or OcrSpec()
    settings = Settings(
        languages=tuple(spec.languages),
        segmentation=spec.page_segmentation.value,
        page_seconds=spec.page_timeout_seconds,
        engine=spec.engine.value,
        child_bytes=child_bytes,
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
    share = shares()
    build_stage = partial(build, child_bytes=share.child_bytes)
    sys.exit(runner.main(build_stage, concurrency=share.children))
