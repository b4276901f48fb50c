"""Varied documents say what their truth says, and nothing held out is shown to training."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from inkwell_documents.facts import Language
from inkwell_documents.reading import rows
from inkwell_documents.varied.amounts import SYMBOLS
from inkwell_documents.varied.document import Document, draw, make, stream
from inkwell_documents.varied.layouts import layouts
from inkwell_documents.varied.rendering import to_pdf
from inkwell_documents.vocabularies import HELD_OUT, TRAINED

SEED = 11


def documents(count: int, *, is_held_out: bool) -> Iterator[Document]:
    return (make(SEED, index, is_held_out=is_held_out) for index in range(count))


def read(count: int, *, is_held_out: bool, noise: float = 0.0) -> Iterator[tuple[Document, str]]:
    """Yield documents with their texts."""
    for index in range(count):
        random = stream(SEED, index, is_held_out=is_held_out)
        document = draw(random, is_held_out=is_held_out)
        yield document, rows.read(document.sheet, random, noise)


def test_the_same_seed_gives_the_same_documents_and_texts() -> None:
    first, again = (list(read(40, is_held_out=False, noise=0.02)) for _ in range(2))
    assert first == again


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
    drawn = {document.layout for document in documents(200, is_held_out=False)}
    assert drawn == {layout.__name__ for layout in trained}
    drawn = {document.layout for document in documents(100, is_held_out=True)}
    assert drawn == {layout.__name__ for layout in kept_back}


@pytest.mark.parametrize("language", Language)
def test_no_name_is_both_trained_and_held_out(language: Language) -> None:
    trained, kept_back = TRAINED[language], HELD_OUT[language]
    assert trained.labels == kept_back.labels
    for field in ("stems", "trades", "people", "streets", "cities", "goods"):
        known = set(getattr(trained.names, field))
        assert known
        assert not known & set(getattr(kept_back.names, field)), field


@pytest.mark.parametrize("is_held_out", [True, False])
def test_a_text_holds_the_truth(*, is_held_out: bool) -> None:
    for document, text in read(150, is_held_out=is_held_out):
        assert str(document.truth["vendor"]) in text
        if "invoice_number" in document.truth:
            assert str(document.truth["invoice_number"]) in text
        digits = "".join(sign for sign in text if sign.isdigit())
        for name in ("subtotal", "tax", "total"):
            if name in document.truth:
                cents = str(document.truth[name]).replace(".", "").lstrip("0")
                assert cents in digits, (document.layout, text, name)


@pytest.mark.parametrize("is_held_out", [True, False])
def test_no_currency_is_true_that_stands_nowhere(*, is_held_out: bool) -> None:
    for document, text in read(300, is_held_out=is_held_out):
        if "currency" in document.truth:
            code = str(document.truth["currency"])
            assert code in text or SYMBOLS.get(code, code) in text


def test_noise_changes_texts_and_no_truth() -> None:
    clean = list(read(80, is_held_out=False))
    noisy = list(read(80, is_held_out=False, noise=0.05))
    assert [document for document, _ in clean] == [document for document, _ in noisy]
    assert sum(a != b for (_, a), (_, b) in zip(clean, noisy, strict=True)) > 20


def test_sums_add_up() -> None:
    for document in documents(100, is_held_out=True):
        truth = document.truth
        if "tax" in truth:
            net, tax, total = (Decimal(truth[name]) for name in ("subtotal", "tax", "total"))
            assert net + tax == total


def test_every_document_can_be_drawn() -> None:
    for document in documents(12, is_held_out=True):
        assert to_pdf(document.sheet).startswith(b"%PDF")
