"""Days in letters."""

from collections.abc import Callable
from datetime import date
from typing import Final

from inkwell_documents.facts import Language

DateFormat = Callable[[date], str]

_MONTHS: Final = {
    Language.ENGLISH: (
        "January February March April May June July August September October November December"
    ),
    Language.GERMAN: (
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
    ),
    Language.FRENCH: (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
    ),
}


def month(day: date, language: Language) -> str:
    """Return the name of a day's month."""
    return _MONTHS[language].split()[day.month - 1]
