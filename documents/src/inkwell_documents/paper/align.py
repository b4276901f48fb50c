"""On which side of its place a text stands. Pure."""

from enum import StrEnum


class Align(StrEnum):
    """On which side of its x a text stands."""

    LEFT = "left"
    RIGHT = "right"
    CENTRE = "centre"
