"""The network: LLaMA (RMSNorm, RoPE by rotated halves, SwiGLU), embeddings tied to the head. Pure.

A matrix is stored as it multiplies from the right (inputs by outputs); Hugging Face's files hold
them the other way round.
"""

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from inkwell_tiny_invoice.learning.settings import Shape

Parameters = dict[str, Any]


def start(shape: Shape, seed: int) -> Parameters:
    """Draw parameters to begin with."""
    keys = iter(jax.random.split(jax.random.key(seed), 2 + 7 * shape.layers))
    width, hidden = shape.width, shape.hidden

    def matrix(inputs: int, outputs: int, scale: float = 1.0) -> Array:
        drawn: Array = jax.random.normal(next(keys), (inputs, outputs)) * scale * inputs**-0.5
        return drawn

    residual = (2 * shape.layers) ** -0.5
    return {
        "embedding": jax.random.normal(next(keys), (shape.vocabulary, width)) * 0.05,
        "norm": jnp.ones(width),
        "layers": [
            {
                "query": matrix(width, width),
                "key": matrix(width, width),
                "value": matrix(width, width),
                "output": matrix(width, width, residual),
                "gate": matrix(width, hidden),
                "up": matrix(width, hidden),
                "down": matrix(hidden, width, residual),
                "attention_norm": jnp.ones(width),
                "feed_norm": jnp.ones(width),
            }
            for _ in range(shape.layers)
        ],
    }


def waves(shape: Shape, length: int) -> tuple[Array, Array]:
    """Return cosine and sine of RoPE's angles for each position and half dimension."""
    rates = shape.theta ** (-jnp.arange(0, shape.head_width, 2) / shape.head_width)
    angles = jnp.arange(length)[:, None] * rates[None]
    return jnp.cos(angles), jnp.sin(angles)


def rotate(x: Array, cosine: Array, sine: Array) -> Array:
    """Turn the first half of the last side against its second half: RoPE."""
    first, second = jnp.split(x, 2, axis=-1)
    cosine, sine = cosine[:, None, :], sine[:, None, :]
    return jnp.concatenate(
        [first * cosine - second * sine, second * cosine + first * sine], axis=-1
    )


def attend(query: Array, key: Array, value: Array, cosine: Array, sine: Array) -> Array:
    """Return causal attention with RoPE.

    Args:
        query: rows by places by heads by width; so are key and value.
        key: what queries are compared with.
        value: what is mixed.
        cosine: of RoPE's angles, places by half of the width.
        sine: of the same angles.
    """
    length, width = query.shape[1], query.shape[3]
    query, key = rotate(query, cosine, sine), rotate(key, cosine, sine)
    scores = jnp.einsum("bqhd,bkhd->bhqk", query, key) * width**-0.5
    scores = jnp.where(jnp.tril(jnp.ones((length, length), bool)), scores, -1e9)
    return jnp.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(scores, axis=-1), value)


def normalise(x: Array, gain: Array, epsilon: float) -> Array:
    """RMSNorm."""
    return x * jax.lax.rsqrt(jnp.mean(x * x, axis=-1, keepdims=True) + epsilon) * gain


def read(parameters: Parameters, rows: Array, shape: Shape) -> Array:
    """Return the last hidden state of every position (rows by length by width)."""
    count, length = rows.shape
    cosine, sine = waves(shape, length)

    def heads(x: Array) -> Array:
        return x.reshape(count, length, shape.heads, shape.head_width)

    state = parameters["embedding"][rows]
    for layer in parameters["layers"]:
        x = normalise(state, layer["attention_norm"], shape.epsilon)
        query, key, value = (heads(x @ layer[name]) for name in ("query", "key", "value"))
        mixed = attend(query, key, value, cosine, sine)
        state += mixed.reshape(count, length, -1) @ layer["output"]
        x = normalise(state, layer["feed_norm"], shape.epsilon)
        hidden = jax.nn.silu(x @ layer["gate"]) * (x @ layer["up"])
        state += hidden @ layer["down"]
    return normalise(state, parameters["norm"], shape.epsilon)


def loss(
    parameters: Parameters, rows: Array, places: Array, weights: Array, shape: Shape
) -> tuple[Array, Array]:
    """Return the weighted mean loss at `places`, and the share of answer tokens that are right."""
    states = read(parameters, rows[:, :-1], shape)
    chosen = jnp.take_along_axis(states, places[..., None], axis=1)
    wanted = jnp.take_along_axis(rows, places + 1, axis=1)
    logits = chosen @ parameters["embedding"].T
    # Comparing with all tokens is one pass; picking one has a slope that XLA scatters slowly.
    is_wanted = jnp.arange(shape.vocabulary) == wanted[..., None]
    wanted_logits = jnp.where(is_wanted, logits, 0.0).sum(axis=-1)
    losses = jax.nn.logsumexp(logits, axis=-1) - wanted_logits
    is_answer = weights == 1.0
    right = (wanted_logits >= logits.max(axis=-1)) & is_answer
    return (losses * weights).sum() / weights.sum(), right.sum() / is_answer.sum()
