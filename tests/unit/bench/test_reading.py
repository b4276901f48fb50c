from pathlib import Path

import pytest
from PIL import Image

from bench.reading import (
    Figure,
    Sample,
    found_words,
    measure,
    receipts,
    table,
    transcribed,
    wrong_characters,
)
from inkwell_api.document import Page
from inkwell_ocr.images import Raster
from support.typeset import typeset


@pytest.mark.parametrize(
    ("read", "wanted", "wrong"),
    [
        (["Total 12.00"], ["TOTAL 12.00"], (0, 10)),
        (["Total1 2.00"], ["Total 12.00"], (0, 10)),
        (["Total", "12.00"], ["Total 12.00"], (0, 10)),
        (["Total 1200"], ["Total 12.00"], (1, 10)),
        ([], ["Total"], (5, 5)),
        (["anything"], [], (8, 0)),
    ],
)
def test_errors_of_characters_are_those_of_letters_and_not_of_spaces(
    read: list[str], wanted: list[str], wrong: tuple[int, int]
) -> None:
    assert wrong_characters(read, wanted) == wrong


def test_a_word_is_found_as_often_as_it_was_read() -> None:
    assert found_words(["one two", "ONE"], ["one one one", "two three"]) == (3, 5)


def test_figures_are_of_all_pages_together(tmp_path: Path) -> None:
    Image.new("L", (9, 9), 255).save(tmp_path / "a.png")
    samples = [Sample(tmp_path / "a.png", ("abcd",)), Sample(tmp_path / "a.png", ("abcdef gh",))]

    def read(raster: Raster) -> Page:
        assert raster.image.size == (9, 9)
        return typeset("abcx")

    figure = measure("pages", "Tesseract", samples, read)
    assert (figure.pages, figure.read_twice, figure.found_words) == (2, 0, 0.0)
    assert figure.wrong_characters == pytest.approx(100 * (1 + 5) / 12)


def test_the_table_has_a_row_for_each_figure() -> None:
    rows = table([Figure("receipts, odd", "Auto", 80, 7.06, 91.55, 2.3, 79)]).splitlines()
    assert rows[-1] == "| receipts, odd | Auto | 80 | 7.1 | 91.5 | 2.30 | 79 |"
    assert {row.count("|") for row in rows} == {8}


def test_transcripts_are_read_as_they_lie(tmp_path: Path) -> None:
    for name in ("002.jpg", "007.jpg", "page-rotated-L.png"):
        Image.new("L", (9, 9)).save(tmp_path / name)
    for name in ("002", "007"):
        (tmp_path / f"{name}.csv").write_text("1,2,3,4,5,6,7,8,LOT 7, JALAN\n\n")
    (tmp_path / "page.txt").write_text("one\ntwo\n")
    [even] = receipts(tmp_path, is_odd=False)
    [odd] = receipts(tmp_path, is_odd=True)
    [turned] = transcribed(tmp_path)
    assert (even.image.name, odd.image.name) == ("002.jpg", "007.jpg")
    assert (even.lines, turned.lines) == (("LOT 7, JALAN",), ("one", "two"))
