import math

from hypothesis import given
from hypothesis import strategies as st

from inkwell_api.document import Word
from inkwell_ocr.glyphs import Glyph
from inkwell_ocr.routes.textlayer import Display, draft_words, make_words

WIDTH, HEIGHT = 600.0, 800.0
UPRIGHT = Display(0, 0, WIDTH, HEIGHT)


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
    return [word.text for word in words_of([glyph for line in lines for glyph in line])]


def words_of(found: list[Glyph], display: Display = UPRIGHT) -> tuple[Word, ...]:
    """Return the words of some characters."""
    return make_words(draft_words(found, display), display)


def generated_space() -> Glyph:
    """Return a space that PDFium puts where it sees a gap."""
    return Glyph(ord(" "), None, 0.0, is_mapped=True, is_generated=True)


def test_words_come_line_by_line_whatever_order_they_were_written_in() -> None:
    right = glyphs("30064443", x=300, y=80)
    left = glyphs("Rechnung Nr", x=60, y=81)
    below = glyphs("Summe", x=60, y=120)
    words = words_of([*below, *right, *left])
    assert [(word.text, word.line) for word in words] == [
        ("Rechnung", 0),
        ("Nr", 0),
        ("30064443", 0),
        ("Summe", 1),
    ]


def test_a_wide_gap_parts_words_even_without_a_space() -> None:
    assert texts(glyphs("Total") + glyphs("12,00", x=300)) == ["Total", "12,00"]


def test_a_word_has_the_box_of_its_characters() -> None:
    [word] = words_of(glyphs("abc"))
    assert (word.box.left, word.box.top) == (60 / WIDTH, 80 / HEIGHT)
    assert (word.box.right, word.box.bottom) == (78 / WIDTH, 90 / HEIGHT)


def test_a_page_whose_text_runs_upwards_is_turned_clockwise() -> None:
    upward = [
        Glyph(ord(c), (0.5, 0.9 - i * 0.02, 0.52, 0.92 - i * 0.02), math.pi / 2, is_mapped=True)
        for i, c in enumerate("upward")
    ]
    display = Display.of(upward, 0, WIDTH, HEIGHT)
    assert display == Display(0, 90, HEIGHT, WIDTH)
    [word] = words_of(upward, display)
    assert word.text == "upward"
    assert word.box.right - word.box.left > word.box.bottom - word.box.top


def test_the_rotation_of_the_page_counts() -> None:
    sideways = [Glyph(ord("a"), (0.1, 0.1, 0.2, 0.2), math.pi / 2, is_mapped=True)]
    assert Display.of(sideways, 90, WIDTH, HEIGHT).turn == 0


def test_text_along_the_margin_comes_last() -> None:
    margin = [
        Glyph(ord(c), (0.01, 0.5 - i * 0.02, 0.03, 0.52 - i * 0.02), math.pi / 2, is_mapped=True)
        for i, c in enumerate("stamp")
    ]
    assert texts(margin, glyphs("One", y=200), glyphs("Two", y=400)) == ["One", "Two", "stamp"]


def test_a_space_that_pdfium_made_up_parts_no_word_at_a_narrow_gap() -> None:
    assert texts([*glyphs("Br"), generated_space(), *glyphs("uttosumme", x=73)]) == ["Bruttosumme"]


def test_a_space_that_pdfium_made_up_parts_words_at_the_gap_of_a_space() -> None:
    assert texts([*glyphs("Net"), generated_space(), *glyphs("sum", x=80.5)]) == ["Net", "sum"]


def test_a_space_of_the_file_parts_words_whatever_the_gap() -> None:
    space = Glyph(ord(" "), None, 0.0, is_mapped=True)
    assert texts([*glyphs("Net"), space, *glyphs("sum", x=78)]) == ["Net", "sum"]


def test_characters_that_run_to_the_left_make_one_word() -> None:
    leftward = [glyphs(character, x=90 - 6 * place)[0] for place, character in enumerate("סהכ")]
    assert texts(leftward) == ["סהכ"]
    further = glyphs("ל", x=40)
    assert texts(leftward + further) == ["סהכ", "ל"]


@given(st.text(min_size=1, max_size=50))
def test_any_text_makes_words_without_white_space(text: str) -> None:
    plain = [c for c in text if ord(c) < 0x10000]
    for word in texts(glyphs("".join(plain))):
        assert word
        assert word == word.strip()
