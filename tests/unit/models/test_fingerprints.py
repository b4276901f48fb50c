"""The documents and questions that the committed weights were trained on and are judged by.

Another digest means other documents for a seed: then `DATA_VERSION` goes up, and what the model's
card says of its figures is no longer true of them.
"""

import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest

from inkwell_tiny_invoice.learning.settings import PLAN, Phase
from inkwell_tiny_invoice.learning.shards import sample_of
from inkwell_tiny_invoice.questions import DATA_VERSION, Sample, make

COUNT = 60
EXAM_SEED = 20_270_101
"""Of the held-out documents that the card's figures are of."""

READ = (("[page 1]\nTotal 1.00", {"total": Decimal("1.00")}),)
PIECES = ("ab", "Q", "né")


def digest(texts: list[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def whole(sample: Sample) -> str:
    """Write a sample down with everything that it is made of."""
    truth = {name: str(value) for name, value in sample.truth.items()}
    items = [(i.x, i.y, i.text, i.align.value, i.size, i.bold) for i in sample.sheet.items]
    parts: list[Any] = [sample.question, sample.answer_text, sample.layout, sample.language]
    return json.dumps([*parts, truth, items, sample.sheet.is_roll])


def test_the_data_version_is_the_one_that_the_weights_learned_from() -> None:
    assert DATA_VERSION == 5


@pytest.mark.parametrize(
    ("seed", "is_held_out", "expected"),
    [
        (3, False, "79387cd86c8d6acde61470541ac8507ee6137e09510c17c95810a6e98f8f0c1a"),
        (3, True, "1b3cf2ab1deca3157bb35070e06ce2f17eb7aabd80f2d853025119f5596cedc4"),
        (EXAM_SEED, True, "668625524b2f27eb43186b52b47d25ad4691bd357d6b0a183a1c1f071a4d3686"),
    ],
)
def test_a_seed_gives_the_documents_that_it_gave(
    seed: int,
    *,
    is_held_out: bool,
    expected: str,
) -> None:
    noise, names = (0.0, 0.0) if seed == EXAM_SEED else (0.012, 0.4)
    samples = (
        make(seed, index, is_held_out=is_held_out, noise=noise, names=names)
        for index in range(COUNT)
    )
    assert digest([whole(sample) for sample in samples]) == expected


PHASES = {
    "copying": "df0cb3881aaa90e3304cd36ac7229a89ab2c4315b32f09ee9d6da7703c6414bc",
    "reading": "b6eed0d6a9c2ad9f6cee3aa552584dff2eddac577d7fb1acce04b5841f1f99e1",
    "names": "e10e5ae01019fe12e070874745d5ca2a3825d0e86b4a79d1bd2cb439ffa19e78",
    "scans": "6dbc0e91819c2917fe3d6596023e34c2e6fc1c68d50619a43e516d72a85d74f5",
    "again": "73c5fa12e33944f47d8b4c6ec0216413a2e941f829af11e3bc8d55d22d7736eb",
}


@pytest.mark.parametrize("phase", PLAN.phases, ids=lambda phase: str(phase.name))
def test_a_phase_asks_what_it_asked(phase: Phase) -> None:
    pairs = (sample_of(PLAN, phase, index, READ, PIECES) for index in range(COUNT))
    assert digest([json.dumps(pair) for pair in pairs]) == PHASES[phase.name]
