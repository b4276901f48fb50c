import time
from dataclasses import replace

import pytest
from PIL import Image

from inkwell_api.document import Page
from inkwell_api.route import Doubt
from inkwell_ocr.routes.doubt import Look, doubts_of
from inkwell_ocr.routes.looks import look_at
from support.typeset import typeset

A4 = Look(2480, 3508, 3)
INVOICE = (
    "Invoice 4711 of 5 March 2026",
    "Subtotal 100.00",
    "VAT 19 % 19.00",
    "Total 119.00 EUR",
)


def doubts(*lines: str, look: Look = A4, confidence: float = 0.95) -> tuple[Doubt, ...]:
    """Return the doubts of a page with these lines."""
    return doubts_of(typeset(*lines, confidence=confidence).words, look)


def test_a_clean_page_that_agrees_is_not_doubted() -> None:
    assert doubts(*INVOICE) == ()


def test_an_empty_page_is_not_read_again() -> None:
    assert doubts() == ()


def test_a_page_without_business_needs_neither_amount_nor_date() -> None:
    assert doubts("Dear Sir or Madam,", "we hope to see you again") == ()


@pytest.mark.parametrize(
    ("look", "doubt"),
    [
        (replace(A4, width=1200), Doubt.TILL_ROLL),
        (replace(A4, unevenness=70), Doubt.PHOTOGRAPH),
    ],
)
def test_what_an_image_looks_like_makes_it_doubtful(look: Look, doubt: Doubt) -> None:
    assert doubts(*INVOICE, look=look) == (doubt,)


def test_a_till_roll_on_which_nothing_was_read_is_doubted_all_the_same() -> None:
    assert doubts(look=replace(A4, width=1000)) == (Doubt.TILL_ROLL,)


def test_unsure_words_make_a_page_doubtful() -> None:
    assert doubts(*INVOICE, confidence=0.7) == (Doubt.LOW_CONFIDENCE,)


@pytest.mark.parametrize(
    ("lines", "doubt"),
    [
        (("Invoice of 5.3.2026", "Total l2.OO"), Doubt.NO_AMOUNT),
        (("Rechnung vom 5.3.2026", "Gesamtbetrag 1200"), Doubt.NO_AMOUNT),
        (("Invoice of S.3.2O26", "Total 12.00"), Doubt.NO_DATE),
        (("Invoice 5 March 2026", "Subtotal 100.00", "VAT 19.00", "Total 179.00"),
         Doubt.SUMS_DISAGREE),
        (("Facture du 05/03/2026", "Netto 1.100,00", "TVA 19,00", "Totale 1.179,00"),
         Doubt.SUMS_DISAGREE),
    ],
)  # fmt: skip
def test_amounts_and_dates_that_are_missing_or_disagree_make_a_page_doubtful(
    lines: tuple[str, ...], doubt: Doubt
) -> None:
    assert doubts(*lines) == (doubt,)


@pytest.mark.parametrize(
    "lines",
    [
        ("Invoice 2026-03-05", "Netto 1.100,00", "MwSt 209,00", "Gesamtbetrag 1.309,00"),
        ("Invoice August 3 , 2026", "Subtotal 100.00", "VAT 7.00", "VAT 19.00", "Total 126.00"),
        ("Invoice 5 Mar 26", "Subtotal 1,100.00", "Tax 8 % 88.00", "Total 2", "Total 1,188.00"),
    ],
)
def test_sums_of_several_rates_and_marks_agree(lines: tuple[str, ...]) -> None:
    assert doubts(*lines) == ()


def test_a_hostile_page_of_amounts_is_judged_in_no_time() -> None:
    words = typeset(*["subtotal 1.00", "tax 2.00", "total 9.00"] * 5000).words
    page = Page(1, 1, 1, typeset("x").source, 0, words)
    assert Doubt.SUMS_DISAGREE in doubts_of(page.words, A4)


def test_a_hostile_line_of_digits_is_judged_in_no_time() -> None:
    """Groups of three with spaces may be one number: without a bound, each begins another."""
    [word] = typeset("111").words
    begun = time.process_time()
    assert doubts_of((word,) * 60_000, A4) == ()
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("dark", [0, 160])
def test_paper_in_uneven_light_is_a_photograph(dark: int) -> None:
    """A scanner's paper is white everywhere, and print on it makes no shade."""
    page = Image.linear_gradient("L").resize((600, 800)).point(lambda v: 255 - v * dark // 255)
    for row in range(100, 700, 40):
        page.paste(0, (80, row, 520, row + 6))
    look = look_at(page)
    assert (look.width, look.height) == (600, 800)
    assert (Doubt.PHOTOGRAPH in doubts_of((), look)) == (dark > 0)


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3)])
def test_an_image_of_any_size_is_looked_at(size: tuple[int, int]) -> None:
    assert look_at(Image.new("L", size, 255)).unevenness == 0
