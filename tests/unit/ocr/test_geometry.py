import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_ocr.geometry import PixelBox, line_numbers, quarter_turn, unskew

SIDES = st.floats(0, 500)


@given(SIDES, SIDES, st.floats(1, 80), st.floats(1, 30), st.floats(-10, 10))
def test_a_box_goes_back_to_where_its_centre_was(
    left: float, top: float, width: float, height: float, degrees: float
) -> None:
    box = PixelBox(left, top, left + width, top + height)
    back = unskew(box, degrees, 600, 800)
    again = unskew(back, -degrees, 600, 800)
    assert (again.left + again.right) / 2 == pytest.approx((box.left + box.right) / 2, abs=1e-6)
    assert (again.top + again.bottom) / 2 == pytest.approx((box.top + box.bottom) / 2, abs=1e-6)
    assert back.width == pytest.approx(box.width)


def test_the_left_of_a_page_turned_clockwise_was_lower_before() -> None:
    box = unskew(PixelBox(0, 395, 10, 405), 5, 600, 800)
    expected = 400 + math.sin(math.radians(5)) * 295
    assert (box.top + box.bottom) / 2 == pytest.approx(expected)


@given(SIDES, SIDES, SIDES, SIDES)
def test_fractions_stay_on_the_page(left: float, top: float, width: float, height: float) -> None:
    box = PixelBox(left - 50, top - 50, left + width, top + height).scaled(300, 300)
    assert 0 <= box.left <= box.right <= 1
    assert 0 <= box.top <= box.bottom <= 1


@pytest.mark.parametrize(
    ("angle", "turn"), [(0, 0), (2, 0), (90, 90), (180, 180), (-90, 270), (359, 0), (269, 270)]
)
def test_text_is_turned_upright(angle: float, turn: int) -> None:
    assert quarter_turn(angle) == turn


def test_words_of_one_height_are_one_line() -> None:
    boxes = [
        PixelBox(100, 11, 140, 21),
        PixelBox(0, 10, 40, 20),
        PixelBox(0, 30, 40, 40),
        PixelBox(60, 13, 80, 19),
    ]
    assert line_numbers(boxes) == [0, 0, 1, 0]
    assert line_numbers([]) == []
