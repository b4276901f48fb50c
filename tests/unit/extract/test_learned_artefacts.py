import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import helper

from inkwell_extract.score.learned.artefact import UnusableScorerError
from inkwell_extract.score.learned.opening import open_scorer
from inkwell_extract.train.card import card
from inkwell_extract.train.export import write
from inkwell_extract.train.training import train
from inkwell_extract.values.confirmed import NOBODY
from support.corrections import cases

Change = Callable[[Path], None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a scorer that can be used."""
    place = tmp_path_factory.mktemp("scorer")
    trained = train(cases(20), 0)
    write(place, trained, card(trained, "2026-11-27", 0), "2026-11-27", 0)
    return place


@pytest.fixture
def broken(folder: Path, tmp_path: Path) -> Path:
    """Return a copy of it to be broken."""
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def said(**changes: Any) -> Change:
    """Return what changes the description."""

    def change(place: Path) -> None:
        body = json.loads((place / "model.json").read_text())
        for name, value in changes.items():
            body[name] = value
        (place / "model.json").write_text(json.dumps(body))

    return change


def field(**changes: Any) -> Change:
    """Return what changes the description of the first field."""

    def change(place: Path) -> None:
        body = json.loads((place / "model.json").read_text())
        body["fields"][0] |= changes
        (place / "model.json").write_text(json.dumps(body).replace("Infinity", "1e999"))

    return change


def sold(name: str, times: int, sellers: int = 1) -> Change:
    """Return what writes a list of confirmed sellers."""
    return said(sellers=[{"name": name, "times": times}] * sellers)


def written(name: str, content: bytes) -> Change:
    """Return what writes a file."""

    def change(place: Path) -> None:
        (place / name).write_bytes(content)

    return change


def twice(place: Path) -> None:
    """Name a field twice."""
    body = json.loads((place / "model.json").read_text())
    body["fields"] *= 2
    (place / "model.json").write_text(json.dumps(body))


def model(content: bytes) -> Change:
    """Return what puts another model in place, with the digest that belongs to it."""

    def change(place: Path) -> None:
        (place / "model.onnx").write_bytes(content)
        said(model_sha256=hashlib.sha256(content).hexdigest())(place)

    return change


def one_output_more(place: Path) -> None:
    """Describe a field that the model does not have."""
    body = json.loads((place / "model.json").read_text())
    body["fields"].append(body["fields"][0] | {"name": "net"})
    (place / "model.json").write_text(json.dumps(body))


def other_inputs() -> bytes:
    """Return a model that is none of ours."""
    x = helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [None, 2])
    y = helper.make_tensor_value_info("additions", onnx.TensorProto.FLOAT, [None, 2])
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["additions"])], "g", [x], [y])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(made.SerializeToString())


BROKEN: dict[str, tuple[Change, str]] = {
    "no model": (lambda place: (place / "model.onnx").unlink(), "model.onnx cannot be read"),
    "no description": (lambda place: (place / "model.json").unlink(), "model.json cannot be read"),
    "another model": (written("model.onnx", b"x"), "is not the one"),
    "no JSON": (written("model.json", b"{"), "not understood"),
    "a later version": (said(version=2), "not understood: version"),
    "words it does not say": (said(secret="x"), "not understood: secret"),
    "another size of words": (said(words=4096), "not understood: words"),
    "no columns": (said(columns=[]), "not understood: columns"),
    "a slope that turns order round": (field(slope=-1.0), "not understood: fields.0.slope"),
    "a slope that is infinite": (field(slope=float("inf")), "not understood: fields.0.slope"),
    "a confidence above 1": (field(steps=[[1.5, 1, 0]]), "not understood: fields.0.steps"),
    "a field twice": (twice, "names a field twice"),
    "a model too large": (model(b"\0" * (4 * 1024 * 1024 + 1)), "has more than"),
    "a description too large": (written("model.json", b" " * 1024 * 1025), "has more than"),
    "a model that is none": (model(b"no model"), "cannot be opened"),
    "a model of other inputs": (model(other_inputs()), "wants other inputs"),
    "a field too many": (one_output_more, "another shape"),
    "a seller never confirmed": (sold("Acme Ltd", 0), "not understood: sellers.0.times"),
    "a seller without a name": (sold("", 1), "not understood: sellers.0.name"),
    "a seller of a page's length": (sold("A" * 121, 1), "not understood: sellers.0.name"),
    "more sellers than anybody has": (sold("Acme Ltd", 1, 2001), "not understood: sellers"),
    "a column too few": (said(columns=["label"]), "cannot be asked"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_scorer_that_is_not_what_it_says_is_refused_in_words(broken: Path, name: str) -> None:
    change, words = BROKEN[name]
    change(broken)
    with pytest.raises(UnusableScorerError, match=words):
        open_scorer(broken)


def test_a_scorer_that_was_trained_beside_other_weights_says_so(broken: Path) -> None:
    said(rules_sha256="0" * 64)(broken)
    assert not open_scorer(broken).is_of_these_rules


def test_a_scorer_from_before_sellers_were_listed_knows_none(broken: Path) -> None:
    body = json.loads((broken / "model.json").read_text())
    del body["sellers"]
    (broken / "model.json").write_text(json.dumps(body))
    assert open_scorer(broken).sellers == NOBODY


def test_names_of_sellers_are_text_whatever_they_hold(broken: Path) -> None:
    hostile = ["Acme\n{{.}} Ltd", "\u202e$(reboot) Ltd", "///", "\0\0\0", ".*.*.*", "ﷺ" * 120]
    said(sellers=[{"name": name, "times": 1} for name in hostile])(broken)
    found = open_scorer(broken).sellers
    assert found.find("reboot ltd", is_read_by_ocr=True) is not None
    assert found.find("", is_read_by_ocr=True) is None
    assert found.find("anything", is_read_by_ocr=True) is None


def test_a_scorer_is_small_enough_for_a_config_map(folder: Path) -> None:
    sizes = [(folder / name).stat().st_size for name in ("model.onnx", "model.json")]
    assert sum(sizes) < 100_000
