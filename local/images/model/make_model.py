# ruff: noqa: INP001 - a script that is run by its path, in an environment of its own
"""Make a small model of random numbers that a model server loads as it would a real one.

Usage: make_model.py FOLDER. The folder then holds what a hub would: config.json, tokenizer.json,
tokenizer_config.json and model.safetensors of a LLaMA of about a million parameters. Its answers
mean nothing; that they are quick, and that a schema holds them in shape, is all that it is for.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

VOCABULARY = 512
HIDDEN = 128
FEED_FORWARD = 344
LAYERS = 4
HEADS = 4
CONTEXT = 8192
BEGIN, END = "<|begin_of_text|>", "<|end_of_text|>"

TEXT = (
    "Invoice number, date, currency, net amount, tax and total of the supplier to the customer.",
    '{"invoice_number": "A-1", "issue_date": "2026-01-31", "total": 12.5, "currency": "EUR"}',
    "true false null [1, 2, 3] 0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ",
)

ENDINGS = ('"', "}", "]", ",", ":", END)
"""What closes something: the model leans to these, or a string of random letters never ends."""

LEANING = 6.0
"""How much likelier (in logits, before noise) an ending is than any other token."""


def main(folder: Path) -> None:
    """Write the model's files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = make_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    save_file(make_weights(tokenizer), str(folder / "model.safetensors"), {"format": "pt"})
    write_json(
        folder / "tokenizer_config.json",
        {
            "bos_token": BEGIN,
            "eos_token": END,
            "model_max_length": CONTEXT,
            "tokenizer_class": "PreTrainedTokenizerFast",
        },
    )
    write_json(
        folder / "config.json",
        {
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "hidden_size": HIDDEN,
            "intermediate_size": FEED_FORWARD,
            "num_hidden_layers": LAYERS,
            "num_attention_heads": HEADS,
            "num_key_value_heads": HEADS,
            "vocab_size": tokenizer.get_vocab_size(),
            "max_position_embeddings": CONTEXT,
            "rms_norm_eps": 1e-5,
            "rope_theta": 10000.0,
            "hidden_act": "silu",
            "bos_token_id": tokenizer.token_to_id(BEGIN),
            "eos_token_id": tokenizer.token_to_id(END),
            "tie_word_embeddings": False,
            "torch_dtype": "float16",
        },
    )


def make_tokenizer() -> Tokenizer:
    """Return a byte-level BPE tokenizer: it can write any text, byte by byte if need be."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[BEGIN, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXT, trainer)
    return tokenizer


def make_weights(tokenizer: Tokenizer) -> dict[str, np.ndarray]:
    """Return random weights, the same at every run, with a leaning to endings."""
    random = np.random.default_rng(1)
    vocabulary = tokenizer.get_vocab_size()

    def noise(*shape: int) -> np.ndarray:
        return random.normal(0.0, 0.02, shape)

    # Every token carries the same value in one dimension, and the layers hardly change it; so
    # the last layer finds it there, and what it gives an ending for it is the leaning.
    embeddings, head = noise(vocabulary, HIDDEN), noise(vocabulary, HIDDEN)
    embeddings[:, 0] = 1.0
    normed = np.sqrt(HIDDEN)
    for ending in ENDINGS:
        head[tokenizer.token_to_id(ending), 0] = LEANING / normed
    weights = {
        "model.embed_tokens.weight": embeddings,
        "model.norm.weight": np.ones(HIDDEN),
        "lm_head.weight": head,
    }
    for number in range(LAYERS):
        layer = f"model.layers.{number}"
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            weights[f"{layer}.self_attn.{name}.weight"] = noise(HIDDEN, HIDDEN)
        for name in ("gate_proj", "up_proj"):
            weights[f"{layer}.mlp.{name}.weight"] = noise(FEED_FORWARD, HIDDEN)
        weights[f"{layer}.mlp.down_proj.weight"] = noise(HIDDEN, FEED_FORWARD)
        weights[f"{layer}.input_layernorm.weight"] = np.ones(HIDDEN)
        weights[f"{layer}.post_attention_layernorm.weight"] = np.ones(HIDDEN)
    return {name: value.astype(np.float16) for name, value in weights.items()}


def write_json(file: Path, value: dict[str, object]) -> None:
    """Write one JSON file."""
    file.write_text(json.dumps(value, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
