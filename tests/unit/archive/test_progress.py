"""Whatever order events arrive in, and however often, the end is the same."""

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_api.document import TRANSITIONS, DocumentState
from inkwell_archive import progress

EVENTS = ("recognized", "analyzed", "dead ocr", "dead extract", "dead archive")


def end(events: tuple[str, ...]) -> tuple[DocumentState, str]:
    """Play events as the stage does and return the state and the stage that failed."""
    state, failed = DocumentState.UPLOADED, ""
    for event in events:
        if event == "recognized":
            if progress.recognition_advances(state, failed):
                state, failed = walk(state, DocumentState.RECOGNIZED), ""
        elif event == "analyzed":
            if state not in progress.FINAL:
                state = walk(state, DocumentState.ANALYZED)
            state, failed = walk(state, progress.outcome(state, has_errors=False)), ""
        elif progress.failure_applies(state, failed, stage := event.removeprefix("dead ")):
            state, failed = walk(state, DocumentState.FAILED), stage
    return state, failed


def walk(state: DocumentState, target: DocumentState) -> DocumentState:
    steps = (state, *progress.path(state, target))
    assert all(after in TRANSITIONS[before] for before, after in pairwise(steps))
    assert steps[-1] == target
    return steps[-1]


@given(st.sets(st.sampled_from(EVENTS)))
def test_every_order_has_the_same_end(events: set[str]) -> None:
    assert len({end(order) for order in permutations(sorted(events))}) == 1


@given(st.lists(st.sampled_from(EVENTS), max_size=12))
def test_repetition_changes_nothing(events: list[str]) -> None:
    assert end(tuple(events)) == end(tuple(dict.fromkeys(events)))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (("dead ocr",), (DocumentState.FAILED, "ocr")),
        (("dead ocr", "recognized"), (DocumentState.RECOGNIZED, "")),
        (("dead extract", "recognized"), (DocumentState.FAILED, "extract")),
        (("dead extract", "recognized", "analyzed"), (DocumentState.ARCHIVED, "")),
        (("analyzed", "dead archive", "recognized"), (DocumentState.ARCHIVED, "")),
    ],
)
def test_success_beats_failure_of_its_stage(
    events: tuple[str, ...], expected: tuple[DocumentState, str]
) -> None:
    assert end(events) == expected


def test_errors_send_to_review_and_take_back_nothing_that_was_accepted() -> None:
    review, archived = DocumentState.NEEDS_REVIEW, DocumentState.ARCHIVED
    assert progress.outcome(DocumentState.ANALYZED, has_errors=True) == review
    assert progress.outcome(review, has_errors=False) == archived
    assert progress.outcome(archived, has_errors=True) == archived
