from inkwell_ocr.glyphs import Glyph
from inkwell_ocr.routes.spelling import decode, has_enough, is_mapped


def glyphs(text: str, *, is_known: bool = True) -> list[Glyph]:
    """Return the characters of a text, all in one place."""
    return [
        Glyph(ord(character), None if character == " " else (0, 0, 1, 1), 0.0, is_known)
        for character in text
    ]


def test_a_page_number_is_not_enough() -> None:
    assert not has_enough([])
    assert not has_enough(glyphs("Page 3"))
    assert not has_enough(glyphs("----------------------------"))
    assert has_enough(glyphs("Rechnung Nummer 4711 vom 5. Mai"))


def test_text_whose_meaning_the_file_keeps_is_not_mapped() -> None:
    assert is_mapped(glyphs("Rechnung Nummer 4711"))
    assert not is_mapped(glyphs("Rechnung Nummer 4711", is_known=False))
    assert not is_mapped(glyphs("\ue001\ue002\ue003" * 20))
    assert not is_mapped(glyphs("!$%&/()=?*+~#'<>|" * 5 + "abcdefghijklmnopq"))


def test_ligatures_and_odd_hyphens_become_letters() -> None:
    assert decode([0xFB01, *map(ord, "nal"), 0x02, *map(ord, "ly")]) == "final-ly"


def test_characters_outside_of_the_basic_plane_are_put_together() -> None:
    assert decode([0xD83D, 0xDE00]) == "\U0001f600"
