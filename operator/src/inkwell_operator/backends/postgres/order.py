"""In which order the steps of a plan are done."""

from enum import IntEnum


class Order(IntEnum):
    """Steps of one number are done at the same time.

    Migrations follow one another from `MIGRATE` on.
    """

    MARK = -1
    FIRST = 0
    DESTROY = 1
    MIGRATE = 10
    GRANT = 10_000
