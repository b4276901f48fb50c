"""The folder of a learned scorer: what its `model.json` must say, and what is refused.

Whoever may write it is not trusted: sizes are bounded and names and digests compared before the
model is opened.
"""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inkwell_extract.score.calibration import Calibration, Step
from inkwell_extract.score.learned.grams import SIZE
from inkwell_extract.score.weights import WEIGHTS
from inkwell_extract.values.confirmed import (
    LEAST_LETTERS,
    MAX_LENGTH,
    MAX_NAMES,
    ConfirmedSeller,
    ConfirmedSellers,
)

MODEL: Final = "model.onnx"
DESCRIPTION: Final = "model.json"
CARD: Final = "card.md"
MAX_FIELDS: Final = 32
_MAX_DESCRIPTION_BYTES: Final = 1024 * 1024
_MAX_MODEL_BYTES: Final = 4 * 1024 * 1024

_Name = Annotated[str, Field(min_length=1, max_length=127)]
_Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Confidence = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
_Count = Annotated[int, Field(ge=0, le=10_000_000)]


class UnusableScorerError(Exception):
    """A folder holds no scorer that can be used; the message says why, and names no document."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class FieldDescription(_Frozen):
    """One learned field: its column of the model's output is its place in the list."""

    name: _Name
    slope: float = Field(ge=0.01, le=100, allow_inf_nan=False)
    intercept: float = Field(ge=-100, le=100, allow_inf_nan=False)
    steps: list[tuple[_Confidence, _Count, _Count]] = Field(max_length=10_000)

    @property
    def calibration(self) -> Calibration:
        """How the field's shares are to be read."""
        return Calibration(self.slope, self.intercept, tuple(Step(*step) for step in self.steps))


class SellerDescription(_Frozen):
    """A confirmed seller."""

    name: str = Field(min_length=LEAST_LETTERS, max_length=MAX_LENGTH)
    times: int = Field(ge=1, le=10_000_000)


class Description(_Frozen):
    """What `model.json` says."""

    version: Literal[1] = 1
    model_sha256: _Digest
    rules_sha256: _Digest
    words: Literal[8192] = SIZE
    columns: list[_Name] = Field(min_length=1, max_length=500)
    fields: list[FieldDescription] = Field(min_length=1, max_length=MAX_FIELDS)
    sellers: list[SellerDescription] = Field(default=[], max_length=MAX_NAMES)
    documents: _Count
    groups: _Count
    made: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    seed: _Count

    @property
    def confirmed_sellers(self) -> ConfirmedSellers:
        """The names that people confirmed, ready to be asked."""
        return ConfirmedSellers.of(ConfirmedSeller(each.name, each.times) for each in self.sellers)


def read(folder: Path) -> tuple[Description, bytes]:
    """Return what a folder says of its model, and the model, unopened.

    Raises:
        UnusableScorerError: something is missing, too large, damaged or contradicts the rest.
    """
    text = _bounded(folder / DESCRIPTION, _MAX_DESCRIPTION_BYTES)
    try:
        description = Description.model_validate_json(text)
    except ValidationError as error:
        places = sorted({".".join(map(str, each["loc"])) or "all" for each in error.errors()})
        raise UnusableScorerError(
            f"{DESCRIPTION} is not understood: {', '.join(places[:5])}"
        ) from None
    names = [field.name for field in description.fields]
    if len(set(names)) < len(names):
        raise UnusableScorerError(f"{DESCRIPTION} names a field twice")
    model = _bounded(folder / MODEL, _MAX_MODEL_BYTES)
    if hashlib.sha256(model).hexdigest() != description.model_sha256:
        raise UnusableScorerError(f"{MODEL} is not the one that {DESCRIPTION} was written for")
    return description, model


def rules_digest() -> str:
    """Return a digest of the rule scorer's weights, beside which a model is trained."""
    weights = [[weight.feature, weight.weight] for weight in WEIGHTS]
    return hashlib.sha256(json.dumps(weights).encode()).hexdigest()


def _bounded(file: Path, most: int) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(most + 1)
    except OSError as error:
        raise UnusableScorerError(f"{file.name} cannot be read: {error.strerror}") from None
    if len(content) > most:
        raise UnusableScorerError(f"{file.name} has more than {most} bytes")
    return content
