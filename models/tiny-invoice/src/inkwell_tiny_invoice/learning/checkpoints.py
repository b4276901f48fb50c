"""State of a training run in one file that is replaced as a whole."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jax
import numpy as np

from inkwell_tiny_invoice.learning import network, optimiser
from inkwell_tiny_invoice.learning.network import Parameters
from inkwell_tiny_invoice.learning.optimiser import Memory
from inkwell_tiny_invoice.learning.settings import Plan


@dataclass(slots=True)
class State:
    """A run between two steps.

    Attributes:
        done: number of steps made; with the plan it says which batch comes next.
        parameters: of the network.
        memory: of the optimiser.
        curve: rows of the loss curve.
        exams: what the exams on the way said.
    """

    done: int
    parameters: Parameters
    memory: Memory
    curve: list[dict[str, float]] = field(default_factory=list)
    exams: list[dict[str, Any]] = field(default_factory=list)


def begin(plan: Plan) -> State:
    """Return the state before the first step."""
    parameters = network.start(plan.shape, plan.seed)
    return State(0, parameters, optimiser.begin(parameters))


def save(state: State, path: Path) -> None:
    """Write the state; a reader sees the old file or the new one."""
    notes = {"done": state.done, "curve": state.curve, "exams": state.exams}
    leaves = [np.asarray(leaf) for leaf in jax.tree.leaves((state.parameters, state.memory))]
    part = path.with_suffix(".part.npz")
    # Unnamed arrays are stored as arr_0, arr_1 and so on.
    np.savez(part, np.array(json.dumps(notes)), *leaves)
    part.rename(path)


def load(path: Path, plan: Plan) -> State:
    """Return a saved state.

    Raises:
        ValueError: it is of a network of another shape.
    """
    state = begin(plan)
    old, tree = jax.tree.flatten((state.parameters, state.memory))
    with np.load(path) as stored:
        notes = json.loads(str(stored["arr_0"]))
        leaves = [stored[f"arr_{index}"] for index in range(1, len(stored.files))]
    if [leaf.shape for leaf in old] != [leaf.shape for leaf in leaves]:
        raise ValueError(f"{path} is of another network; remove it to begin anew")
    parameters, memory = jax.tree.unflatten(tree, [jax.numpy.asarray(leaf) for leaf in leaves])
    return State(notes["done"], parameters, memory, notes["curve"], notes["exams"])
