"""Writes a trained network as Hugging Face's LLaMA, the way that Ollama imports it."""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from safetensors.numpy import save

from inkwell_tiny_invoice.learning import tokens
from inkwell_tiny_invoice.learning.checkpoints import State
from inkwell_tiny_invoice.learning.network import Parameters
from inkwell_tiny_invoice.learning.progress import draw, thin
from inkwell_tiny_invoice.learning.settings import Plan, Shape
from inkwell_tiny_invoice.questions import DATA_VERSION

CONTEXT: Final = 2048
"""Tokens that the model may be served with; it was trained on rows of 1536 and less."""

_MATRICES: Final = {
    "query": "self_attn.q_proj",
    "key": "self_attn.k_proj",
    "value": "self_attn.v_proj",
    "output": "self_attn.o_proj",
    "gate": "mlp.gate_proj",
    "up": "mlp.up_proj",
    "down": "mlp.down_proj",
}
_NORMS: Final = {
    "attention_norm": "input_layernorm",
    "feed_norm": "post_attention_layernorm",
}


def weights(parameters: Parameters) -> dict[str, np.ndarray]:
    """Return the parameters by Hugging Face's names, float16, matrices as outputs by inputs."""
    found = {
        "model.embed_tokens.weight": _half(parameters["embedding"]),
        "lm_head.weight": _half(parameters["embedding"]),
        "model.norm.weight": _half(parameters["norm"]),
    }
    for number, layer in enumerate(parameters["layers"]):
        for name, theirs in _MATRICES.items():
            found[f"model.layers.{number}.{theirs}.weight"] = _half(layer[name]).T.copy()
        for name, theirs in _NORMS.items():
            found[f"model.layers.{number}.{theirs}.weight"] = _half(layer[name])
    return found


def configuration(shape: Shape) -> dict[str, Any]:
    """Return `config.json`."""
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.width,
        "intermediate_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.heads,
        "head_dim": shape.head_width,
        "hidden_act": "silu",
        "rms_norm_eps": shape.epsilon,
        "rope_theta": shape.theta,
        "max_position_embeddings": CONTEXT,
        "bos_token_id": tokens.BEGIN_ID,
        "eos_token_id": tokens.END_ID,
        "tie_word_embeddings": False,
        "torch_dtype": "float16",
    }


def tokenizer_configuration() -> dict[str, Any]:
    """Return `tokenizer_config.json`: the server puts the first token in front by itself."""
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": tokens.BEGIN,
        "eos_token": tokens.END,
        "pad_token": tokens.END,
        "add_bos_token": True,
        "add_eos_token": False,
        "model_max_length": CONTEXT,
    }


def export(plan: Plan, state: State, tokenizer: Path, folder: Path) -> None:
    """Write everything that makes the model, and how it came about, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    # Each tensor has memory of its own: the head is the embedding, but the file holds both.
    stored = save(weights(state.parameters), metadata={"format": "pt"})
    (folder / "model.safetensors").write_bytes(stored)
    (folder / "tokenizer.json").write_bytes(tokenizer.read_bytes())
    _write(folder / "config.json", configuration(plan.shape))
    _write(folder / "tokenizer_config.json", tokenizer_configuration())
    curve = thin(state.curve)
    story = {
        "seed": plan.seed,
        "steps": state.done,
        "planned_steps": plan.steps,
        "data_version": DATA_VERSION,
        "parameters": count(state.parameters),
        "exams": state.exams,
        "curve": curve,
    }
    (folder / "training.json").write_text(json.dumps(story) + "\n", "utf-8")
    (folder / "curve.svg").write_text(draw(curve, state.exams), "utf-8")


def count(parameters: Parameters) -> int:
    """Return the number of trained numbers."""
    own = [parameters["embedding"], parameters["norm"]]
    own += [value for layer in parameters["layers"] for value in layer.values()]
    return sum(int(np.asarray(value).size) for value in own)


def _half(value: Any) -> np.ndarray:
    return np.array(value, dtype=np.float16)


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
