import hashlib
import json

import pytest
from tokenizers import Tokenizer

from inkwell_tiny_invoice.learning import tokens
from inkwell_tiny_invoice.questions import make


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    samples = [make(3, index, is_held_out=False) for index in range(60)]
    return tokens.learn([text for s in samples for text in (s.question, s.answer_text)], 512)


def test_the_server_knows_the_pattern_by_its_digest() -> None:
    digest = hashlib.sha256(tokens.PATTERN.encode()).hexdigest()
    assert digest == tokens.PATTERN_DIGEST


def test_the_file_holds_that_pattern_alone(tokenizer: Tokenizer) -> None:
    parts = json.loads(tokenizer.to_str())["pre_tokenizer"]["pretokenizers"]
    assert parts[0]["pattern"] == {"Regex": tokens.PATTERN}
    assert (parts[1]["type"], parts[1]["use_regex"]) == ("ByteLevel", False)


def test_special_tokens_have_their_numbers(tokenizer: Tokenizer) -> None:
    ids = [tokenizer.token_to_id(text) for text in tokens.SPECIAL]
    assert ids == [tokens.BEGIN_ID, tokens.END_ID, tokens.ANSWER_ID]


@pytest.mark.parametrize(
    "text", ["Größe: 1.234,50 €\nNº 7", "日本 · „x“\t\r\n  |", "a  b\n\n c", "123456"]
)
def test_every_text_comes_back(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_every_digit_is_a_token(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("20261121").tokens == list("20261121")


def test_questions_and_answers_end_where_the_server_ends_them(tokenizer: Tokenizer) -> None:
    question = tokens.encode_question(tokenizer, "x")
    assert (question[0], question[-1]) == (tokens.BEGIN_ID, tokens.ANSWER_ID)
    assert tokens.encode_answer(tokenizer, "{}")[-1] == tokens.END_ID


@pytest.mark.parametrize("name", ["Krüger & Söhne", "Zwolm-Bau Ltd.", "IN_2025/17", "l'Orée SA"])
@pytest.mark.parametrize("place", ["Seller: {}\n", "Seller   {}   12", "{}\n", "({})", '"{}","'])
def test_a_name_is_the_same_tokens_wherever_it_stands(
    tokenizer: Tokenizer, name: str, place: str
) -> None:
    alone = " ".join(tokenizer.encode(name).tokens)
    assert alone in " ".join(tokenizer.encode(place.format(name)).tokens)
