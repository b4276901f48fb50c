"""Decodes with an exported model in plain NumPy: the reference that needs no server and no JAX."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from inkwell_tiny_invoice.learning import tokens

Floats = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(slots=True)
class Seen:
    """Keys and values of the tokens so far, one entry a layer."""

    keys: list[Floats] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)


class Model:
    """An exported model."""

    def __init__(self, folder: Path) -> None:
        """Load a folder with weights, tokenizer and configuration."""
        stored = load_file(folder / "model.safetensors")
        self._weights = {name: value.astype(np.float32) for name, value in stored.items()}
        self._shape = json.loads((folder / "config.json").read_text("utf-8"))
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def answer(self, question: str, most: int = 256) -> str:
        """Return the answer, always taking the likeliest token."""
        seen = Seen()
        last = self.logits(tokens.encode_question(self.tokenizer, question), seen)[-1]
        found: list[int] = []
        while len(found) < most and (token := int(last.argmax())) != tokens.END_ID:
            found.append(token)
            last = self.logits([token], seen)[-1]
        text: str = self.tokenizer.decode(found)
        return text

    def logits(self, ids: list[int], seen: Seen) -> Floats:
        """Return the logits after each of some tokens that follow those seen."""
        shape = self._shape
        start = seen.keys[0].shape[1] if seen.keys else 0
        state = self._weights["model.embed_tokens.weight"][ids]
        for number in range(shape["num_hidden_layers"]):
            x = self._normalised(state, f"model.layers.{number}.input_layernorm")
            state = state + self._attended(x, number, start, seen)
            x = self._normalised(state, f"model.layers.{number}.post_attention_layernorm")
            gate = self._times(x, number, "mlp.gate_proj")
            hidden = gate / (1 + np.exp(-gate)) * self._times(x, number, "mlp.up_proj")
            state = state + self._times(hidden, number, "mlp.down_proj")
        last: Floats = self._normalised(state, "model.norm") @ self._weights["lm_head.weight"].T
        return last

    def _times(self, x: Floats, layer: int, name: str) -> Floats:
        found: Floats = x @ self._weights[f"model.layers.{layer}.{name}.weight"].T
        return found

    def _normalised(self, x: Floats, name: str) -> Floats:
        mean = (x * x).mean(axis=-1, keepdims=True)
        found: Floats = (
            x / np.sqrt(mean + self._shape["rms_norm_eps"]) * self._weights[f"{name}.weight"]
        )
        return found

    def _attended(self, x: Floats, layer: int, start: int, seen: Seen) -> Floats:
        query, key, value = (
            self._heads(self._times(x, layer, f"self_attn.{name}_proj")) for name in "qkv"
        )
        query, key = self._turned(query, start), self._turned(key, start)
        if start:
            key = np.concatenate([seen.keys[layer], key], axis=1)
            value = np.concatenate([seen.values[layer], value], axis=1)
            seen.keys[layer], seen.values[layer] = key, value
        else:
            seen.keys.append(key)
            seen.values.append(value)
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(key.shape[-1])
        later = np.triu(np.ones(scores.shape[1:], bool), k=1 + start)
        scores = np.where(later, -np.inf, scores)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        mixed = (shares @ value).transpose(1, 0, 2).reshape(len(x), -1)
        return self._times(mixed, layer, "self_attn.o_proj")

    def _heads(self, x: Floats) -> Floats:
        found: Floats = x.reshape(len(x), self._shape["num_attention_heads"], -1).transpose(1, 0, 2)
        return found

    def _turned(self, x: Floats, start: int) -> Floats:
        width = x.shape[-1]
        rates = self._shape["rope_theta"] ** (-np.arange(0, width, 2) / width)
        angles = np.arange(start, start + x.shape[1])[:, None] * rates[None]
        first, second = x[..., : width // 2], x[..., width // 2 :]
        cosine, sine = np.cos(angles), np.sin(angles)
        return np.concatenate(
            [first * cosine - second * sine, second * cosine + first * sine], axis=-1
        ).astype(np.float32)
