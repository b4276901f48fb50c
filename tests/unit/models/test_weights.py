"""The committed weights, decoded in plain NumPy: no server, no JAX."""

import json
from pathlib import Path
from typing import Final

from inkwell_documents.varied.truth import FIELDS
from inkwell_tiny_invoice.learning.decoding import Model
from inkwell_tiny_invoice.learning.validation import SCHEMA
from inkwell_tiny_invoice.questions import ask, held_out
from inkwell_tiny_invoice.questions.schemas import write_answer

ARTIFACT: Final = Path(__file__).resolve().parents[3] / "models" / "tiny-invoice" / "artifact"
SEED: Final = 20_270_101
"""Of the documents that the card's figures are of."""

COUNT: Final = 3


def test_they_read_most_fields_of_documents_that_training_never_saw() -> None:
    model = Model(ARTIFACT)
    right = 0
    for sample in held_out(SEED, COUNT):
        found = json.loads(model.answer(ask(sample.text, SCHEMA)))
        true = json.loads(write_answer(sample.truth, {name: name for name in FIELDS}))
        right += sum(found.get(name) == true[name] for name in FIELDS)
    assert right >= 0.8 * COUNT * len(FIELDS)
