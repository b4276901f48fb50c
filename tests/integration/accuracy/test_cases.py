"""What went wrong once comes out right now, or a person is told."""

from functools import cache

import pytest

from bench.accuracy import cases
from bench.accuracy.cases import Came, Case
from bench.accuracy.outcomes import Verdict

CASES = {case.name: case for case in cases.cases()}


@cache
def _all() -> dict[str, Came]:
    """Read all of them with one child, as a worker does: none may spoil the next."""
    return {case.name: came for case, came in cases.came_out()}


@pytest.mark.parametrize("name", CASES)
def test_a_case_comes_out_as_it_should(name: str) -> None:
    case: Case = CASES[name]
    came = _all()[name]
    assert (came.end, came.findings) == (case.now, case.findings)
    if came.end in {cases.ARCHIVED, cases.REVIEW}:
        assert came.of(Verdict.WRONG) == frozenset()
        assert came.of(Verdict.ABSENT) == case.absent


def test_every_document_of_the_folder_is_a_case() -> None:
    files = {file.name for file in cases.FOLDER.iterdir()} - {"README.md", "cases.yaml"}
    assert files == {case.file for case in CASES.values()}


def test_the_page_of_cases_says_what_comes_out() -> None:
    came = [(case, _all()[case.name]) for case in CASES.values()]
    assert cases.PAGE.read_text("utf-8") == cases.table(came), "write it again: make evaluate"
