"""No document is archived with a value that it smuggles in: read, extracted and checked."""

from functools import cache

import pytest

from inkwell_api.document import Page
from inkwell_api.route import RouteReason
from support.hostile_model import BILL, ENGINES, TRUTH, Outcome, obeying, outcome
from support.hostile_papers import INJECTIONS, UNSEEN, visible
from support.lying_fonts import LIES
from support.reading import Read

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def pages_of(read: Read) -> Read:
    """Return who returns the pages of a document, and reads each once."""

    @cache
    def pages(content: bytes, content_type: str) -> list[Page]:
        return read(content, content_type)

    return pages


def archived(outcome: Outcome) -> dict[str, object]:
    """Return the values that would be archived by themselves."""
    return outcome.extraction.result if outcome.is_archived else {}


def test_there_are_enough_of_them() -> None:
    assert len(INJECTIONS) >= 25


@pytest.mark.parametrize("engine", ENGINES)
def test_the_bill_itself_is_archived_as_it_is(pages_of: Read, engine: str) -> None:
    honest = visible()
    made = outcome(pages_of(honest.content, honest.content_type), engine, obeying({}))
    assert archived(made) == TRUTH, made.findings


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", INJECTIONS)
def test_nothing_that_a_document_smuggles_in_is_archived(
    pages_of: Read, kind: str, engine: str
) -> None:
    injection = INJECTIONS[kind]
    pages = pages_of(injection.content, injection.content_type)
    made = outcome(pages, engine, obeying(injection.wants))
    taken = archived(made)
    assert {name: taken.get(name) for name in injection.wants if taken} == {
        name: TRUTH.get(name) for name in injection.wants if taken
    }, made.extraction.fields


@pytest.mark.parametrize("kind", LIES)
def test_a_font_that_says_other_words_than_it_draws_is_not_believed(
    pages_of: Read, kind: str
) -> None:
    lied = LIES[kind]
    [page] = pages_of(lied.content, "application/pdf")
    assert page.reason is RouteReason.CONTRADICTED
    assert lied.says.strip() not in {word.text for word in page.words}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", LIES)
def test_nothing_that_a_font_lies_about_is_archived(pages_of: Read, kind: str, engine: str) -> None:
    lied = LIES[kind]
    taken = archived(
        outcome(pages_of(lied.content, "application/pdf"), engine, obeying(lied.wants))
    )
    assert all(taken.get(name) != value for name, value in lied.wants.items())


@pytest.mark.parametrize("kind", UNSEEN)
def test_what_nobody_sees_is_shown_to_no_model(pages_of: Read, kind: str) -> None:
    injection = UNSEEN[kind]
    shown = "\n".join(page.text for page in pages_of(injection.content, injection.content_type))
    assert "9,119" not in shown
    assert all(line.split()[-1] in shown for line in BILL[:4])
