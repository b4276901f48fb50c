"""Writes what was learned as ONNX and JSON. The same scorer gives the same bytes."""

import hashlib
from pathlib import Path
from typing import Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from inkwell_extract.score.learned.artefact import (
    CARD,
    DESCRIPTION,
    MODEL,
    Description,
    FieldDescription,
    SellerDescription,
    rules_digest,
)
from inkwell_extract.score.learned.grams import SIZE
from inkwell_extract.score.learned.opening import ADDITIONS, NUMBERS, WORDS
from inkwell_extract.score.learned.vectors import COLUMNS
from inkwell_extract.train.training import Trained

_OPERATORS: Final = 17
"""Version of ONNX's operators: old enough for each server that runs such models."""


def write(folder: Path, trained: Trained, card: str, made: str, seed: int) -> None:
    """Write a scorer into a folder; what lay there under the same names is replaced.

    Args:
        folder: made where it is not there.
        trained: what was learned.
        card: what a person should know of it, in Markdown.
        made: the day, in ISO 8601.
        seed: that it was trained with.
    """
    model = to_onnx(trained)
    description = Description(
        model_sha256=hashlib.sha256(model).hexdigest(),
        rules_sha256=rules_digest(),
        columns=list(COLUMNS),
        fields=[
            FieldDescription(
                name=name,
                slope=each.slope,
                intercept=each.intercept,
                steps=[(step.confidence, step.accepted, step.wrong) for step in each.steps],
            )
            for name, each in trained.calibrations.items()
        ],
        sellers=[SellerDescription(name=each.name, times=each.times) for each in trained.sellers],
        documents=trained.documents,
        groups=trained.groups,
        made=made,
        seed=seed,
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL).write_bytes(model)
    (folder / DESCRIPTION).write_text(description.model_dump_json(indent=1) + "\n", "utf-8")
    (folder / CARD).write_text(card, "utf-8")


def to_onnx(trained: Trained) -> bytes:
    """Return one graph for all fields, in their order: two products, added."""
    models = list(trained.models.values())
    of_numbers = np.stack([each.of_numbers for each in models], axis=1)
    of_words = np.stack([each.of_words for each in models], axis=1)
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", [NUMBERS, "of_numbers"], ["by_numbers"]),
            helper.make_node("MatMul", [WORDS, "of_words"], ["by_words"]),
            helper.make_node("Add", ["by_numbers", "by_words"], [ADDITIONS]),
        ],
        "inkwell",
        [
            helper.make_tensor_value_info(NUMBERS, TensorProto.FLOAT, [None, len(COLUMNS)]),
            helper.make_tensor_value_info(WORDS, TensorProto.FLOAT, [None, SIZE]),
        ],
        [helper.make_tensor_value_info(ADDITIONS, TensorProto.FLOAT, [None, len(models)])],
        [
            numpy_helper.from_array(of_numbers, "of_numbers"),
            numpy_helper.from_array(of_words, "of_words"),
        ],
    )
    model = helper.make_model(
        graph,
        producer_name="inkwell",
        opset_imports=[helper.make_opsetid("", _OPERATORS)],
        ir_version=8,
    )
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))
