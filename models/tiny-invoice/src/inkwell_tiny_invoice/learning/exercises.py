"""Exercises in copying: labels with values, of which some are asked for by name. Pure.

Looking a value up by its label and copying it token by token is most of what the task needs; it is
learned much sooner from these than from whole invoices, and from easy ones much sooner than from
hard ones.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Final

from inkwell_documents.facts import Language
from inkwell_documents.formats.digits import digits
from inkwell_documents.varied import dates
from inkwell_documents.varied.naming import free_word, trained_word
from inkwell_documents.varied.truth import FIELDS
from inkwell_extract.page.rows import CELL_MARK
from inkwell_tiny_invoice.questions.schemas import SYNONYMS

_NAMES: Final = (*FIELDS, *(name for ways in SYNONYMS.values() for name in ways))
_LANGUAGES: Final = (Language.ENGLISH, Language.GERMAN, Language.FRENCH)
_MOST_PAIRS: Final = 6
_FIRST_DAY: Final = date(2005, 1, 1)
_SPAN: Final = 365 * 28
_DAYS: Final = 0.25
"""Share of values in hard exercises that are days, which are answered in ISO 8601."""

_ABSENT: Final = 0.35
"""Share of hard exercises that also ask for what is not there: the answer is null."""


@dataclass(frozen=True, slots=True)
class _Value:
    """What stands in a question, and what is right to answer."""

    shown: str
    answered: str


def exercise(seed: int | str, index: int, pieces: Sequence[str] = ()) -> tuple[str, str]:
    """Make one exercise: a question and its answer.

    Args:
        seed: of all exercises.
        index: of the exercise.
        pieces: texts of tokens. With them the exercise is a hard one: of words that no list has,
            each token as often as any, of long numbers and of days, and it may ask for what is not
            there.
    """
    random = Random(f"exercise/{seed}/{index}")
    names = random.sample(_NAMES, _MOST_PAIRS + 2)
    count = random.randint(2, _MOST_PAIRS)
    values = {name: _value(random, pieces) for name in names[:count]}
    asked = random.sample(names[:count], random.randint(1, count))
    if pieces and random.random() < _ABSENT:
        asked += names[_MOST_PAIRS : _MOST_PAIRS + random.randint(1, 2)]
        random.shuffle(asked)
    sign = random.choice((": ", " ", ":", "\n", CELL_MARK))
    rows = random.sample(names[:count], count)
    lines = "\n".join(f"{name}{sign}{values[name].shown}" for name in rows)
    schema = ",".join(f'"{name}":{{"type":"string"}}' for name in asked)
    question = f'{{"properties":{{{schema}}}}}\n[page 1]\n{lines}\n'
    answer = {name: values[name].answered if name in values else None for name in asked}
    return question, json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def _value(random: Random, pieces: Sequence[str]) -> _Value:
    if pieces and random.random() < _DAYS:
        return _day(random)
    kinds: list[Callable[[Random], str]] = [_short_number, _mixed_number, _name]
    if pieces:
        kinds = [_mixed_number, _long_number, _free_name, partial(_nonsense, pieces=pieces)]
    text = random.choice(kinds)(random)
    return _Value(text, text)


def _day(random: Random) -> _Value:
    day = _FIRST_DAY + timedelta(days=random.randrange(_SPAN))
    shown = dates.draw(random.choice(_LANGUAGES), None, random)(day)
    return _Value(shown, day.isoformat())


def _short_number(random: Random) -> str:
    return digits("#" * random.randint(2, 8), random)


def _long_number(random: Random) -> str:
    return digits("#" * random.randint(6, 20), random)


def _mixed_number(random: Random) -> str:
    return digits(random.choice(("@@-####", "@####", "####-##-##", "###.##", "@@@ ##")), random)


def _name(random: Random) -> str:
    return " ".join(trained_word(random) for _ in range(random.choice((1, 2, 2))))


def _free_name(random: Random) -> str:
    return " ".join(free_word(random) for _ in range(random.choice((1, 2, 2))))


def _nonsense(random: Random, pieces: Sequence[str]) -> str:
    """Put tokens together by lot."""
    return "".join(random.choice(pieces) for _ in range(random.randint(2, 6))).strip()
