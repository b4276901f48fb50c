import json
import re
from datetime import date

from inkwell_tiny_invoice.learning.exercises import exercise

PIECES = ("ab", "Q", "~", "né")
MANY = range(200)
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def asked(question: str) -> list[str]:
    return list(json.loads(question.splitlines()[0])["properties"])


def test_the_same_numbers_give_the_same_exercise() -> None:
    assert exercise(1, 2, PIECES) == exercise(1, 2, PIECES)
    assert exercise(1, 2, PIECES) != exercise(2, 2, PIECES)


def test_an_easy_exercise_asks_for_what_is_there_in_the_order_of_the_answer() -> None:
    for index in MANY:
        question, answer = exercise(1, index)
        assert list(json.loads(answer)) == asked(question)


def test_every_answer_stands_in_the_question_beside_its_name() -> None:
    for index in MANY:
        for pieces in ((), PIECES):
            question, answer = exercise(1, index, pieces)
            for name, value in json.loads(answer).items():
                if value is None or DAY.fullmatch(value):
                    continue
                _, rest = re.split(rf"\n{name}(?!\w)", question, maxsplit=1)
                assert rest.lstrip(": \n").startswith(value)


def test_some_hard_exercises_ask_for_what_is_not_there() -> None:
    missing = 0
    for index in MANY:
        question, answer = exercise(1, index, PIECES)
        absent = [name for name, value in json.loads(answer).items() if value is None]
        assert not any(re.search(rf"\n{name}(?!\w)", question) for name in absent)
        missing += bool(absent)
    assert 0.2 < missing / len(MANY) < 0.5


def test_days_of_many_forms_are_answered_in_iso_8601() -> None:
    days = {
        value: question
        for index in MANY
        for question, answer in [exercise(1, index, PIECES)]
        for value in json.loads(answer).values()
        if value and DAY.fullmatch(value) and value not in question
    }
    assert len(days) > 40
    for value, question in days.items():
        assert str(date.fromisoformat(value).day) in question
