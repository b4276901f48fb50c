"""The training loop. It may be killed at any moment and goes on from its last checkpoint."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import jax
from jax import Array

from inkwell_documents.reading import kept
from inkwell_tiny_invoice.learning import (
    checkpoints,
    network,
    optimiser,
    shards,
    tokens,
    validation,
)
from inkwell_tiny_invoice.learning.checkpoints import State
from inkwell_tiny_invoice.learning.network import Parameters
from inkwell_tiny_invoice.learning.optimiser import Memory
from inkwell_tiny_invoice.learning.places import Places
from inkwell_tiny_invoice.learning.progress import Progress
from inkwell_tiny_invoice.learning.settings import Plan
from inkwell_tiny_invoice.learning.shards import Batch
from inkwell_tiny_invoice.questions import held_out

Step = Callable[[Parameters, Memory, Batch, int], tuple[Parameters, Memory, Array, Array]]

SAVE_SECONDS: Final = 120.0
"""Between two checkpoints: what a kill costs at most."""

EXAM_STEPS: Final = 200
EXAM_SEED: Final = 3
EXAM_DOCUMENTS: Final = 64
EXAM_SCANS_SEED: Final = 5
_EXAM_LENGTH: Final = 704
_EXAM_ROWS: Final = 8


def make_step(plan: Plan) -> Step:
    """Return the compiled function that makes one step."""
    judged = partial(network.loss, shape=plan.shape)

    @partial(jax.jit, donate_argnums=(0, 1))
    def step(
        parameters: Parameters, memory: Memory, arrays: tuple[Any, Any, Any], number: Array
    ) -> tuple[Parameters, Memory, Array, Array]:
        slopes = jax.value_and_grad(judged, has_aux=True)
        (loss, right), gradient = slopes(parameters, *arrays)
        parameters, memory = optimiser.update(plan, parameters, memory, gradient, number)
        return parameters, memory, loss, right

    return lambda parameters, memory, batch, number: step(
        parameters, memory, (batch.rows, batch.places, batch.weights), number
    )


def advance(state: State, batches: Iterator[Batch], step: Step, steps: int) -> Iterator[float]:
    """Make steps, and yield after each one how many of the answers' tokens were right."""
    for _ in range(steps):
        batch = next(batches)
        state.parameters, state.memory, loss, right = step(
            state.parameters, state.memory, batch, state.done
        )
        state.done += 1
        state.curve.append({"step": state.done, "loss": float(loss), "right": float(right)})
        yield float(right)


def train(plan: Plan, places: Places) -> State:
    """Train from the last checkpoint, or from the beginning, to the end of the plan."""
    places.shards.mkdir(parents=True, exist_ok=True)
    jax.config.update("jax_compilation_cache_dir", str(places.home / "compiled"))
    state = (
        checkpoints.load(places.checkpoint, plan)
        if places.checkpoint.exists()
        else checkpoints.begin(plan)
    )
    progress = Progress(plan, state)
    examine = make_examination(plan, places)
    step = make_step(plan)
    saved = time.monotonic()
    module = "inkwell_tiny_invoice.learning.shards"
    writer = subprocess.Popen([sys.executable, "-m", module, str(places.home), str(state.done)])
    try:
        for phase, start in plan.starts():
            missing = start + phase.steps - max(state.done, start)
            batches = shards.batches(
                places.shards,
                plan,
                phase,
                max(state.done - start, 0),
                lambda: writer.poll() is None,
            )
            for _ in advance(state, batches, step, missing):
                progress.step(phase.name)
                if state.done % EXAM_STEPS == 0 or state.done == plan.steps:
                    state.exams.append({"step": state.done} | examine(state.parameters))
                    progress.exam()
                if time.monotonic() - saved > SAVE_SECONDS:
                    checkpoints.save(state, places.checkpoint)
                    saved = time.monotonic()
    finally:
        writer.terminate()
        writer.wait()
    checkpoints.save(state, places.checkpoint)
    return state


def make_examination(plan: Plan, places: Places) -> Callable[[Parameters], dict[str, Any]]:
    """Return a function that says how many fields of documents never seen are right."""
    tokenizer = tokens.load(places.tokenizer)
    clean = ((sample.text, sample.truth) for sample in held_out(EXAM_SEED, EXAM_DOCUMENTS))
    exams = {
        "clean": validation.prepare(clean, tokenizer, _EXAM_LENGTH),
        "scans": validation.prepare(kept.read(places.held_out_scans), tokenizer, _EXAM_LENGTH),
    }

    @jax.jit
    def best(parameters: Parameters, rows: Any) -> Array:
        states = network.read(parameters, rows, plan.shape)
        return validation.most_likely(states, parameters["embedding"])

    def examine(parameters: Parameters) -> dict[str, Any]:
        return {
            name: validation.take(exam, partial(best, parameters), _EXAM_ROWS)
            for name, exam in exams.items()
        }

    return examine
