import pytest

from inkwell_ocr.geometry import PixelBox
from inkwell_ocr.routes.reading_order import line_by_line


def read(*lines: str) -> list[str]:
    """Return what is read of lines, each given as it stands on the page from the left."""
    words = [
        (word, PixelBox(column * 50.0, row * 20.0, column * 50.0 + 40.0, row * 20.0 + 12.0))
        for row, line in enumerate(lines)
        for column, word in enumerate(line.split())
    ]
    found: dict[int, list[str]] = {}
    for index, number in line_by_line(words):
        found.setdefault(number, []).append(words[index][0])
    return [" ".join(found[number]) for number in sorted(found)]


def test_lines_are_read_from_the_top_and_from_the_left() -> None:
    assert read("Total EUR 119.00", "Thank you") == ["Total EUR 119.00", "Thank you"]


def test_a_hebrew_line_is_read_from_the_right() -> None:
    assert read("119.00 לתשלום סהכ") == ["סהכ לתשלום 119.00"]


def test_an_arabic_line_is_read_from_the_right() -> None:
    assert read("٢٠٢٤ رقم فاتورة") == ["فاتورة رقم ٢٠٢٤"]


@pytest.mark.parametrize(
    ("stands", "reads"),
    [
        ("Inkwell Labs Ltd חברת", "חברת Inkwell Labs Ltd"),
        ("סוף Inkwell Labs Ltd חברת", "חברת Inkwell Labs Ltd סוף"),
        ("סוף Invoice 12 to Labs מספר חשבונית", "חשבונית מספר Invoice 12 to Labs סוף"),
    ],
)
def test_latin_words_keep_their_order_in_a_line_that_runs_left(stands: str, reads: str) -> None:
    assert read("לתשלום החשבון סכום סיכום", stands)[1] == reads


def test_hebrew_words_keep_their_order_in_a_line_that_runs_right() -> None:
    assert read("Seller name כהן דוד of Haifa in the north") == [
        "Seller name דוד כהן of Haifa in the north"
    ]


def test_a_hebrew_line_of_an_english_page_is_read_from_the_right() -> None:
    english = "The total amount of this invoice is to be paid within ten days"
    assert read(english, "119.00 לתשלום סהכ") == [english, "סהכ לתשלום 119.00"]


def test_a_line_without_letters_is_read_from_the_left() -> None:
    assert read("1 2,00 3,00") == ["1 2,00 3,00"]
