"""What the model server is sent, and when it is sent again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from inkwell_local.errors import LocalError
from inkwell_local.services.model_server import Model
from inkwell_local.services.models import flatten, tiny_invoice

ROOT = Path(__file__).parents[3]


@pytest.fixture
def model(tmp_path: Path) -> Model:
    for name in ("config.json", "model.safetensors", "training.json"):
        (tmp_path / name).write_text(name, encoding="ascii")
    return Model("tiny", tmp_path, "Free.", "{{ .Prompt }}", {"num_ctx": 64})


def test_the_server_gets_what_its_converter_reads_and_nothing_else(model: Model) -> None:
    assert [file.name for file in model.files] == ["config.json", "model.safetensors"]


def test_a_model_is_sent_again_when_its_files_or_settings_change(model: Model) -> None:
    before = model.mark
    assert before.startswith("Free. Made from ")
    (model.folder / "training.json").write_text("another run", encoding="ascii")
    assert model.mark == before
    changed = {replace(model, template="").mark, replace(model, parameters={"num_ctx": 65}).mark}
    (model.folder / "config.json").write_text("{}", encoding="ascii")
    assert len({before, model.mark, *changed}) == 4


def test_a_folder_without_weights_is_no_model(model: Model) -> None:
    (model.folder / "model.safetensors").unlink()
    with pytest.raises(LocalError, match="holds no model"):
        assert model.mark


def test_a_model_of_sentences_is_flattened_with_its_pooling(tmp_path: Path) -> None:
    source, flat = tmp_path / "source", tmp_path / "flat"
    (source / "1_Pooling").mkdir(parents=True)
    for name in ("model.safetensors", "tokenizer.json", "tokenizer_config.json"):
        (source / name).write_text(name, encoding="ascii")
    (source / "config.json").write_text('{"hidden_size": 384}', encoding="ascii")
    pooling = source / "1_Pooling" / "config.json"
    pooling.write_text('{"pooling_mode_mean_tokens": true}', encoding="ascii")
    kind = "sentence_transformers.models."
    modules = [{"type": f"{kind}Transformer", "path": ""}]
    modules.append({"type": f"{kind}Pooling", "path": "1_Pooling"})
    (source / "modules.json").write_text(json.dumps(modules), encoding="ascii")
    flatten(source, flat)
    assert all(file.is_file() for file in flat.iterdir())
    config = json.loads((flat / "config.json").read_text("ascii"))
    assert config == {"hidden_size": 384, "pooling_mode_mean_tokens": True}
    assert json.loads((flat / "modules.json").read_text("ascii"))[1]["path"] == "."


def test_our_own_model_is_whole_small_and_ends_its_answers() -> None:
    own = tiny_invoice(ROOT)
    names = {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}
    assert {file.name for file in own.files} == names
    assert sum(file.stat().st_size for file in own.folder.iterdir()) < 25 * 1024 * 1024
    settings = json.loads((own.folder / "tokenizer_config.json").read_text("utf-8"))
    assert settings["add_bos_token"]
    assert own.parameters["stop"] == [settings["eos_token"]]
    context = json.loads((own.folder / "config.json").read_text("utf-8"))
    assert own.parameters["num_ctx"] <= context["max_position_embeddings"]
