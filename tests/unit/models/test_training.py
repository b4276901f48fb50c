import dataclasses
from itertools import cycle, islice
from pathlib import Path

import jax
import numpy as np
import pytest
from tokenizers import Tokenizer

from inkwell_tiny_invoice.learning import (
    checkpoints,
    optimiser,
    progress,
    shards,
    tokens,
    training,
    validation,
)
from inkwell_tiny_invoice.learning.checkpoints import State
from inkwell_tiny_invoice.learning.places import Places
from inkwell_tiny_invoice.learning.settings import PLAN, Phase, Plan, Shape
from inkwell_tiny_invoice.questions import held_out, make

PHASE = Phase("small", 6, 0.7, (192, 640), 640, 0.01)
SMALL = Plan(
    seed=2,
    shape=Shape(vocabulary=320, width=32, layers=1, heads=1, hidden=64),
    phases=(PHASE,),
    rates=((0, 0.0), (2, 1.0), (3, 1.0), (6, 0.0)),
)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    samples = [make(3, index, is_held_out=False) for index in range(40)]
    return tokens.learn([sample.question for sample in samples], SMALL.shape.vocabulary)


@pytest.fixture(scope="module")
def folder(tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("shards")
    for number in range(2):
        samples = (shards.sample_of(SMALL, PHASE, 48 * number + i, ()) for i in range(48))
        shards.write_shard(shards.shard_path(made, PHASE, number), samples, tokenizer)
    return made


@pytest.fixture(scope="module")
def step() -> training.Step:
    return training.make_step(SMALL)


def run(state: State, step: training.Step, folder: Path, steps: int) -> None:
    batches = shards.batches(folder, SMALL, PHASE, state.done, lambda: False)
    assert len(list(training.advance(state, batches, step, steps))) == steps


def test_a_run_that_was_stopped_ends_as_one_that_was_not(
    step: training.Step, folder: Path, tmp_path: Path
) -> None:
    whole = checkpoints.begin(SMALL)
    run(whole, step, folder, 6)
    first = checkpoints.begin(SMALL)
    run(first, step, folder, 4)
    checkpoints.save(first, tmp_path / "checkpoint.npz")
    second = checkpoints.load(tmp_path / "checkpoint.npz", SMALL)
    run(second, step, folder, 2)
    assert second.done == whole.done == 6
    assert second.curve == whole.curve
    for ours, theirs in zip(
        jax.tree.leaves((second.parameters, second.memory)),
        jax.tree.leaves((whole.parameters, whole.memory)),
        strict=True,
    ):
        np.testing.assert_array_equal(ours, theirs)


def test_the_loss_falls(folder: Path) -> None:
    plan = dataclasses.replace(SMALL, rates=((0, 1.0),))
    few = list(islice(shards.batches(folder, plan, PHASE, 0, lambda: False), 2))
    state = checkpoints.begin(plan)
    steps = 24
    assert len(list(training.advance(state, cycle(few), training.make_step(plan), steps))) == steps
    first, last = (state.curve[at]["loss"] for at in (0, -1))
    assert last < 0.7 * first


def test_a_checkpoint_of_another_network_is_refused(tmp_path: Path) -> None:
    checkpoints.save(checkpoints.begin(SMALL), tmp_path / "checkpoint.npz")
    other = dataclasses.replace(SMALL, shape=dataclasses.replace(SMALL.shape, layers=2))
    with pytest.raises(ValueError, match="another network"):
        checkpoints.load(tmp_path / "checkpoint.npz", other)


def test_batches_can_be_entered_anywhere(folder: Path) -> None:
    everything = list(islice(shards.batches(folder, SMALL, PHASE, 0, lambda: False), 8))
    later = list(islice(shards.batches(folder, SMALL, PHASE, 5, lambda: False), 3))
    for ours, theirs in zip(later, everything[5:], strict=True):
        np.testing.assert_array_equal(ours.rows, theirs.rows)
        np.testing.assert_array_equal(ours.places, theirs.places)


def test_a_shard_that_nobody_writes_is_not_waited_for(folder: Path) -> None:
    with pytest.raises(FileNotFoundError, match="small-00002"):
        list(shards.batches(folder, SMALL, PHASE, 0, lambda: False))


def test_whole_answers_are_judged(folder: Path, tokenizer: Tokenizer) -> None:
    for batch in islice(shards.batches(folder, SMALL, PHASE, 0, lambda: False), 8):
        for row, places, weights in zip(batch.rows, batch.places, batch.weights, strict=True):
            wanted = [int(row[at + 1]) for at in places[weights == 1.0]]
            assert wanted[-1] == tokens.END_ID
            text = tokenizer.decode(wanted)
            assert text.startswith("{")
            assert text.endswith("}")


def test_a_perfect_reader_passes_the_exam(tokenizer: Tokenizer) -> None:
    documents = [(sample.text, sample.truth) for sample in held_out(1, 4)]
    exam = validation.prepare(documents, tokenizer, 1000)
    right, count = validation.judge(exam, exam.rows[:, 1:])
    assert right == count
    assert count["total"] == len(exam.rows) > 0
    spoiled = exam.rows[:, 1:].copy()
    spoiled[0, exam.fields[0]["total"][1]] += 1
    assert validation.judge(exam, spoiled)[0]["total"] == count["total"] - 1


def test_phases_follow_one_another() -> None:
    starts = [start for _, start in PLAN.starts()]
    assert starts[0] == 0
    assert starts[-1] + PLAN.phases[-1].steps == PLAN.steps


def test_every_phase_shows_other_documents() -> None:
    later = dataclasses.replace(PHASE, name="later")
    first = {shards.sample_of(SMALL, PHASE, index, ()) for index in range(20)}
    assert first.isdisjoint(shards.sample_of(SMALL, later, index, ()) for index in range(20))


def test_shards_of_phases_that_are_over_are_not_written(
    tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = dataclasses.replace(SMALL, phases=(PHASE, dataclasses.replace(PHASE, name="later")))
    places = Places(tmp_path)
    places.shards.mkdir()
    tokenizer.save(str(places.tokenizer))
    monkeypatch.setattr(shards, "SHARD", 48)
    shards.write_ahead(places, plan, PHASE.steps)
    assert {path.name.split("-")[1] for path in places.shards.iterdir()} == {"later"}


def test_the_rate_follows_the_plan_and_ends_at_nothing() -> None:
    rates = [float(optimiser.rate(SMALL, jax.numpy.array(step))) for step in range(7)]
    assert rates == pytest.approx([0, 0.5, 1, 1, 2 / 3, 1 / 3, 0])
    assert PLAN.rates[-1] == (PLAN.steps, 0.0)


def test_the_curve_is_thinned_to_means() -> None:
    curve = [{"step": float(n), "loss": 2.0 * (n % 2), "right": 0.5} for n in range(1, 51)]
    found = progress.thin(curve)
    assert [row["step"] for row in found] == [25, 50]
    assert found[1]["loss"] == pytest.approx(0.96)
    assert progress.draw(found, []).startswith("<svg")
