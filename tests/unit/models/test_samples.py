"""What is asked of documents, and what is right to answer."""

import json

from inkwell_documents.varied.truth import FIELDS
from inkwell_tiny_invoice.questions import make
from inkwell_tiny_invoice.questions.schemas import SYNONYMS

SEED = 11


def test_the_same_seed_gives_the_same_samples() -> None:
    for index in range(40):
        first = make(SEED, index, is_held_out=False, noise=0.02)
        again = make(SEED, index, is_held_out=False, noise=0.02)
        assert first == again


def test_answers_follow_the_schema_with_null_for_what_is_not_said() -> None:
    known = {name: field for field in FIELDS for name in (field, *SYNONYMS[field])}
    is_short = []
    for index in range(150):
        sample = make(SEED, index, is_held_out=False)
        wanted = list(sample.schema["properties"])
        assert list(sample.answer) == wanted
        said = [name for name, value in sample.answer.items() if value is not None]
        assert said == [name for name in wanted if known[name] in sample.truth]
        assert json.dumps(sample.schema, separators=(",", ":")) in sample.question
        is_short.append(len(said) < len(wanted))
    assert any(is_short)
    assert not all(is_short)


def test_noise_changes_the_text_and_never_the_answer() -> None:
    clean = [make(SEED, index, is_held_out=False) for index in range(80)]
    noisy = [make(SEED, index, is_held_out=False, noise=0.05) for index in range(80)]
    assert [sample.truth for sample in clean] == [sample.truth for sample in noisy]
    assert sum(a.text != b.text for a, b in zip(clean, noisy, strict=True)) > 20


def test_seeds_and_indexes_give_other_samples() -> None:
    texts = {make(seed, index, is_held_out=False).text for seed in (1, 2) for index in range(60)}
    assert len(texts) == 120
