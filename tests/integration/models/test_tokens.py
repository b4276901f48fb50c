"""The server splits a question into the very tokens that the model was trained on.

A tokenizer that the server's converter does not know is imported all the same, with a warning that
nobody reads, and splits another way: answers then get worse, and nothing says why.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import httpx
import pypdfium2 as pdfium
import pytest
from tokenizers import Tokenizer

from inkwell_extract.model.prompts import make_prompt
from inkwell_local.services.connection import Connection
from inkwell_tiny_invoice.questions import make

ROOT: Final = Path(__file__).resolve().parents[3]
ARTIFACT: Final = ROOT / "models" / "tiny-invoice" / "artifact"
DATA: Final = Path(os.environ.get("INKWELL_TEST_DATA") or ROOT.parent / "shared" / "data")
ANSWER: Final = "<|answer|>"
BEGIN: Final = "<|begin_of_text|>"
SCHEMA: Final = {
    "type": "object",
    "properties": {"vendor": {"type": "string"}, "total": {"type": "number"}},
}

ODD: Final = (
    "don't I'VE you'LL l'été aujourd'hui D'ARTAGNAN",
    "1234.50 1.234,50 1 234,50 1'234.50 12/2026 №5 ½ ² ³ ①",
    "  two  spaces\n\n\nthree breaks \n \n a\ttab, trailing   ",
    "Müller & Söhne GmbH · Straße 5 \u2013 10115 Berlin € £ ¥ ₣",
    "ﬁnal oﬃce \u00a0hard space\u2009thin \u202fnarrow e\u0301 combining",
    "日本語 العربية 0٣٤ हिन्दी 🙂 \ufffd",
    '{"a":[1,2,{"b":null}]} <document-0f> </document-0f> ***--- ...!!!',
)


def samples() -> Iterator[tuple[str, str]]:
    """Yield held-out documents with their own schemas."""
    for index in range(6):
        sample = make(4_711, index, is_held_out=True)
        yield f"held-out-{index}", sample.question


def real() -> Iterator[tuple[str, str]]:
    """Yield the text layer of real invoices, where there are some."""
    for file in sorted((DATA / "invoices").glob("*.pdf"))[::4]:
        with pdfium.PdfDocument(file) as document:
            text = document[0].get_textpage().get_text_bounded()
        yield file.stem, make_prompt(text[:2500], SCHEMA, "", 100_000, 100).user


TEXTS: Final = dict([*((f"odd-{n}", text) for n, text in enumerate(ODD)), *samples(), *real()])


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """The tokenizer as it was trained with."""
    return Tokenizer.from_file(str(ARTIFACT / "tokenizer.json"))


@pytest.fixture(scope="module")
def shown(server: httpx.Client, services: Connection) -> Mapping[str, Any]:
    """What the server says of the model."""
    request = {"model": services.model, "verbose": True}
    told: dict[str, Any] = server.post("/api/show", json=request).raise_for_status().json()
    return told


def test_the_converter_knew_the_tokenizer(shown: Mapping[str, Any]) -> None:
    assert shown["model_info"]["tokenizer.ggml.pre"] == "qwen2"


def test_the_server_has_the_same_vocabulary(shown: Mapping[str, Any], tokenizer: Tokenizer) -> None:
    ours = [tokenizer.id_to_token(number) for number in range(tokenizer.get_vocab_size())]
    assert shown["model_info"]["tokenizer.ggml.tokens"] == ours


def test_the_server_has_the_same_merges(shown: Mapping[str, Any]) -> None:
    merges = json.loads((ARTIFACT / "tokenizer.json").read_text("utf-8"))["model"]["merges"]
    ours = [merge if isinstance(merge, str) else " ".join(merge) for merge in merges]
    assert shown["model_info"]["tokenizer.ggml.merges"] == ours


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_split_into_the_same_tokens(
    name: str, server: httpx.Client, services: Connection, tokenizer: Tokenizer
) -> None:
    ours = tokenizer.encode(TEXTS[name], add_special_tokens=False).ids
    # The answer's `context` is the tokens of question and answer, without the one that begins.
    request = {
        "model": services.model,
        "prompt": TEXTS[name],
        "stream": False,
        "options": {"num_predict": 1},
    }
    told = server.post("/api/generate", json=request).raise_for_status().json()
    theirs = told["context"]
    assert theirs[: theirs.index(tokenizer.token_to_id(ANSWER))] == ours


def test_the_model_itself_is_given_the_beginning_the_question_and_the_mark(
    server: httpx.Client, services: Connection, tokenizer: Tokenizer
) -> None:
    text = TEXTS["held-out-0"]
    request = {"model": services.model, "prompt": text, "stream": False}
    request |= {"options": {"num_predict": 1}}
    told = server.post("/api/generate", json=request).raise_for_status().json()
    seen = tokenizer.encode(f"{BEGIN}{text}{ANSWER}", add_special_tokens=False).ids
    assert told["prompt_eval_count"] == len(seen)
