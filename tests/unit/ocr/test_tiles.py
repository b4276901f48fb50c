from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_ocr.engines.tiles import OVERLAP_PIXELS, ReadWord, Tile, join, tiles_of
from inkwell_ocr.geometry import PixelBox

LONGEST = 4000
HEIGHT = 9000


def word(text: str, left: float, top: float, line: int = 0) -> ReadWord:
    """Return a word of 100 by 20 pixels."""
    return text, PixelBox(left, top, left + 100, top + 20), 0.9, line


def seen_on(tile: Tile, words: list[ReadWord], shift: float = 0.0) -> list[ReadWord]:
    """Return what is read on a tile: words that it cuts come out as rubbish."""
    read = []
    for text, box, confidence, line in words:
        start, end = (box.left, box.right) if tile.is_across else (box.top, box.bottom)
        if end <= tile.start or start >= tile.end:
            continue
        is_whole = start >= tile.start and end <= tile.end
        x, y = (tile.start - shift, 0) if tile.is_across else (0, tile.start - shift)
        moved = PixelBox(box.left - x, box.top - y, box.right - x, box.bottom - y)
        read.append((text if is_whole else "#", moved, confidence, line))
    return read


@given(st.integers(1, 60_000), st.integers(1, 60_000), st.integers(2 * OVERLAP_PIXELS, 32_000))
def test_tiles_cover_the_image_and_overlap(width: int, height: int, longest: int) -> None:
    tiles = tiles_of(width, height, longest)
    assert (tiles[0].start, tiles[-1].end) == (0, max(width, height))
    assert all(tile.end - tile.start <= longest for tile in tiles)
    for earlier, later in pairwise(tiles):
        assert earlier.end - later.start == OVERLAP_PIXELS


def test_a_page_that_is_short_enough_is_one_tile() -> None:
    assert tiles_of(2480, 3508, LONGEST) == (Tile(0, 3508, is_across=False),)


@pytest.mark.parametrize("shift", [-3.0, 0.0, 3.0])
@pytest.mark.parametrize("pitch", [21, 33, 57])
def test_no_line_is_doubled_cut_or_lost_at_a_seam(pitch: int, shift: float) -> None:
    words = [
        word(f"{column}/{row}", column * 200, row * pitch, line=row)
        for row in range(HEIGHT // pitch - 1)
        for column in range(3)
    ]
    tiles = tiles_of(1000, HEIGHT, LONGEST)
    shifts = [shift * (number % 2) for number in range(len(tiles))]
    parts = [(tile, seen_on(tile, words, by)) for tile, by in zip(tiles, shifts, strict=True)]
    joined = join(parts)
    assert [found[0] for found in joined] == [wanted[0] for wanted in words]
    lines: dict[int, list[str]] = {}
    for text, _, _, line in joined:
        lines.setdefault(line, []).append(text.split("/")[1])
    assert all(len(rows) == 3 and len(set(rows)) == 1 for rows in lines.values())


@pytest.mark.parametrize("shift", [-3.0, 0.0, 3.0])
def test_no_word_of_a_long_line_is_doubled_cut_or_lost_at_a_seam(shift: float) -> None:
    # Lines are set off against each other, so that no place is free of words.
    words = [
        word(f"{column}/{row}", column * 110 + row * 37 % 110, row * 40)
        for row in range(30)
        for column in range(HEIGHT // 110 - 1)
    ]
    tiles = tiles_of(HEIGHT, 2000, LONGEST)
    shifts = [shift * (number % 2) for number in range(len(tiles))]
    parts = [(tile, seen_on(tile, words, by)) for tile, by in zip(tiles, shifts, strict=True)]
    joined = join(parts)
    assert [found[0] for found in joined] == [wanted[0] for wanted in words]
    assert len({line for *_, line in joined}) == 30


def test_a_rule_down_the_page_hides_no_seam() -> None:
    words = [word(f"0/{row}", 200, row * 50, line=row) for row in range(170)]
    tiles = tiles_of(1000, HEIGHT, LONGEST)
    parts = [
        (tile, [*seen_on(tile, words), ("|", PixelBox(0, 0, 5, tile.end - tile.start), 0.3, 999)])
        for tile in tiles
    ]
    texts = [found[0] for found in join(parts) if found[0] != "|"]
    assert texts == [wanted[0] for wanted in words]
