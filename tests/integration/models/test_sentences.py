"""Search by meaning: what says the same in other words is found before what does not."""

import math
from collections.abc import Sequence

import httpx
import pytest

from inkwell_local.services.connection import Connection

PARAPHRASES = (
    ("Please pay within thirty days.", "The amount is due one month after the invoice date."),
    ("The goods arrived broken.", "Our delivery was damaged when we received it."),
    ("Who supplied the printer paper?", "Office stationery sold by Miller & Sons Ltd."),
    ("You were charged twice for March.", "There is a duplicate bill for the month of March."),
    ("The contract ends in December.", "This agreement expires at the end of the year."),
    ("We owe you money back.", "A credit note: the refund goes to your account."),
)
UNRELATED = (
    "It rained in the mountains all week.",
    "The orchestra played a symphony by Mahler.",
    "Add two eggs and stir until the dough is smooth.",
    "The striker scored in the last minute of the match.",
    "Jupiter has more moons than any other planet but one.",
)


@pytest.fixture(scope="module")
def vectors(server: httpx.Client, services: Connection) -> dict[str, list[float]]:
    """The vector of each sentence, all asked for in one request."""
    sentences = [*(sentence for pair in PARAPHRASES for sentence in pair), *UNRELATED]
    request = {"model": services.sentence_model, "input": sentences}
    answer = server.post("/v1/embeddings", json=request).raise_for_status().json()
    ordered = sorted(answer["data"], key=lambda each: each["index"])
    return dict(zip(sentences, (each["embedding"] for each in ordered), strict=True))


def likeness(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the cosine of the angle between two vectors."""
    both = sum(a * b for a, b in zip(one, other, strict=True))
    return both / math.hypot(*one) / math.hypot(*other)


def test_a_vector_has_the_size_that_a_table_can_be_made_for(
    vectors: dict[str, list[float]],
) -> None:
    assert {len(vector) for vector in vectors.values()} == {384}
    assert all(math.hypot(*vector) == pytest.approx(1, abs=1e-3) for vector in vectors.values())


@pytest.mark.parametrize(("question", "answer"), PARAPHRASES)
def test_a_paraphrase_ranks_above_everything_else(
    vectors: dict[str, list[float]], question: str, answer: str
) -> None:
    others = [each for each in vectors if each != question]
    ranked = sorted(others, key=lambda each: -likeness(vectors[question], vectors[each]))
    assert ranked[0] == answer


@pytest.mark.parametrize("question", [question for question, _ in PARAPHRASES])
def test_nothing_unrelated_comes_near_a_paraphrase(
    vectors: dict[str, list[float]], question: str
) -> None:
    answer = dict(PARAPHRASES)[question]
    near = likeness(vectors[question], vectors[answer])
    far = max(likeness(vectors[question], vectors[each]) for each in UNRELATED)
    assert near > far + 0.15


def test_the_server_gives_the_same_vector_again_by_both_interfaces(
    server: httpx.Client, services: Connection, vectors: dict[str, list[float]]
) -> None:
    sentence = PARAPHRASES[0][0]
    request = {"model": services.sentence_model, "input": sentence}
    own = server.post("/api/embed", json=request).raise_for_status().json()["embeddings"][0]
    assert likeness(own, vectors[sentence]) == pytest.approx(1, abs=1e-4)
