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


def two_products(
    names: tuple[str, str] = ("numbers", "words"), widths: tuple[int, int] = (2, 8192)
) -> onnx.ModelProto:
    """Return a model of the form that training writes, of inputs with these names and widths."""
    floats = onnx.TensorProto.FLOAT
    first, second = (
        helper.make_tensor(f"of_{name}", floats, [width, 1], [0.0] * width)
        for name, width in zip(names, widths, strict=True)
    )
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", [names[0], first.name], ["a"]),
            helper.make_node("MatMul", [names[1], second.name], ["b"]),
            helper.make_node("Add", ["a", "b"], ["additions"]),
        ],
        "g",
        [
            helper.make_tensor_value_info(name, floats, [None, width])
            for name, width in zip(names, widths, strict=True)
        ],
        [helper.make_tensor_value_info("additions", floats, [None, 1])],
        [first, second],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def changed(change: Callable[[onnx.ModelProto], object]) -> Change:
    """Return what puts such a model in place, with one thing in it that training never writes."""
    made = two_products()
    change(made)
    return model(bytes(made.SerializeToString()))


def endless(made: onnx.ModelProto) -> None:
    """Let the model end with a loop that does not."""
    body = helper.make_graph([], "body", [], [])
    made.graph.node.append(helper.make_node("Loop", ["", "", "additions"], ["never"], body=body))


def with_a_file(made: onnx.ModelProto) -> None:
    """Let numbers of the model lie in a file of the machine."""
    made.graph.initializer[0].data_location = onnx.TensorProto.EXTERNAL
    made.graph.initializer[0].external_data.add(key="location", value="/etc/hostname")


def with_thin_numbers(made: onnx.ModelProto) -> None:
    """Let few numbers of the file stand for many in memory."""
    made.graph.sparse_initializer.add().dims.extend([1 << 20, 1 << 20])


SECOND_GRAPH = helper.make_model(
    helper.make_graph([helper.make_node("Sin", ["a"], ["c"])], "g", [], [])
)


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
    "rules of another time": (said(rules_sha256="0" * 64), "train it again"),
    "a field twice": (twice, "names a field twice"),
    "a model too large": (model(b"\0" * (4 * 1024 * 1024 + 1)), "has more than"),
    "a description too large": (written("model.json", b" " * 1024 * 1025), "has more than"),
    "a model that is none": (model(b"no model"), "other parts"),
    "a loop": (changed(endless), "other parts"),
    "a function": (changed(lambda made: made.functions.add(name="f")), "other parts"),
    "numbers of another file": (changed(with_a_file), "other parts"),
    "numbers that stand for many": (changed(with_thin_numbers), "other parts"),
    "an operation of somebody else's": (
        changed(lambda made: setattr(made.graph.node[0], "domain", "theirs")),
        "other parts",
    ),
    "a graph that is merged into the first": (
        model(two_products().SerializeToString() + SECOND_GRAPH.SerializeToString()),
        "other parts",
    ),
    "a model whose numbers do not fit": (
        changed(lambda made: made.graph.initializer[0].dims.append(7)),
        "cannot be opened",
    ),
    "a model of other inputs": (
        model(two_products(("x", "words")).SerializeToString()),
        "wants other inputs",
    ),
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
