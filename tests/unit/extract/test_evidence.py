import random
import string
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkwell_api.document import UNGROUNDED, Match
from inkwell_extract.evidence import Evidences
from inkwell_extract.page.layout import Layout
from support.typeset import pages, typeset

DOCUMENT = (
    "Northgate Textiles Ltd           Invoice No: INV-2024-0017",
    "Issue date 7. Mai 2014           VAT DE 232 446 240",
    "Archive boxes, set of 20         1.234,56 €",
    "Total EUR                        1 404,67",
    "Delivered to the back door of the",
    "old warehouse in Hamburg",
)


@pytest.fixture(scope="module")
def evidences() -> Evidences:
    """The document's words, indexed."""
    return Evidences(Layout([typeset(*DOCUMENT, confidence=0.9)]))


@pytest.mark.parametrize(
    ("value", "match", "text"),
    [
        ("INV-2024-0017", Match.EXACT, "INV-2024-0017"),
        ("Northgate Textiles Ltd", Match.EXACT, "Northgate Textiles Ltd"),
        ("northgate textiles ltd", Match.EXACT, "Northgate Textiles Ltd"),
        ("2014-05-07", Match.NORMALISED, "7. Mai 2014"),
        (1234.56, Match.NORMALISED, "1.234,56"),
        (1404.67, Match.NORMALISED, "1 404,67"),
        ("1234.56", Match.NORMALISED, "1.234,56"),
        (20, Match.EXACT, "20"),
        ("EUR", Match.EXACT, "EUR"),
        ("DE232446240", Match.NORMALISED, "DE 232 446 240"),
        ("INV 2024 0017", Match.NORMALISED, "INV-2024-0017"),
        ("N0rthgate Textiles Ltd", Match.FUZZY, "Northgate Textiles Ltd"),
        ("back door of the old warehouse", Match.NORMALISED, None),
    ],
)
def test_values_are_found_again(
    evidences: Evidences, value: Any, match: Match, text: str | None
) -> None:
    found = evidences.find(value)
    assert found.match is match
    assert found.page == 1
    assert found.confidence == 0.9
    assert found.box is not None
    assert text is None or found.text == text


@pytest.mark.parametrize(
    "value",
    [
        "INV-2024-0099",
        "Southgate Leather Inc",
        "2014-05-08",
        1234.57,
        -1404.67,
        21,
        "CHF",
        "",
        "DE232446999",
        "INV-2024-0018",
        "1NV-2024-0017",
        True,
        None,
    ],
)
def test_what_does_not_stand_there_is_ungrounded(evidences: Evidences, value: Any) -> None:
    assert evidences.find(value) == UNGROUNDED


def test_a_model_that_invents_is_not_believed(evidences: Evidences) -> None:
    generator = random.Random(7)
    letters = string.ascii_letters + string.digits
    invented: list[Any] = ["".join(generator.choices(letters, k=12)) for _ in range(150)]
    invented += [round(generator.uniform(100, 10_000), 2) for _ in range(150)]
    invented += [
        date.fromordinal(generator.randint(700_000, 740_000)).isoformat() for _ in range(150)
    ]
    assert all(evidences.find(value) == UNGROUNDED for value in invented)


def test_the_box_surrounds_the_words(evidences: Evidences) -> None:
    found = evidences.find("Northgate Textiles Ltd")
    page = typeset(*DOCUMENT)
    assert found.box is not None
    assert found.box.left == page.words[0].box.left
    assert found.box.right == page.words[2].box.right


def test_a_value_over_two_rows_is_found_in_its_column() -> None:
    layout = Layout([typeset("Seller: Beispiel Handels-", "        gesellschaft mbH")])
    found = Evidences(layout).find("Beispiel Handelsgesellschaft mbH")
    assert found.match is Match.NORMALISED
    assert found.text == "Beispiel Handels- gesellschaft mbH"


def test_values_on_later_pages_say_so() -> None:
    assert Evidences(Layout(pages(["one"], ["two 4711"]))).find("4711").page == 2


@settings(max_examples=40)
@given(st.lists(st.text("abc123.,€- ", min_size=1, max_size=30), max_size=6), st.text(max_size=30))
def test_any_value_gets_evidence_whose_words_stand_on_the_page(
    lines: list[str], value: str
) -> None:
    page = typeset(*lines)
    found = Evidences(Layout([page])).find(value)
    words = {word.text for word in page.words}
    assert set(found.text.split()) <= words
    assert (found.match is Match.UNGROUNDED) == (found.page is None)


@settings(max_examples=40)
@given(st.lists(st.text("abcxyz789", min_size=3, max_size=9), min_size=2, max_size=12), st.data())
def test_words_of_the_page_are_always_found(words: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    stop = data.draw(st.integers(start + 1, len(words)))
    evidences = Evidences(Layout([typeset(" ".join(words))]))
    assert evidences.find(" ".join(words[start:stop])).match in {Match.EXACT, Match.NORMALISED}


def test_what_ends_a_sentence_is_found_too() -> None:
    evidences = Evidences(
        Layout([typeset("Please pay 413,72 € by 24.03.25.", "We owe you 12,50.")])
    )
    assert evidences.find("2025-03-24").text == "24.03.25."
    assert evidences.find(12.5).text == "12,50."
