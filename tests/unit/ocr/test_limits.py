"""What a child may need, piece by piece, is never more than it has (docs/adr/0022)."""

from inkwell_api.names import Stage
from inkwell_api.quantity import parse_size
from inkwell_ocr.limits import (
    DEFAULT_CHILD_BYTES,
    IDLE_CHILD_BYTES,
    LEAST_CHILD_BYTES,
    MAX_PAGE_PIXELS,
    MAX_SECOND_PIXELS,
    MOST_CHILD_BYTES,
    PARENT_BYTES,
    READING_BYTES_PER_PIXEL,
    SECOND_LINE_LENGTH,
    SECOND_READING_BYTES,
    SECOND_SIDE_PIXELS,
    worn_out_bytes,
)
from inkwell_operator.settings import WorkerSettings
from inkwell_worker.memory import Shares, divide

FOUND_BYTES_PER_PIXEL = 270
"""Of the network that finds text: measured on a square of `SECOND_SIDE_PIXELS`."""

READ_BYTES_PER_PIXEL = 1600
"""Of the network that reads a line of 48 pixels: measured on one of 26 times its height."""

COLOURS = 3


def test_the_least_child_reads_the_largest_page_by_either_engine() -> None:
    first = READING_BYTES_PER_PIXEL * MAX_PAGE_PIXELS
    second = SECOND_READING_BYTES + MAX_PAGE_PIXELS
    assert IDLE_CHILD_BYTES + max(first, second) <= LEAST_CHILD_BYTES


def test_what_the_second_engine_takes_is_the_larger_of_its_networks_and_two_pages() -> None:
    finding = FOUND_BYTES_PER_PIXEL * SECOND_SIDE_PIXELS**2
    reading = READ_BYTES_PER_PIXEL * SECOND_LINE_LENGTH * 48 * 48
    pages = 2 * COLOURS * MAX_SECOND_PIXELS
    assert max(finding, reading) + pages <= SECOND_READING_BYTES


def test_the_pod_of_the_defaults_has_a_child_for_each_core() -> None:
    resources = WorkerSettings().resources[Stage.OCR]
    shares = divide(
        parse_size(resources.memory_limit),
        parent=PARENT_BYTES,
        wanted=int(resources.cpu_limit),
        least=LEAST_CHILD_BYTES,
        most=MOST_CHILD_BYTES,
    )
    assert shares == Shares(int(resources.cpu_limit), DEFAULT_CHILD_BYTES)


def test_a_page_that_two_engines_read_does_not_wear_a_child_out() -> None:
    """Else each doubtful page would cost the start of another child, with its models."""
    usual_peak = 430 * 1024**2
    assert usual_peak < worn_out_bytes(DEFAULT_CHILD_BYTES)
