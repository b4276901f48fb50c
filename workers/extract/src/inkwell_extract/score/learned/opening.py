"""Opens a learned scorer: ONNX Runtime, one thread, on the CPU."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from typing_extensions import override

from inkwell_extract.score.calibration import Calibration
from inkwell_extract.score.learned.artefact import (
    Description,
    UnusableScorerError,
    read,
    rules_digest,
)
from inkwell_extract.score.learned.grams import SIZE, Floats
from inkwell_extract.score.learned.graph import is_as_trained
from inkwell_extract.score.learned.ranker import FieldModel, LearnedScorer
from inkwell_extract.values.confirmed import ConfirmedSellers

NUMBERS: Final = "numbers"
WORDS: Final = "words"
ADDITIONS: Final = "additions"
_FATAL_ONLY: Final = 4


@dataclass(frozen=True, slots=True)
class Opened:
    """A scorer with how its shares are to be read.

    Attributes:
        scorer: ready to score.
        calibrations: by property.
        sellers: names that people confirmed.
    """

    scorer: LearnedScorer
    calibrations: Mapping[str, Calibration]
    sellers: ConfirmedSellers


@dataclass(frozen=True, slots=True)
class _Column(FieldModel):
    """One field's column of a model's output."""

    session: onnxruntime.InferenceSession
    columns: tuple[str, ...]
    place: int

    @property
    @override
    def names(self) -> Sequence[str]:
        return self.columns

    @override
    def additions(self, numbers: Floats, words: Floats) -> Floats:
        found: Floats = self.session.run([ADDITIONS], {NUMBERS: numbers, WORDS: words})[0]
        return found[:, self.place]


def open_scorer(folder: Path) -> Opened:
    """Open the scorer that lies in a folder.

    Raises:
        UnusableScorerError: it is damaged, not what its description says, or was trained beside
            other rules: what was counted then says nothing of the scores of today.
    """
    description, model = read(folder)
    if description.rules_sha256 != rules_digest():
        raise UnusableScorerError("it was trained beside other rules than these: train it again")
    if not is_as_trained(model):
        raise UnusableScorerError("the model has other parts than training writes")
    session = _session(model)
    _probe(session, description)
    columns = tuple(description.columns)
    models = {
        field.name: _Column(session, columns, place)
        for place, field in enumerate(description.fields)
    }
    return Opened(
        scorer=LearnedScorer(models),
        calibrations={field.name: field.calibration for field in description.fields},
        sellers=description.confirmed_sellers,
    )


def _session(model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = _FATAL_ONLY
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 -- the library has many, with no base of their own
        raise UnusableScorerError(f"the model cannot be opened: {type(error).__name__}") from None


def _probe(session: onnxruntime.InferenceSession, description: Description) -> None:
    """Ask the model about one candidate that has nothing."""
    nothing = {
        NUMBERS: np.zeros((1, len(description.columns)), dtype=np.float32),
        WORDS: np.zeros((1, SIZE), dtype=np.float32),
    }
    if {each.name for each in session.get_inputs()} != nothing.keys():
        raise UnusableScorerError("the model wants other inputs")
    try:
        found = session.run([ADDITIONS], nothing)[0]
    except Exception as error:  # noqa: BLE001 -- as above
        raise UnusableScorerError(f"the model cannot be asked: {type(error).__name__}") from None
    if found.shape != (1, len(description.fields)):
        raise UnusableScorerError("the model's answer has another shape")
