"""The update of parameters: orthogonalised momentum for matrices, Adam for the rest. Pure."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from inkwell_tiny_invoice.learning.network import Parameters
from inkwell_tiny_invoice.learning.settings import Plan

_MOMENTUM = 0.95
_FIRST, _SECOND, _TINY = 0.9, 0.98, 1e-8


class Memory(NamedTuple):
    """What the optimiser remembers: first and second moments, shaped like the parameters."""

    first: Parameters
    second: Parameters


def begin(parameters: Parameters) -> Memory:
    """Return an empty memory."""
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    return Memory(zeros, jax.tree.map(jnp.zeros_like, zeros))


def rate(plan: Plan, step: Array) -> Array:
    """Return the share of the full rate at a step, from 0 to 1."""
    steps, shares = zip(*plan.rates, strict=True)
    return jnp.interp(step, jnp.array(steps, float), jnp.array(shares))


def update(
    plan: Plan,
    parameters: Parameters,
    memory: Memory,
    gradient: Parameters,
    step: Array,
) -> tuple[Parameters, Memory]:
    """Return new parameters and memory."""
    now = rate(plan, step)
    values, tree = jax.tree.flatten(parameters)
    slopes = _clipped(jax.tree.leaves(gradient))
    firsts, seconds = jax.tree.leaves(memory.first), jax.tree.leaves(memory.second)
    matrices = _matrices(parameters)
    for index in set(range(len(values))) - {index for group in matrices for index in group}:
        firsts[index] = _FIRST * firsts[index] + (1 - _FIRST) * slopes[index]
        seconds[index] = _SECOND * seconds[index] + (1 - _SECOND) * slopes[index] ** 2
        first = firsts[index] / (1 - _FIRST ** (step + 1))
        second = seconds[index] / (1 - _SECOND ** (step + 1))
        values[index] -= now * plan.other_rate * first / (jnp.sqrt(second) + _TINY)
    for group in matrices:
        for index in group:
            firsts[index] = _MOMENTUM * firsts[index] + slopes[index]
        ahead = jnp.stack([slopes[index] + _MOMENTUM * firsts[index] for index in group])
        moves = orthogonalise(ahead)
        inputs, outputs = ahead.shape[1:]
        pace = now * plan.matrix_rate
        for index, move in zip(group, moves, strict=True):
            values[index] *= 1 - pace * plan.weight_decay
            values[index] -= pace * max(1.0, outputs / inputs) ** 0.5 * move
    new = Memory(jax.tree.unflatten(tree, firsts), jax.tree.unflatten(tree, seconds))
    return jax.tree.unflatten(tree, values), new


def _clipped(slopes: list[Array]) -> list[Array]:
    norm = jnp.sqrt(sum(jnp.sum(slope * slope) for slope in slopes))
    return [slope * jnp.minimum(1.0, 1.0 / (norm + 1e-6)) for slope in slopes]


def _matrices(parameters: Parameters) -> list[list[int]]:
    """Return the numbers of the layers' matrices among all leaves, those of one shape together."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for index, (path, leaf) in enumerate(jax.tree_util.tree_leaves_with_path(parameters)):
        if leaf.ndim == 2 and "embedding" not in jax.tree_util.keystr(path):  # noqa: PLR2004
            groups.setdefault(leaf.shape, []).append(index)
    return list(groups.values())


def orthogonalise(matrices: Array) -> Array:
    """Bring all singular values of a stack of matrices near 1 (Newton-Schulz, five rounds)."""
    if matrices.shape[1] > matrices.shape[2]:
        return orthogonalise(matrices.transpose(0, 2, 1)).transpose(0, 2, 1)
    x = matrices / (jnp.sqrt(jnp.sum(matrices**2, axis=(1, 2), keepdims=True)) + 1e-7)
    for _ in range(5):
        square = x @ x.transpose(0, 2, 1)
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * square @ square) @ x
    return x
