"""What an event does to a document's state. Pure.

Events of different topics arrive in any order and more than once. These rules make the end depend
on the set of events alone: a success beats a failure of the same or an earlier stage, and a failure
beats the success of the stages before it.
"""

from collections import deque
from typing import Final

from inkwell_api.document import TRANSITIONS, DocumentState
from inkwell_api.names import Stage

_ORDER: Final = (DocumentState.UPLOADED, DocumentState.RECOGNIZED, DocumentState.ANALYZED)
_STAGES: Final = (Stage.OCR.value, Stage.EXTRACT.value, Stage.ARCHIVE.value)
FINAL: Final = frozenset({DocumentState.ARCHIVED, DocumentState.NEEDS_REVIEW})


def path(state: DocumentState, target: DocumentState) -> tuple[DocumentState, ...]:
    """Return the states of the shortest allowed path from `state` (left out) to `target`.

    It is empty when there is none or both are the same.
    """
    queue: deque[tuple[DocumentState, ...]] = deque([(state,)])
    while queue:
        steps = queue.popleft()
        if steps[-1] == target:
            return steps[1:]
        queue.extend((*steps, after) for after in sorted(TRANSITIONS[steps[-1]] - set(steps)))
    return ()


def recognition_advances(state: DocumentState, failed_stage: str) -> bool:
    """Say whether `recognized` advances a document: not if it failed in a later stage than ocr."""
    return state == DocumentState.UPLOADED or (
        state == DocumentState.FAILED and _rank(failed_stage) == 0
    )


def failure_applies(state: DocumentState, failed_stage: str, stage: str) -> bool:
    """Say whether a dead letter of `stage` fails the document: not if it is past that stage."""
    if state == DocumentState.FAILED:
        return _rank(stage) >= _rank(failed_stage)
    return state in _ORDER[: _rank(stage) + 1]


def outcome(state: DocumentState, *, has_errors: bool) -> DocumentState:
    """Return where a validated result brings a document.

    What a person has accepted is not taken back by a later result.
    """
    if has_errors and state not in FINAL:
        return DocumentState.NEEDS_REVIEW
    return state if has_errors else DocumentState.ARCHIVED


def _rank(stage: str) -> int:
    return _STAGES.index(stage) if stage in _STAGES else 0
