"""Make the model: ``make model``, or ``python -m inkwell_tiny_invoice``.

Tokenizer, scanned documents, training, export, one after the other; what is done is not done again.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from inkwell_tiny_invoice.learning import checkpoints, exporting, places, tokens, training
from inkwell_tiny_invoice.learning.places import Places
from inkwell_tiny_invoice.learning.settings import PLAN, Plan
from inkwell_tiny_invoice.questions import make

ARTIFACT: Final = Path(__file__).resolve().parents[2] / "artifact"
_TOKENIZER_SAMPLES: Final = 8000
_HELD_OUT_SCANS: Final = 60


def main() -> None:
    """Make the model, or export the checkpoint that there is."""
    parser = argparse.ArgumentParser(prog="inkwell_tiny_invoice", description=__doc__)
    parser.add_argument(
        "--export-checkpoint", action="store_true", help="export what is trained so far, and stop"
    )
    parser.add_argument(
        "--output", type=Path, default=ARTIFACT, help="folder of the exported model"
    )
    arguments = parser.parse_args()
    where = places.usual()
    if arguments.export_checkpoint:
        state = checkpoints.load(where.checkpoint, PLAN)
    else:
        where.scans.parent.mkdir(parents=True, exist_ok=True)
        learn_tokenizer(PLAN, where)
        recognise(PLAN, where)
        state = training.train(PLAN, where)
    exporting.export(PLAN, state, where.tokenizer, arguments.output)
    print(f"exported step {state.done} to {arguments.output}")


def learn_tokenizer(plan: Plan, where: Places) -> None:
    """Learn the vocabulary from samples of its own seed, unless that is done."""
    if where.tokenizer.exists():
        return
    part = where.tokenizer.with_suffix(".part")
    tokens.learn(_texts(plan), plan.shape.vocabulary).save(str(part))
    part.rename(where.tokenizer)


def _texts(plan: Plan) -> Iterator[str]:
    for index in range(_TOKENIZER_SAMPLES):
        sample = make(plan.seed + 1, index, is_held_out=False, noise=0.01, names=0.35)
        yield sample.question
        yield sample.answer_text


def recognise(plan: Plan, where: Places) -> None:
    """Have Tesseract read documents, as far as that is not done."""
    jobs = (
        (where.held_out_scans, training.EXAM_SCANS_SEED, _HELD_OUT_SCANS, "held-out"),
        (where.scans, plan.seed + 2, plan.scans, "trained"),
    )
    module = "inkwell_documents.reading.recognition"
    for path, seed, count, kind in jobs:
        print(f"Tesseract reads {count} {kind} documents", flush=True)
        # A process of its own: one that has started JAX must not fork.
        subprocess.run(
            [sys.executable, "-m", module, path, str(seed), str(count), kind], check=True
        )


if __name__ == "__main__":
    main()
