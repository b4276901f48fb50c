"""In which order the steps of a plan are done."""

from enum import IntEnum


class Order(IntEnum):
    """Steps of one number are done at the same time."""

    MARK = 0
    """Marks on what exists: they say what the later steps may touch."""
    FIRST = 1
    """What is made or changed; it depends on nothing else."""
    DESTROY = 2
    """What loses data, when nobody is left who writes it."""
    FORGET = 3
    """What only tells of what is gone."""
    UNMARK = 4
    """Marks of what is gone; a crash before this leaves them, so that nothing is orphaned."""
