import math
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from inkwell_api.document import Box, Page, PageSource, Word
from inkwell_extract.page.layout import Layout
from support.typeset import pages, typeset

LINES = st.lists(
    st.lists(st.sampled_from(["a", "Total:", "12,00", "Rechnung", "#7"]), min_size=1, max_size=6),
    min_size=1,
    max_size=20,
)


@given(LINES, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_rows_are_the_lines_whatever_the_order_of_the_words(
    lines: list[list[str]], random: Random
) -> None:
    page = typeset(*(" ".join(line) for line in lines))
    words = list(page.words)
    random.shuffle(words)
    shuffled = Page(1, page.width, page.height, page.source, 0, tuple(words))
    assert [row.text for row in Layout([shuffled]).rows] == [" ".join(line) for line in lines]


def test_a_row_of_a_skewed_page_stays_one_row() -> None:
    slope = math.tan(math.radians(3))
    lines = [
        ["Total", "of", "all", "items", "is", "12,00"],
        ["Tax", "of", "all", "items", "is", "3,00"],
    ]
    words = []
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            left = 0.1 + column * 0.15
            top = 0.2 + row * 0.02 + slope * left
            words.append(Word(text, Box(left, top, left + 0.1, top + 0.012), 1.0, row))
    layout = Layout([Page(1, 800, 800, PageSource.OCR, 0, tuple(words))])
    assert [row.text for row in layout.rows] == [" ".join(line) for line in lines]


def test_a_dash_stands_in_the_row_of_its_words() -> None:
    words = [
        Word("Sons", Box(0.1, 0.100, 0.2, 0.112), 1.0, 0),
        Word("-", Box(0.22, 0.107, 0.23, 0.108), 1.0, 0),
        Word("company", Box(0.25, 0.103, 0.4, 0.115), 1.0, 0),
        Word("below", Box(0.1, 0.118, 0.2, 0.130), 1.0, 1),
    ]
    layout = Layout([Page(1, 800, 800, PageSource.OCR, 0, tuple(words))])
    assert [row.text for row in layout.rows] == ["Sons - company", "below"]


def test_characters_of_the_text_lead_back_to_words() -> None:
    layout = Layout(pages(["Invoice No 4711", "Total 12"], ["Page two 99"]))
    start = layout.text.index("two 99")
    [span] = layout.locate(start, start + 6)
    assert (span.row.page, span.text) == (2, "two 99")
    both = layout.locate(layout.text.index("4711"), layout.text.index("Total") + 5)
    assert [span.text for span in both] == ["4711", "Total"]


def test_rows_below_end_with_the_page() -> None:
    layout = Layout(pages(["a", "b", "c"], ["d"]))
    assert [row.text for row in layout.below(layout.rows[0], 5)] == ["b", "c"]


def test_a_page_without_words_has_no_rows() -> None:
    assert Layout([typeset()]).rows == ()
