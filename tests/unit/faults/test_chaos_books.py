"""The judge of the tests that kill: each way in which stores can disagree is told."""

from dataclasses import replace

import pytest

from support.chaos.books import Books, differences

ONE = "6f6b1f3c-0000-4000-8000-000000000001"
GOOD = Books(
    states={ONE: "ARCHIVED"},
    histories={ONE: ("UPLOADED", "RECOGNIZED", "ANALYZED", "ARCHIVED")},
    results={ONE: 1},
    versions={ONE: 1},
    records={ONE: 1},
    told={ONE: 1},
)


def test_a_document_that_is_everywhere_once_is_no_difference() -> None:
    assert differences([ONE], GOOD) == []


@pytest.mark.parametrize(
    ("books", "acknowledged", "said"),
    [
        (Books(states={}), [ONE], "lost"),
        (GOOD, [], "never acknowledged"),
        (GOOD, [ONE, ONE], "acknowledged twice"),
        (replace(GOOD, states={ONE: "UPLOADED"}), [ONE], "UPLOADED"),
        (replace(GOOD, states={ONE: "FAILED"}), [ONE], "FAILED"),
        (
            replace(GOOD, histories={ONE: ("UPLOADED", "RECOGNIZED", "RECOGNIZED")}),
            [ONE],
            "a state was reached twice: UPLOADED, RECOGNIZED, RECOGNIZED",
        ),
        (replace(GOOD, results={}), [ONE], "0 version of its result"),
        (replace(GOOD, results={ONE: 2}), [ONE], "2 version of its result"),
        (replace(GOOD, versions={ONE: 2}), [ONE], "2 versions in PostgreSQL"),
        (replace(GOOD, records={}), [ONE], "0 versions in Cassandra"),
        (replace(GOOD, told={}), [ONE], "0 events"),
        (replace(GOOD, told={ONE: 2}), [ONE], "2 events"),
    ],
)
def test_each_disagreement_is_told(books: Books, acknowledged: list[str], said: str) -> None:
    assert differences(acknowledged, books) == [f"{ONE}: {said}"]
