"""How a varied document writes days."""

from random import Random

from inkwell_documents.facts import Language
from inkwell_documents.formats.dates import DateFormat, month


def _english(*, is_american: bool, is_plain: bool) -> tuple[DateFormat, ...]:
    ways: tuple[DateFormat, ...] = (
        lambda d: f"{d.day} {month(d, Language.ENGLISH)} {d.year}",
        lambda d: f"{month(d, Language.ENGLISH)} {d.day}, {d.year}",
        lambda d: f"{month(d, Language.ENGLISH)[:3]} {d.day:02}, {d.year}",
        lambda d: f"{d.day:02}-{month(d, Language.ENGLISH)[:3]}-{d.year}",
        lambda d: f"{d.day:02} {month(d, Language.ENGLISH)[:3]} {d.year}",
        lambda d: d.isoformat(),
    )
    if not is_plain:
        return ways
    numeric: tuple[DateFormat, ...] = (
        (lambda d: f"{d:%m/%d/%Y}", lambda d: f"{d.month}/{d.day}/{d.year}")
        if is_american
        else (lambda d: f"{d:%d/%m/%Y}", lambda d: f"{d:%d/%m/%y}", lambda d: f"{d:%d.%m.%Y}")
    )
    return (*ways, *numeric, numeric[0])


def _german() -> tuple[DateFormat, ...]:
    return (
        lambda d: f"{d:%d.%m.%Y}",
        lambda d: f"{d:%d.%m.%Y}",
        lambda d: f"{d:%d.%m.%Y}",
        lambda d: f"{d.day}.{d.month}.{d.year}",
        lambda d: f"{d.day}. {month(d, Language.GERMAN)} {d.year}",
        lambda d: f"{d:%d.%m.%y}",
        lambda d: d.isoformat(),
    )


def _french() -> tuple[DateFormat, ...]:
    return (
        lambda d: f"{d:%d/%m/%Y}",
        lambda d: f"{d:%d/%m/%Y}",
        lambda d: f"{'1er' if d.day == 1 else d.day} {month(d, Language.FRENCH)} {d.year}",
        lambda d: f"{d:%d.%m.%Y}",
        lambda d: f"{d:%d/%m/%y}",
        lambda d: f"{d:%d-%m-%Y}",
        lambda d: d.isoformat(),
    )


def draw(language: Language, currency: str | None, random: Random) -> DateFormat:
    """Choose how a document writes days.

    Days of digits alone have their month first where an English document bills in dollars of the
    United States, else their day; where a reader could not know, the month is written in letters.
    """
    if language is Language.ENGLISH:
        ways = _english(is_american=currency == "USD", is_plain=currency in {"USD", "GBP", "EUR"})
    else:
        ways = _german() if language is Language.GERMAN else _french()
    return random.choice(ways)
