"""Boxes on turned pages, and the lines that words stand on. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

from inkwell_api.document import Box

FULL_TURN = 360
_QUARTER = 90


@dataclass(frozen=True, slots=True)
class PixelBox:
    """A rectangle in pixels (or any unit) from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Its width."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Its height."""
        return self.bottom - self.top

    def scaled(self, width: float, height: float) -> Box:
        """Return it as fractions of a page of this size, cut at the page's edges."""
        return Box(
            _fraction(self.left, width),
            _fraction(self.top, height),
            _fraction(self.right, width),
            _fraction(self.bottom, height),
        )


def _fraction(value: float, whole: float) -> float:
    return min(max(value / whole, 0.0), 1.0)


def unskew(box: PixelBox, degrees: float, width: float, height: float) -> PixelBox:
    """Return where a box of a straightened image stands on the image before it was straightened.

    Args:
        box: on the image that was turned clockwise by `degrees` around its centre, without a change
            of its size.
        degrees: clockwise.
        width: of the image.
        height: of the image.
    """
    if not degrees:
        return box
    angle = math.radians(-degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    # The centre turns with the page; the box keeps its size, since its words were never taller than
    # their line.
    x, y = (box.left + box.right) / 2 - width / 2, (box.top + box.bottom) / 2 - height / 2
    centre_x, centre_y = x * cos - y * sin + width / 2, x * sin + y * cos + height / 2
    half_width, half_height = box.width / 2, box.height / 2 + abs(sin) * box.width / 2
    return PixelBox(
        centre_x - half_width, centre_y - half_height, centre_x + half_width, centre_y + half_height
    )


@lru_cache(maxsize=256)  # A page has thousands of characters, and few directions.
def quarter_turn(degrees_counterclockwise: float) -> int:
    """Return the clockwise quarter turn that makes text of this direction run upright."""
    return round(degrees_counterclockwise / _QUARTER) * _QUARTER % FULL_TURN


def line_numbers(boxes: Sequence[PixelBox]) -> list[int]:
    """Number the line that each box stands on, from 0 at the top.

    Boxes belong to one line when the centre of one lies well within the height of the line; so a
    row of a table is one line, whatever the order that its cells were written in.
    """
    order = sorted(range(len(boxes)), key=lambda i: (boxes[i].top + boxes[i].bottom, boxes[i].left))
    numbers = [0] * len(boxes)
    number = -1
    centres: list[float] = []
    heights: list[float] = []
    for index in order:
        box = boxes[index]
        centre = (box.top + box.bottom) / 2
        if not centres or centre - median(centres[-8:]) > 0.5 * min(
            median(heights[-8:]), box.height
        ):
            number += 1
            centres, heights = [], []
        centres.append(centre)
        heights.append(box.height)
        numbers[index] = number
    return numbers
