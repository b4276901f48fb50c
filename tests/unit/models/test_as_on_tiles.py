"""Plain JAX computes what the kernels computed that the committed weights were trained with.

`tests/data/model/on_tiles.json` is what these kernels gave for the very inputs below, on AMX tiles,
at commit dc69357. They rounded every factor to bfloat16: no more than that is between their figures
and these.
"""

import json
from pathlib import Path
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from inkwell_tiny_invoice.learning import network, optimiser
from inkwell_tiny_invoice.learning.settings import Shape

ON_TILES: Final = json.loads(
    (Path(__file__).parents[2] / "data" / "model" / "on_tiles.json").read_text("utf-8")
)
SHAPE: Final = Shape(vocabulary=96, width=64, layers=2, heads=2, hidden=96)
STACKS: Final = ((2, 64, 64), (3, 32, 96), (2, 96, 32))
_SHOWN: Final = 8
"""Numbers of a matrix that are kept, the first ones."""


def parameters(random: np.random.Generator) -> network.Parameters:
    """Draw parameters of the network's shapes; JAX may draw others in another version."""

    def drawn(leaf: jax.Array) -> jax.Array:
        scale = leaf.shape[0] ** -0.5 if leaf.ndim > 1 else 0.1
        offset = 0.0 if leaf.ndim > 1 else 1.0
        return jnp.asarray(offset + scale * random.normal(size=leaf.shape), jnp.float32)

    found: network.Parameters = jax.tree.map(drawn, network.start(SHAPE, 0))
    return found


def batch(random: np.random.Generator) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Draw rows, the places that are judged, and their weights."""
    rows = jnp.asarray(random.integers(0, SHAPE.vocabulary, (2, 65)))
    return rows, jnp.asarray(random.integers(0, 63, (2, 32))), jnp.ones((2, 32))


def written(matrix: jax.Array) -> dict[str, Any]:
    """Write down a matrix by its first numbers, its length and its largest number."""
    flat = np.asarray(matrix, np.float64).ravel()
    return {
        "first": [round(float(number), 7) for number in flat[:_SHOWN]],
        "length": float(np.linalg.norm(flat)),
        "largest": float(np.abs(flat).max()),
    }


def is_alike(ours: dict[str, Any], theirs: dict[str, Any], share: float) -> bool:
    """Say whether no number differs by more than a share of the largest one of its matrix."""
    most = share * theirs["largest"]
    pairs = zip(ours["first"], theirs["first"], strict=True)
    return abs(ours["length"] / theirs["length"] - 1) < share and all(
        abs(a - b) <= most for a, b in pairs
    )


def test_loss_and_slopes_are_those_of_the_kernels() -> None:
    random = np.random.default_rng(4)
    drawn, arrays = parameters(random), batch(random)

    def judged(p: network.Parameters) -> jax.Array:
        return network.loss(p, *arrays, SHAPE)[0]

    loss, slopes = jax.jit(jax.value_and_grad(judged))(drawn)
    assert float(loss) == pytest.approx(ON_TILES["loss"], rel=1e-3)
    ours = [written(slope) for slope in jax.tree.leaves(slopes)]
    assert len(ours) == len(ON_TILES["slopes"])
    for mine, theirs in zip(ours, ON_TILES["slopes"], strict=True):
        assert is_alike(mine, theirs, 0.02)


@pytest.mark.parametrize("number", range(len(STACKS)))
def test_matrices_are_orthogonalised_as_by_the_kernels(number: int) -> None:
    stack = jnp.asarray(np.random.default_rng(6).normal(size=STACKS[number]), jnp.float32)
    ours = written(optimiser.orthogonalise(stack))
    assert is_alike(ours, ON_TILES["orthogonalised"][number], 0.03)
