"""Words that were read as one though they are two: a label and its value, a date and a time. Pure.

OCR leaves out spaces, and forms print none behind a colon. A number that someone gave, such as
``RE-18/03/2018``, and an address of the web stay whole.
"""

# ruff: noqa: RUF001 -- full-width marks, as they are read in pictures

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from inkwell_api.document import Word

_MARK: Final = "[./-]"
_MONTH: Final = r"(?:\d{1,2}|[^\W\d_]{3,9})"
_DAY: Final = (
    rf"(?:\d{{1,2}}{_MARK}{_MONTH}{_MARK}(?:(?:19|20)\d{{2}}|\d{{2}})|"
    rf"(?:19|20)\d{{2}}{_MARK}\d{{1,2}}{_MARK}\d{{1,2}})"
)
_TIME: Final = r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?"
_MONEY: Final = "(?:RM|MYR|EUR|USD|GBP|CHF|AUD|SGD|[$€£¥])"
_NAMED: Final = re.compile(r"(.*[^\W\d_][.)\]]?[:=：])([^\s:=：/\\].*)")
_DATED: Final = re.compile(rf"([^\W\d_]{{3,}})({_DAY}.*)")
_MOMENT: Final = re.compile(rf"({_DAY})([_,-]?)([(（][^()（）]{{1,10}}[)）](?:{_TIME})?|{_TIME})")
_NUMBERED: Final = re.compile(r"(#?\d{1,4}-)(\d{1,2}/\d{1,2}/(?:19|20)\d{2})")
_PRICED: Final = re.compile(
    rf"([^\W\d_]{{3,}}?(?={_MONEY})|[^\W\d_]{{4,}})({_MONEY}?\d+[.,]\d{{2}})"
)
"""``Total12.00`` and ``TOTALRM12.00``; three letters alone may as well be the currency."""


def parted(word: Word) -> tuple[Word, ...]:
    """Return a word, or its parts in their order, each with its share of the box."""
    texts = tuple(_parts(word.text))
    if len(texts) == 1:
        return (word,)
    left, width = word.box.left, (word.box.right - word.box.left) / len(word.text)
    words, start = [], 0
    for text in texts:
        end = start + len(text)
        box = replace(word.box, left=left + start * width, right=left + end * width)
        words.append(replace(word, text=text, box=box))
        start = end
    return tuple(words)


def _parts(text: str) -> Iterator[str]:
    for named in (_NAMED, _DATED):
        if match := named.fullmatch(text):
            yield match[1]
            yield from _parts(match[2])
            return
    matches = (pattern.fullmatch(text) for pattern in (_MOMENT, _NUMBERED, _PRICED))
    found = next((match for match in matches if match), None)
    yield from filter(None, found.groups()) if found else (text,)
