"""How an everyday document writes days."""

from datetime import date
from random import Random
from typing import Final

from inkwell_documents.facts import Language
from inkwell_documents.formats.dates import DateFormat, month

_LAST_MONTH: Final = 12
_MOST_WAYS: Final = 5


def _english(day: date) -> tuple[str, ...]:
    name = month(day, Language.ENGLISH)
    plain = (
        f"{day.day} {name} {day.year}",
        f"{name} {day.day}, {day.year}",
        f"{day.day:02}-{name[:3]}-{day.year}",
        day.isoformat(),
    )
    # 04/05/2026 is two days in London and Boston: where nobody can tell, there is no truth.
    return (*plain, f"{day:%d/%m/%Y}") if day.day > _LAST_MONTH else plain


def _german(day: date) -> tuple[str, ...]:
    return (
        f"{day:%d.%m.%Y}",
        f"{day:%d.%m.%Y}",
        f"{day.day}. {month(day, Language.GERMAN)} {day.year}",
        f"{day:%d.%m.%y}",
    )


def _french(day: date) -> tuple[str, ...]:
    first = "1er" if day.day == 1 else str(day.day)
    return (
        f"{day:%d/%m/%Y}",
        f"{first} {month(day, Language.FRENCH)} {day.year}",
        f"{day:%d.%m.%Y}",
    )


_WAYS: Final = {Language.ENGLISH: _english, Language.GERMAN: _german, Language.FRENCH: _french}


def draw(language: Language, random: Random) -> DateFormat:
    """Choose one way to write days; a document keeps to it where a day can be written so."""
    choice = random.randrange(_MOST_WAYS)

    def write(day: date) -> str:
        ways = _WAYS[language](day)
        return ways[choice % len(ways)]

    return write
