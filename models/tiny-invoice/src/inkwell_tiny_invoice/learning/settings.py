"""Every number of a training run. What is written here is what `make model` repeats."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Shape:
    """Of the network.

    Attributes:
        vocabulary: number of tokens.
        width: of the residual stream.
        layers: number of blocks.
        heads: of attention; each has `width / heads` dimensions.
        hidden: width of the feed-forward part.
        theta: base of RoPE's wavelengths.
        epsilon: of RMSNorm.
    """

    vocabulary: int = 2048
    width: int = 192
    layers: int = 6
    heads: int = 3
    hidden: int = 512
    theta: float = 10_000.0
    epsilon: float = 1e-5

    @property
    def head_width(self) -> int:
        """Dimensions of a head."""
        return self.width // self.heads


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the training with one mix of samples.

    Attributes:
        name: of its shards.
        steps: number of updates.
        copies: share of samples that are exercises in copying, and no documents.
        lengths: of the batches' rows in tokens; a sample goes into the shortest that holds it.
        tokens: of one batch, about.
        noise: greatest share of misread characters.
        names: share of documents whose names are of any letters.
        recognised: share of documents that Tesseract has really read.
        whole: share of schemas with all eight fields.
    """

    name: str
    steps: int
    copies: float
    lengths: tuple[int, ...]
    tokens: int
    noise: float
    names: float = 0.0
    recognised: float = 0.0
    whole: float = 0.5


@dataclass(frozen=True, slots=True)
class Plan:
    """A training run.

    Attributes:
        seed: of everything.
        shape: of the network.
        phases: one after the other.
        rates: steps and the share of the full rate there, from 0 to 1; straight lines between.
        matrix_rate: of matrices (orthogonalised momentum).
        other_rate: of embeddings and norms (Adam).
        weight_decay: of matrices.
        answers: positions of a row that loss is taken at.
        scans: number of documents that Tesseract reads for training.
        prompt_weight: of positions before the answer, relative to those of the answer.
    """

    seed: int
    shape: Shape
    phases: tuple[Phase, ...]
    rates: tuple[tuple[int, float], ...]
    matrix_rate: float = 0.02
    other_rate: float = 0.003
    weight_decay: float = 0.01
    answers: int = 160
    prompt_weight: float = 0.1
    scans: int = 800

    @property
    def steps(self) -> int:
        """Of all phases together."""
        return sum(phase.steps for phase in self.phases)

    def starts(self) -> Iterator[tuple[Phase, int]]:
        """Yield each phase with the number of steps before it."""
        before = 0
        for phase in self.phases:
            yield phase, before
            before += phase.steps


_LENGTHS: Final = (256, 320, 384, 448, 512, 640, 768)
_ALL_LENGTHS: Final = (*_LENGTHS, 1024, 1536)

PLAN: Final = Plan(
    seed=20261121,
    shape=Shape(),
    phases=(
        Phase("copying", 900, 0.85, (128, 192, 256, 320), 4096, 0.0),
        Phase("reading", 700, 0.2, _LENGTHS, 6144, 0.012),
        Phase("names", 900, 0.1, _LENGTHS, 6144, 0.012, names=0.5),
        Phase(
            "scans",
            7400,
            0.05,
            _ALL_LENGTHS,
            6144,
            0.012,
            names=0.35,
            recognised=0.12,
            whole=0.8,
        ),
        Phase(
            "again",
            5300,
            0.05,
            _ALL_LENGTHS,
            6144,
            0.012,
            names=0.5,
            recognised=0.12,
            whole=0.8,
        ),
    ),
    rates=((0, 0.0), (60, 1.0), (2400, 1.0), (9900, 0.0), (9960, 0.6), (15200, 0.0)),
)
