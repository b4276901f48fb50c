import pytest

from inkwell_ocr.geometry import PixelBox
from inkwell_ocr.glyphs import Run
from inkwell_ocr.routes.sample import Reading, choose, contradicts
from inkwell_ocr.routes.textlayer import Draft

RUNS = (Run(font=0), Run(font=1))


def draft(text: str, run: int = 0, *, height: float = 11.0, is_aside: bool = False) -> Draft:
    box = PixelBox(0.0, 0.0, 50.0, height)
    return Draft(text, box, is_aside, (0.0, 0.0, 0.1, 0.1), run)


def readings(*pairs: tuple[str, str], confidence: float = 0.9, font: int = 0) -> list[Reading]:
    return [Reading(said, read, confidence, font) for said, read in pairs]


def test_the_sample_has_many_different_characters_of_every_font() -> None:
    drafts = [draft("aaaa"), draft("abab"), draft("Invoice"), draft("1,234.56"), draft("9870", 1)]
    chosen = [found.text for found in choose(drafts, RUNS)]
    assert chosen[0] in {"1,234.56", "9870"}
    assert {"1,234.56", "Invoice", "9870"} <= set(chosen)
    assert "aaaa" not in chosen


def test_the_sample_is_small_however_long_the_page_is() -> None:
    words = [draft(f"w{number}x{number * 7919 % 10007}", number % 2) for number in range(3000)]
    assert len(choose(words, RUNS)) <= 8


def test_words_that_recognition_misreads_easily_are_not_asked() -> None:
    odd = [draft("no"), draft("word" * 9), draft("tiny", height=3), draft("margin", is_aside=True)]
    assert choose([*odd, draft("----- ")], RUNS) == []


def test_the_same_words_are_no_contradiction_though_some_are_misread() -> None:
    read = readings(("Invoice", "lnvoice"), ("INV-20871", "INV-2O871"), ("Total:", "Total"))
    assert not contradicts(read)
    assert not contradicts(readings(("Straße", "StraBe"), ("S0L1D", "solid"), ("1,200", "1.200")))


def test_other_words_are_a_contradiction() -> None:
    assert contradicts(readings(("JOWPJDF", "INVOICE"), ("UPUBM", "TOTAL"), ("Ebuf", "Date")))


def test_one_font_that_says_other_words_is_enough() -> None:
    right = readings(("Invoice", "Invoice"), ("Total", "Total"), ("Seller", "Seller"))
    assert contradicts([*right, *readings(("UPUBM", "TOTAL"), font=1)])


@pytest.mark.parametrize("read", [(("2311.11", "1200.00"), ("2561", "1450")), (("9119", "1111"),)])
def test_digits_that_are_others_are_a_contradiction(read: tuple[tuple[str, str], ...]) -> None:
    assert contradicts(readings(("Invoice", "Invoice"), ("Total", "Total"), *read))


def test_a_digit_misread_once_is_none() -> None:
    assert not contradicts(readings(("INV-20871", "INV-20811"), ("1,200.00", "1,200.00")))


def test_what_recognition_is_not_sure_of_counts_nothing() -> None:
    assert not contradicts(readings(("*12345*", "|||l|1"), ("合計金額", "anise"), confidence=0.4))
    assert not contradicts([])
