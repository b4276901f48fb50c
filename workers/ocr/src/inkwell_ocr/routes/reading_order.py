"""The order that words of a page are read in: line by line, each as its script runs. Pure."""

import unicodedata
from collections.abc import Sequence
from itertools import groupby

from inkwell_ocr.geometry import PixelBox, line_numbers


def line_by_line(words: Sequence[tuple[str, PixelBox]]) -> list[tuple[int, int]]:
    """Return the index and the line number of each word, in reading order."""
    numbers = line_numbers([box for _, box in words])
    directions = [_direction(text) for text, _ in words]
    page_runs_left = sum(directions) < 0
    order = sorted(range(len(words)), key=lambda index: (numbers[index], words[index][1].left))
    return [
        (index, line)
        for line, indices in groupby(order, key=numbers.__getitem__)
        for index in _along(list(indices), directions, page_runs_left=page_runs_left)
    ]


def _along(line: list[int], directions: Sequence[int], *, page_runs_left: bool) -> list[int]:
    """Return the words of a line, given from the left, as they are read.

    A line runs to the left where letters do so, and most of its own or of the page's do. Words of
    the other direction that stand together keep the order that is theirs. Numbers have none, so
    they go with the line unless words of the other direction stand at both sides: what the Unicode
    algorithm (UAX 9) makes of words.
    """
    of_line = [directions[index] for index in line]
    if not any(direction < 0 for direction in of_line):
        return line
    runs_left = page_runs_left or sum(of_line) < 0
    ordered: list[int] = []
    # From where reading begins.
    given = list(zip(line, of_line, strict=True))
    if runs_left:
        given.reverse()
    held: list[int] = []
    between: list[int] = []
    for index, direction in given:
        is_other = direction > 0 if runs_left else direction < 0
        if is_other:
            held += [*between, index]
            between = []
        elif direction == 0 and held:
            between.append(index)
        else:
            ordered += [*reversed(held), *between, index]
            held, between = [], []
    return [*ordered, *reversed(held), *between]


def _direction(text: str) -> int:
    """Return how many more letters run to the right than to the left."""
    letters = [unicodedata.bidirectional(character) for character in text]
    return letters.count("L") - letters.count("R") - letters.count("AL")
