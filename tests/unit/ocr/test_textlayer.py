import math

from hypothesis import given
from hypothesis import strategies as st

from inkwell_ocr.glyphs import Glyph
from inkwell_ocr.routes.textlayer import Display, is_usable, make_words

WIDTH, HEIGHT = 600.0, 800.0
UPRIGHT = Display(rotation=0, turn=0)


def glyphs(text: str, *, x: float = 60, y: float = 80, is_mapped: bool = True) -> list[Glyph]:
    """Return the characters of a line of text, six points wide and ten high each."""
    found = []
    for index, character in enumerate(text):
        left = x + index * 6
        box = (left / WIDTH, y / HEIGHT, (left + 6) / WIDTH, (y + 10) / HEIGHT)
        visible = None if character == " " else box
        found.append(Glyph(ord(character), visible, 0.0, is_mapped))
    return found


def texts(*lines: list[Glyph]) -> list[str]:
    """Return the words of some lines."""
    together = [glyph for line in lines for glyph in line]
    return [word.text for word in make_words(together, UPRIGHT, WIDTH, HEIGHT)]


def test_words_come_line_by_line_whatever_order_they_were_written_in() -> None:
    right = glyphs("30064443", x=300, y=80)
    left = glyphs("Rechnung Nr", x=60, y=81)
    below = glyphs("Summe", x=60, y=120)
    words = make_words([*below, *right, *left], UPRIGHT, WIDTH, HEIGHT)
    assert [(word.text, word.line) for word in words] == [
        ("Rechnung", 0),
        ("Nr", 0),
        ("30064443", 0),
        ("Summe", 1),
    ]


def test_a_wide_gap_parts_words_even_without_a_space() -> None:
    assert texts(glyphs("Total") + glyphs("12,00", x=300)) == ["Total", "12,00"]


def test_a_word_has_the_box_of_its_characters() -> None:
    [word] = make_words(glyphs("abc"), UPRIGHT, WIDTH, HEIGHT)
    assert (word.box.left, word.box.top) == (60 / WIDTH, 80 / HEIGHT)
    assert (word.box.right, word.box.bottom) == (78 / WIDTH, 90 / HEIGHT)


def test_a_page_whose_text_runs_upwards_is_turned_clockwise() -> None:
    upward = [
        Glyph(ord(c), (0.5, 0.9 - i * 0.02, 0.52, 0.92 - i * 0.02), math.pi / 2, is_mapped=True)
        for i, c in enumerate("upward")
    ]
    display = Display.of(upward, 0)
    assert display.turn == 90
    [word] = make_words(upward, display, HEIGHT, WIDTH)
    assert word.text == "upward"
    assert word.box.right - word.box.left > word.box.bottom - word.box.top


def test_the_rotation_of_the_page_counts() -> None:
    sideways = [Glyph(ord("a"), (0.1, 0.1, 0.2, 0.2), math.pi / 2, is_mapped=True)]
    assert Display.of(sideways, 90).turn == 0


def test_text_along_the_margin_comes_last() -> None:
    margin = [
        Glyph(ord(c), (0.01, 0.5 - i * 0.02, 0.03, 0.52 - i * 0.02), math.pi / 2, is_mapped=True)
        for i, c in enumerate("stamp")
    ]
    assert texts(margin, glyphs("One", y=200), glyphs("Two", y=400)) == ["One", "Two", "stamp"]


def test_ligatures_and_odd_hyphens_become_letters() -> None:
    assert texts(glyphs("\ufb01nal\x02ly")) == ["final-ly"]


def test_characters_outside_of_the_basic_plane_are_put_together() -> None:
    high, low = (
        Glyph(code, (0.1, 0.1, 0.12, 0.12), 0.0, is_mapped=True) for code in (0xD83D, 0xDE00)
    )
    assert texts([high, low]) == ["\U0001f600"]


def test_a_text_layer_is_used_when_it_says_something() -> None:
    good = glyphs("Rechnung Nummer 4711 vom 5. Mai")
    assert is_usable(good, is_scan=False)
    assert not is_usable(good, is_scan=True), "a stamp on a scan"
    assert is_usable(good * 5, is_scan=True), "a scan that was read before"


def test_a_text_layer_that_is_empty_tiny_or_garbage_is_not_used() -> None:
    assert not is_usable([], is_scan=False)
    assert not is_usable(glyphs("Page 3"), is_scan=False)
    assert not is_usable(glyphs("Rechnung Nummer 4711", is_mapped=False), is_scan=False)
    assert not is_usable(glyphs("\ue001\ue002\ue003" * 20), is_scan=False)
    assert not is_usable(glyphs("!$%&/()=?*+~#'<>|" * 5 + "abcdefghijklmnopq"), is_scan=False)


@given(st.text(min_size=1, max_size=50))
def test_any_text_makes_words_without_white_space(text: str) -> None:
    plain = [c for c in text if ord(c) < 0x10000]
    for word in texts(glyphs("".join(plain))):
        assert word
        assert word == word.strip()
