"""Samples as tokens, in numbered files that a process of its own writes ahead of the training.

A shard is a pure function of plan, tokenizer and number: a run that goes on reads what it would
have read.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
from tokenizers import Tokenizer

from inkwell_documents.reading import kept
from inkwell_tiny_invoice.learning import tokens
from inkwell_tiny_invoice.learning.exercises import exercise
from inkwell_tiny_invoice.learning.places import Places
from inkwell_tiny_invoice.learning.settings import PLAN, Phase, Plan
from inkwell_tiny_invoice.questions import DATA_VERSION, ask, make
from inkwell_tiny_invoice.questions.schemas import draw_schema, write_answer

SHARD: Final = 2048
"""Samples in a shard."""

Documents = Sequence[tuple[str, Mapping[str, str | Decimal]]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one length.

    Attributes:
        rows: tokens, padded with the end token.
        places: positions whose next token is judged.
        weights: of those positions.
    """

    rows: np.ndarray
    places: np.ndarray
    weights: np.ndarray


def shard_path(folder: Path, phase: Phase, number: int) -> Path:
    """Return where a shard is."""
    return folder / f"v{DATA_VERSION}-{phase.name}-{number:05}.npz"


def write_shard(path: Path, samples: Iterable[tuple[str, str]], tokenizer: Tokenizer) -> None:
    """Write questions and answers as tokens, and put the file in place in one step."""
    pairs = [
        (tokens.encode_question(tokenizer, question), tokens.encode_answer(tokenizer, answer))
        for question, answer in samples
    ]
    flat = np.fromiter((t for pair in pairs for part in pair for t in part), dtype=np.uint16)
    sizes = np.array([[len(question), len(answer)] for question, answer in pairs], dtype=np.int32)
    part = path.with_suffix(".part.npz")
    np.savez(part, flat=flat, sizes=sizes)
    part.rename(path)


def sample_of(
    plan: Plan, phase: Phase, index: int, read: Documents, pieces: Sequence[str] = ()
) -> tuple[str, str]:
    """Return question and answer of a sample of a phase.

    Args:
        plan: of the training.
        phase: that asks for it.
        index: in the phase.
        read: documents that Tesseract has read.
        pieces: texts of tokens, for the exercises of phases that know names of any letters.
    """
    seed = f"{phase.name}/{plan.seed}"
    random = Random(f"kind/{seed}/{index}")
    kind = random.random()
    if kind < phase.copies:
        return exercise(seed, index, pieces if phase.names else ())
    if kind > 1 - phase.recognised:
        text, truth = random.choice(read)
        schema, asked = draw_schema(random, whole=phase.whole)
        return ask(text, schema), write_answer(truth, asked)
    sample = make(
        seed,
        index,
        is_held_out=False,
        noise=phase.noise,
        names=phase.names,
        whole=phase.whole,
    )
    return sample.question, sample.answer_text


def read_shard(path: Path, plan: Plan, phase: Phase, number: int) -> list[Batch]:
    """Return the batches of a shard, in an order that the seed decides."""
    with np.load(path) as stored:
        flat, sizes = stored["flat"], stored["sizes"]
    ends = np.cumsum(sizes.sum(axis=1))
    random = Random(f"batches/{phase.name}/{plan.seed}/{number}")
    by_length: dict[int, list[int]] = {length: [] for length in phase.lengths}
    for index, (question, answer) in enumerate(sizes):
        length = next((n for n in phase.lengths if n >= question + answer - 1), None)
        if length is not None and answer <= plan.answers:
            by_length[length].append(index)
    batches = []
    for length, members in by_length.items():
        random.shuffle(members)
        height = max(phase.tokens // length, 1)
        for start in range(0, len(members) - height + 1, height):
            chosen = members[start : start + height]
            rows = [(flat[ends[i] - sizes[i].sum() : ends[i]], sizes[i]) for i in chosen]
            batches.append(_batch(rows, length, plan, random))
    random.shuffle(batches)
    return batches


def _batch(
    rows: list[tuple[np.ndarray, np.ndarray]], length: int, plan: Plan, random: Random
) -> Batch:
    """Pad rows; judge every token of the answer, and lightly some tokens of the question."""
    table = np.full((len(rows), length + 1), tokens.END_ID, dtype=np.int32)
    places = np.zeros((len(rows), plan.answers), dtype=np.int32)
    weights = np.zeros((len(rows), plan.answers), dtype=np.float32)
    for row, (ids, (question, answer)) in enumerate(rows):
        table[row, : len(ids)] = ids
        places[row, :answer] = np.arange(question - 1, question + answer - 1)
        weights[row, :answer] = 1.0
        room = min(plan.answers - answer, question - 1)
        places[row, answer : answer + room] = random.sample(range(question - 1), room)
        weights[row, answer : answer + room] = plan.prompt_weight
    return Batch(table, places, weights)


def batches(
    folder: Path, plan: Plan, phase: Phase, start: int, is_written: Callable[[], bool]
) -> Iterator[Batch]:
    """Yield the batches of a phase from the one with number `start` on.

    Args:
        folder: of shards.
        plan: of the training.
        phase: whose batches are wanted.
        start: number of the first batch.
        is_written: says whether somebody still writes shards, so that one can be waited for.

    Raises:
        FileNotFoundError: a shard is missing and nobody will write it.
    """
    before = 0
    for number in count():
        path = shard_path(folder, phase, number)
        while not path.exists():
            if not is_written() and not path.exists():
                raise FileNotFoundError(f"nobody writes {path}")
            time.sleep(0.5)
        shard = read_shard(path, plan, phase, number)
        yield from shard[max(start - before, 0) :]
        before += len(shard)


def write_ahead(places: Places, plan: Plan, done: int) -> None:
    """Write all shards that the plan needs, while the process that asked for them lives.

    Args:
        places: where shards and what they are made of lie.
        plan: of the training.
        done: steps made so far; phases before them are not written again.
    """
    parent = os.getppid()
    tokenizer = tokens.load(places.tokenizer)
    pieces = tokens.pieces(tokenizer)
    read: Documents = ()
    for phase, start in plan.starts():
        if start + phase.steps <= done:
            continue
        while phase.recognised and len(read) < plan.scans and os.getppid() == parent:
            read = tuple(kept.read(places.scans))[: plan.scans]
            time.sleep(1)
        written = 0
        for number in count():
            path = shard_path(places.shards, phase, number)
            if os.getppid() != parent:
                return
            if written >= phase.steps:
                break
            if not path.exists():
                members = range(number * SHARD, (number + 1) * SHARD)
                samples = (sample_of(plan, phase, index, read, pieces) for index in members)
                write_shard(path, samples, tokenizer)
            written += len(read_shard(path, plan, phase, number))


def main() -> None:
    """Write the shards of the plan: arguments are the folder, and the steps made so far."""
    write_ahead(Places(Path(sys.argv[1])), PLAN, int(sys.argv[2]))


if __name__ == "__main__":
    main()
