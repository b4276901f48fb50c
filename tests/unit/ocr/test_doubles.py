from inkwell_ocr.glyphs import Glyph
from inkwell_ocr.routes.doubles import runs_under_others, without_doubles

WIDTH, HEIGHT = 600.0, 800.0
NARROW = "lit1."


def line(text: str, x: float = 60.0, y: float = 80.0, run: int = 0) -> list[Glyph]:
    """Return the characters of a line; narrow ones are two points wide, the others six."""
    glyphs = []
    for character in text:
        wide = 2.2 if character in NARROW else 6.0
        box = (x / WIDTH, y / HEIGHT, (x + wide) / WIDTH, (y + 11) / HEIGHT)
        glyphs.append(Glyph(ord(character), box, 0.0, is_mapped=True, run=run))
        x += wide
    return glyphs


def text(glyphs: list[Glyph]) -> str:
    return "".join(chr(glyph.code) for glyph in glyphs)


def test_text_drawn_again_a_little_aside_counts_once() -> None:
    first = line("Totals will 1.11")
    for shift, down in ((0.0, 0.0), (0.4, 0.0), (0.0, 0.4), (1.0, 1.0), (-0.4, 0.2)):
        again = line("Totals will 1.11", 60 + shift, 80 + down, run=1)
        assert text(without_doubles([*first, *again], WIDTH, HEIGHT)) == "Totals will 1.11"


def test_text_drawn_twice_character_by_character_counts_once() -> None:
    pairs = zip(line("Total 1.11"), line("Total 1.11", 60.4, run=1), strict=True)
    together = [glyph for pair in pairs for glyph in pair]
    assert text(without_doubles(together, WIDTH, HEIGHT)) == "Total 1.11"


def test_text_drawn_four_times_counts_once() -> None:
    drawn = [
        glyph
        for run, shift in enumerate((0.0, 0.3, 0.6, 0.9))
        for glyph in line("Total", 60 + shift, run=run)
    ]
    assert text(without_doubles(drawn, WIDTH, HEIGHT)) == "Total"


def test_equal_characters_beside_or_below_each_other_all_count() -> None:
    glyphs = line("ill 1111 ll..") + line("ill 1111 ll..", y=91)
    assert without_doubles(glyphs, WIDTH, HEIGHT) == glyphs


def test_a_ligature_is_two_characters_in_one_place() -> None:
    [f] = line("f", 72)
    glyphs = [*line("He"), f, f, *line("ing", 78)]
    assert text(without_doubles(glyphs, WIDTH, HEIGHT)) == "Heffing"


def test_a_run_below_another_text_is_found() -> None:
    below, above = line("9,119.00", run=1), line("1,200.00", 60.5, run=2)
    beside = line("Total", 200, run=3)
    assert runs_under_others([*below, *above, *beside], WIDTH, HEIGHT) == {1}


def test_lines_and_words_next_to_each_other_cover_nothing() -> None:
    glyphs = line("One", run=1) + line("Two", 78, run=2) + line("Six", y=91, run=3)
    assert runs_under_others(glyphs, WIDTH, HEIGHT) == set()
