"""In which order the steps of a plan are done."""

from enum import IntEnum


class Order(IntEnum):
    """Steps of one number are done at the same time.

    Migrations follow one another from `MIGRATE` on.
    """

    DATABASE = -2
    """A tenant's own, in which all else stands."""
    MARK = -1
    FIRST = 0
    DESTROY = 1
    DESTROY_DATABASE = 2
    MIGRATE = 10
    GRANT = 10_000
