"""What waits is counted where it can be, and is otherwise unknown, never nothing."""

from inkwell_operator.backends.kafka.lag import Offsets, lag_of

GROUPS = {"acme.invoices.ocr": ["uploaded"], "acme.invoices.extract": ["recognized"]}
EVERYTHING = Offsets(
    partitions={"uploaded": [0, 1], "recognized": [0]},
    oldest={("uploaded", 0): 5, ("uploaded", 1): 0, ("recognized", 0): 0},
    newest={("uploaded", 0): 15, ("uploaded", 1): 3, ("recognized", 0): 0},
    committed={"acme.invoices.ocr": {("uploaded", 1): 1}, "acme.invoices.extract": {}},
)


def test_a_partition_that_was_never_read_counts_from_its_oldest_record() -> None:
    assert lag_of(GROUPS, EVERYTHING) == {
        "acme.invoices.ocr": {"uploaded": 12},
        "acme.invoices.extract": {"recognized": 0},
    }


def test_a_topic_with_an_error_is_unknown_and_spoils_no_other() -> None:
    offsets = Offsets(
        {"recognized": [0]}, EVERYTHING.oldest, EVERYTHING.newest, EVERYTHING.committed
    )
    assert lag_of(GROUPS, offsets) == {
        "acme.invoices.ocr": {"uploaded": None},
        "acme.invoices.extract": {"recognized": 0},
    }


def test_one_partition_without_a_leader_makes_its_topic_unknown_and_spoils_no_other() -> None:
    newest = {at: offset for at, offset in EVERYTHING.newest.items() if at != ("uploaded", 1)}
    offsets = Offsets(EVERYTHING.partitions, EVERYTHING.oldest, newest, EVERYTHING.committed)
    assert lag_of(GROUPS, offsets) == {
        "acme.invoices.ocr": {"uploaded": None},
        "acme.invoices.extract": {"recognized": 0},
    }


def test_a_group_that_cannot_be_asked_is_unknown_and_spoils_no_other() -> None:
    offsets = Offsets(
        EVERYTHING.partitions,
        EVERYTHING.oldest,
        EVERYTHING.newest,
        {"acme.invoices.extract": {}},
    )
    assert lag_of(GROUPS, offsets) == {
        "acme.invoices.ocr": {"uploaded": None},
        "acme.invoices.extract": {"recognized": 0},
    }
