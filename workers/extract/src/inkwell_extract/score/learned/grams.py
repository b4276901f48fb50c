"""Words around a candidate as a vector: hashed words and runs of letters. Pure.

Hashed here and not in the model: the tokenisers of ONNX depend on the locale of the machine.
"""

import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from inkwell_extract.score.features import Features

Floats = npt.NDArray[np.float32]

SIZE: Final = 8192
"""Places of a vector; tokens that fall on one place count together."""

_LENGTHS: Final = (2, 3, 4)
_NEAR: Final = 40
"""Letters of the words left of a value, and over it, that are looked at: those next to it."""

_OWN: Final = 60
_WEIGHT: Final = 3.0
"""Length of a row: how much all words together count beside one number that is 1."""


def text_vectors(candidates: Sequence[Features]) -> Floats:
    """Return a row of one length for each candidate; one without words around it has zeros."""
    vectors = np.zeros((len(candidates), SIZE), dtype=np.float32)
    for row, each in enumerate(candidates):
        places = [
            *_places("l", each.left[-_NEAR:]),
            *_places("a", each.above[-_NEAR:]),
            *_places("o", each.own[:_OWN]),
        ]
        if places:
            vectors[row, places] = _WEIGHT / np.sqrt(len(set(places)))
    return vectors


@lru_cache(maxsize=4096)
def _places(side: str, text: str) -> tuple[int, ...]:
    return tuple(zlib.crc32(f"{side}{token}".encode()) % SIZE for token in set(_tokens(text)))


def _tokens(text: str) -> Iterator[str]:
    for word in text.split():
        yield f"={word}"
        padded = f" {word} "
        for length in _LENGTHS:
            for start in range(len(padded) - length + 1):
                yield padded[start : start + length]
