from dataclasses import replace

from PIL import Image, ImageDraw

from inkwell_ocr.geometry import PixelBox
from inkwell_ocr.glyphs import Glyph
from inkwell_ocr.routes.figures import Figures
from inkwell_ocr.routes.shapes import Kinds, Shape, shape_in
from inkwell_ocr.routes.textlayer import Draft
from inkwell_ocr.routes.unsaid import has_unsaid_ink
from support.papers import font

SIZE = 24
ADVANCE, LINE = 20, 40


def page(shown: list[str]) -> Image.Image:
    """Return words below each other, each character in a box of its own."""
    image = Image.new("L", (400, 40 + LINE * len(shown)))
    pen = ImageDraw.Draw(image)
    for row, text in enumerate(shown):
        for column, character in enumerate(text):
            place = (20 + ADVANCE * (column + 1), 20 + LINE * row)
            pen.text(place, character, fill=255, font=font(SIZE))
    return image


def drafts(said: list[str], image: Image.Image) -> list[Draft]:
    """Return the words as a text layer says them."""
    found = []
    for row, text in enumerate(said):
        boxes = [
            (
                (18 + ADVANCE * (column + 1)) / image.width,
                (20 + LINE * row) / image.height,
                (37 + ADVANCE * (column + 1)) / image.width,
                (52 + LINE * row) / image.height,
            )
            for column in range(len(text))
        ]
        glyphs = tuple(
            Glyph(ord(character), box, 0.0, is_mapped=True)
            for character, box in zip(text, boxes, strict=True)
        )
        shown = (boxes[0][0], boxes[0][1], boxes[-1][2], boxes[-1][3])
        box = PixelBox(20.0, 20.0 + LINE * row, 20.0 + 20 * len(text), 52.0 + LINE * row)
        found.append(Draft(text, box, is_aside=False, shown=shown, run=0, glyphs=glyphs))
    return found


def figures(shown: list[str], said: list[str]) -> Figures | None:
    image = page(shown)
    return Figures.drawn(drafts(said, image), image)


def test_digits_that_are_drawn_as_they_were_read_need_not_be_read_again() -> None:
    found = figures(["1207", "7021"], ["1207", "7021"])
    assert found is not None
    [word] = found.to_read(frozenset())
    assert not found.missing(word.agreeing("1207"))


def test_a_digit_that_is_drawn_otherwise_is_a_shape_of_its_own() -> None:
    found = figures(["1207", "7021", "4"], ["1207", "7021", "1"])
    assert found is not None
    words = {word.draft.text for word in found.to_read(frozenset())}
    assert "1" in words
    read = frozenset[int]().union(*(word.agreeing(word.draft.text) for word in found.words[:2]))
    assert len(found.missing(read)) == 1


def test_a_reading_of_another_length_proves_nothing() -> None:
    found = figures(["1207"], ["1207"])
    assert found is not None
    assert found.words[0].agreeing("12070") == frozenset()
    assert len(found.words[0].agreeing("1287")) == 3


def test_a_mark_that_is_not_drawn_or_is_as_high_as_a_digit_is_not_believed() -> None:
    assert figures(["1.20"], ["1.20"]) is not None
    assert figures(["1 20"], ["1.20"]) is None
    assert figures(["1720"], ["1.20"]) is None


def test_one_drawing_that_is_said_to_be_two_digits_is_not_believed() -> None:
    image = page(["12"])
    [draft] = drafts(["12"], image)
    twice = replace(draft, text="122", glyphs=(*draft.glyphs, draft.glyphs[-1]))
    assert Figures.drawn([draft], image) is not None
    assert Figures.drawn([twice], image) is None


def test_letters_of_a_currency_count_as_digits_do() -> None:
    found = figures(["USD", "Uhr"], ["EUR", "Uhr"])
    assert found is not None
    assert [word.draft.text for word in found.words] == ["EUR"]
    assert found.missing(found.words[0].agreeing("USD"))


def test_a_page_of_too_many_shapes_is_not_told_apart() -> None:
    shapes = [
        Shape(bytes(255 * (place in {one, one + 5}) for place in range(192)), 9)
        for one in range(180)
    ]
    assert Kinds.among(["1"] * 180, shapes) is not None
    assert Kinds.among(["1"] * 180 + ["2"] * 180, shapes * 2) is None


def test_nothing_drawn_is_no_shape() -> None:
    assert shape_in(Image.new("L", (40, 40)), (0.1, 0.1, 0.9, 0.9)) is None


def test_a_digit_that_no_character_says_is_found_beside_a_word() -> None:
    image = page(["1200"])
    [draft] = drafts(["1200"], image)
    shown = (draft.shown[0] + ADVANCE / image.width, *draft.shown[1:])
    rest = replace(draft, text="200", shown=shown, glyphs=draft.glyphs[1:])
    assert not has_unsaid_ink(image, [draft], [draft])
    assert has_unsaid_ink(image, [rest], [rest])


def test_a_page_without_digits_has_nothing_to_prove() -> None:
    image = page(["Thank you"])
    found = Figures.drawn(drafts(["Thank you"], image), image)
    assert found is not None
    assert found.words == ()
    assert not found.missing(frozenset())
