import math
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest
from safetensors.numpy import load_file

from inkwell_tiny_invoice.learning import exporting, network, optimiser, tokens
from inkwell_tiny_invoice.learning.checkpoints import State
from inkwell_tiny_invoice.learning.decoding import Model, Seen
from inkwell_tiny_invoice.learning.settings import Plan, Shape

SHAPE = Shape(vocabulary=320, width=64, layers=2, heads=2, hidden=96)
PLAN = Plan(5, SHAPE, (), ((0, 1.0),))


@pytest.fixture(scope="module")
def parameters() -> network.Parameters:
    return network.start(SHAPE, 1)


@pytest.fixture(scope="module")
def exported(parameters: network.Parameters, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("artifact")
    tokenizer = folder / "learned.json"
    tokens.learn(["some text"], SHAPE.vocabulary).save(str(tokenizer))
    exporting.export(PLAN, State(0, parameters, optimiser.begin(parameters)), tokenizer, folder)
    return folder


def test_halves_are_turned_against_each_other() -> None:
    x = jnp.arange(8.0).reshape(1, 1, 1, 8)
    angles = np.arange(4) / 10
    found = network.rotate(x, jnp.cos(angles)[None], jnp.sin(angles)[None])[0, 0, 0]
    for i, angle in enumerate(angles):
        cos, sin = math.cos(angle), math.sin(angle)
        assert found[i] == pytest.approx(i * cos - (i + 4) * sin, abs=1e-5)
        assert found[i + 4] == pytest.approx((i + 4) * cos + i * sin, abs=1e-5)


def test_the_exported_model_computes_what_was_trained(
    parameters: network.Parameters, exported: Path
) -> None:
    ids = np.random.default_rng(1).integers(0, SHAPE.vocabulary, 40)
    states = network.read(parameters, jnp.asarray(ids)[None], SHAPE)[0]
    trained = np.asarray(states @ parameters["embedding"].T)
    model = Model(exported)
    seen = Seen()
    reference = np.concatenate(
        [model.logits(list(ids[:25]), seen), *(model.logits([i], seen) for i in ids[25:])]
    )
    np.testing.assert_allclose(reference, trained, atol=0.02 * np.abs(trained).max())
    assert (reference.argmax(-1) == trained.argmax(-1)).mean() > 0.9


def test_weights_have_the_names_and_shapes_of_llama(exported: Path) -> None:
    stored = load_file(exported / "model.safetensors")
    shapes = {
        "self_attn.q_proj": (64, 64),
        "self_attn.k_proj": (64, 64),
        "self_attn.v_proj": (64, 64),
        "self_attn.o_proj": (64, 64),
        "mlp.gate_proj": (96, 64),
        "mlp.up_proj": (96, 64),
        "mlp.down_proj": (64, 96),
        "input_layernorm": (64,),
        "post_attention_layernorm": (64,),
    }
    expected = {
        f"model.layers.{layer}.{name}.weight": shape
        for layer in range(SHAPE.layers)
        for name, shape in shapes.items()
    } | {
        "model.embed_tokens.weight": (320, 64),
        "lm_head.weight": (320, 64),
        "model.norm.weight": (64,),
    }
    assert {name: value.shape for name, value in stored.items()} == expected
    assert {str(value.dtype) for value in stored.values()} == {"float16"}


def test_no_position_sees_what_comes_later(parameters: network.Parameters) -> None:
    rows = jnp.asarray(np.random.default_rng(2).integers(0, SHAPE.vocabulary, (1, 24)))
    changed = rows.at[0, 12].set((rows[0, 12] + 1) % SHAPE.vocabulary)
    before, after = (network.read(parameters, r, SHAPE) for r in (rows, changed))
    np.testing.assert_allclose(before[0, :12], after[0, :12], atol=1e-5)
    assert not np.allclose(before[0, 12:], after[0, 12:])


def test_orthogonalised_matrices_have_singular_values_near_one() -> None:
    stack = jnp.asarray(np.random.default_rng(3).normal(size=(2, 48, 32)), jnp.float32)
    for matrix in optimiser.orthogonalise(stack):
        values = jnp.linalg.svd(matrix, compute_uv=False)
        assert 0.5 < float(values.min()) <= float(values.max()) < 1.5
