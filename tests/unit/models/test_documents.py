import json
from decimal import Decimal

import pytest

from inkwell_tiny_invoice.documents import held_out, make
from inkwell_tiny_invoice.documents.formats import SYMBOLS
from inkwell_tiny_invoice.documents.layouts import layouts
from inkwell_tiny_invoice.documents.rendering import to_pdf
from inkwell_tiny_invoice.documents.schemas import FIELDS, SYNONYMS
from inkwell_tiny_invoice.documents.vocabularies import VOCABULARIES

SEED = 11


def test_the_same_seed_gives_the_same_samples() -> None:
    for index in range(40):
        first = make(SEED, index, is_held_out=False, noise=0.02)
        again = make(SEED, index, is_held_out=False, noise=0.02)
        assert first == again


def test_seeds_and_indexes_give_other_samples() -> None:
    texts = {make(seed, index, is_held_out=False).text for seed in (1, 2) for index in range(60)}
    assert len(texts) == 120


def test_no_layout_is_both_trained_and_held_out() -> None:
    trained, kept_back = (
        {
            layout
            for is_receipt in (True, False)
            for layout in layouts(is_receipt=is_receipt, is_held_out=is_held_out)
        }
        for is_held_out in (False, True)
    )
    assert trained
    assert kept_back
    assert not trained & kept_back
    drawn = {make(SEED, index, is_held_out=False).layout for index in range(200)}
    assert drawn == {layout.__name__ for layout in trained}
    drawn = {sample.layout for sample in held_out(SEED, 100)}
    assert drawn == {layout.__name__ for layout in kept_back}


@pytest.mark.parametrize("language", VOCABULARIES)
def test_no_name_is_both_trained_and_held_out(language: str) -> None:
    vocabulary = VOCABULARIES[language]
    for field in ("stems", "trades", "people", "streets", "cities", "goods"):
        trained = set(getattr(vocabulary.trained, field))
        assert not trained & set(getattr(vocabulary.held_out, field)), field


@pytest.mark.parametrize("is_held_out", [True, False])
def test_the_document_holds_what_the_answer_says(is_held_out: bool) -> None:  # noqa: FBT001 - a parameter of a test
    for index in range(150):
        sample = make(SEED, index, is_held_out=is_held_out)
        assert str(sample.truth["vendor"]) in sample.text
        if "invoice_number" in sample.truth:
            assert str(sample.truth["invoice_number"]) in sample.text
        digits = "".join(sign for sign in sample.text if sign.isdigit())
        for name in ("subtotal", "tax", "total"):
            if name in sample.truth:
                cents = str(sample.truth[name]).replace(".", "").lstrip("0")
                assert cents in digits, (sample.layout, sample.text, name)


def test_sums_add_up() -> None:
    for sample in held_out(SEED, 100):
        if "tax" in sample.truth:
            net, tax, total = (Decimal(sample.truth[name]) for name in ("subtotal", "tax", "total"))
            assert net + tax == total


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


def test_every_document_can_be_drawn() -> None:
    for sample in held_out(SEED, 12):
        assert to_pdf(sample.sheet).startswith(b"%PDF")


def test_no_currency_is_asked_for_that_stands_nowhere() -> None:
    for index in range(300):
        for is_held_out in (True, False):
            sample = make(SEED, index, is_held_out=is_held_out)
            if "currency" in sample.truth:
                code = str(sample.truth["currency"])
                assert code in sample.text or SYMBOLS.get(code, code) in sample.text
