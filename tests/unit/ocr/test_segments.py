import math

import pytest

from inkwell_ocr.engines.segments import (
    Quad,
    Segment,
    Word,
    as_read,
    cut,
    in_reading_order,
    words_of,
)


def quad(left: float, top: float, width: float, height: float) -> Quad:
    """Return the corners of an upright stretch."""
    right, bottom = left + width, top + height
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def segment(text: str, left: float, top: float, width: float = 200) -> Segment:
    """Return a stretch of one word; a column is 10 pixels wide."""
    columns = tuple(float(column) for column in range(len(text)))
    word = Word(text, columns, (0.9,) * len(text))
    return Segment(quad(left, top, width, 40), width / 10, (word,))


def turned(corners: Quad, degrees: float) -> Quad:
    """Return corners turned clockwise around the origin."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    a, b, c, d = ((x * cos - y * sin, x * sin + y * cos) for x, y in corners)
    return a, b, c, d


def test_words_know_the_confidence_of_their_own_characters() -> None:
    found = words_of([["a", "b"], ["c"]], [[1, 3], [9]], "ab c", [0.5, 0.7, 0.1, 0.9])
    assert found == (Word("ab", (1, 3), (0.5, 0.7)), Word("c", (9,), (0.9,)))


def read(text: str, *groups: str) -> list[str]:
    """Return the words of a line that the network parted into these groups."""
    places, column = [], 0
    for group in groups:
        places.append(list(range(column, column + len(group))))
        column += len(group) + 6
    return [word.text for word in words_of(groups, places, text, [0.9] * len(text))]


@pytest.mark.parametrize(
    ("text", "groups", "words"),
    [
        ("Invoice581355 of", ["Invoice", "581355", "of"], ["Invoice", "581355", "of"]),
        ("6.00%39.092.34", ["6.00%", "39.09", "2.34"], ["6.00%", "39.09", "2.34"]),
        ("Cheras", ["Cheras"], ["Cheras"]),
    ],
)
def test_a_line_that_was_read_without_spaces_is_parted_where_it_has_gaps(
    text: str, groups: list[str], words: list[str]
) -> None:
    assert read(text, *groups) == words


@pytest.mark.parametrize(
    ("text", "groups", "words"),
    [
        ("RM20.40", ["RM", "20.", "40"], ["RM", "20.40"]),
        ("RM 1,200 .50", ["RM", "1,200", ".50"], ["RM", "1,200", ".50"]),
        ("at 10:15", ["at", "10", ":15"], ["at", "10:15"]),
        ("WITH RECEIPT", ["W", "I", "T", "H", "RECEIPT"], ["WITH", "RECEIPT"]),
    ],
)
def test_neither_numbers_nor_wide_print_are_torn_by_their_gaps(
    text: str, groups: list[str], words: list[str]
) -> None:
    assert read(text, *groups) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Date:28/02/2016", ["Date:", "28/02/2016"]),
        ("04/03/201815:41:52", ["04/03/2018", "15:41:52"]),
        ("16/04/2018(Mon)", ["16/04/2018", "(Mon)"]),
        ("15:41:52", ["15:41:52"]),
        ("20.40", ["20.40"]),
        ("https://a.b", ["https://a.b"]),
    ],
)
def test_what_is_two_words_beyond_doubt_is_parted(text: str, words: list[str]) -> None:
    assert read(text, text) == words


def test_characters_without_a_confidence_are_not_believed() -> None:
    assert words_of([["a", "b"]], [[1, 3]], "ab", [0.5]) == (Word("ab", (1, 3), (0.5, 0.0)),)


def test_a_word_stands_where_its_columns_are() -> None:
    words = (Word("ab", (0.0, 1.0), (1.0, 0.5)), Word("c", (9.0,), (1.0,)))
    found = in_reading_order([Segment(quad(100, 50, 200, 40), 20.0, words)])
    [(text, box, confidence, line), (_, last, _, _)] = found
    assert (text, confidence, line) == ("ab", 0.75, 0)
    assert box.left == 100
    assert box.right < last.left
    assert 100 + 90 <= (last.left + last.right) / 2 <= 100 + 100
    assert 50 < box.top < box.bottom < 90


def test_stretches_beside_each_other_are_one_line_from_the_left() -> None:
    found = in_reading_order(
        [segment("9.90", 900, 102), segment("second", 100, 160), segment("first", 100, 100)]
    )
    assert [(text, line) for text, _, _, line in found] == [
        ("first", 0),
        ("9.90", 0),
        ("second", 1),
    ]


@pytest.mark.parametrize("degrees", [-4.0, 4.0])
def test_cells_of_a_row_that_runs_askew_stay_in_their_row(degrees: float) -> None:
    upright = [
        segment(f"{name}{row}", left, 100 + row * 60)
        for row in range(5)
        for name, left in (("a", 100.0), ("b", 1100.0))
    ]
    askew = [Segment(turned(s.quad, degrees), s.columns, s.words) for s in upright]
    assert [(text, line) for text, _, _, line in in_reading_order(askew)] == [
        (f"{name}{row}", row) for row in range(5) for name in "ab"
    ]


def test_a_stretch_that_lies_on_its_side_is_read_from_above() -> None:
    """The engine turns it counter-clockwise: its right side is then above."""
    corners = quad(0, 0, 40, 200)
    assert as_read(corners) == ((40, 0), (40, 200), (0, 200), (0, 0))
    assert as_read(quad(0, 0, 200, 40)) == quad(0, 0, 200, 40)


def test_a_part_of_a_quad_lies_along_it() -> None:
    assert cut(quad(100, 0, 200, 40), 0.5, 0.75) == quad(200, 0, 50, 40)


def test_stretches_in_which_nothing_was_read_have_no_line() -> None:
    assert in_reading_order([Segment(quad(0, 0, 99, 9), 9.0, ())]) == ()
