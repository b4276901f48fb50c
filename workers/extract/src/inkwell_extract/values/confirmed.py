"""Names of sellers that people confirmed, and when a name on a page is one of them. Pure.

Strict, since a new seller that is taken for a known one is a wrong value that looks right: a name
is the same when its letters and digits are, or when those that differ look alike and it is long.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from inkwell_extract.values.folding import letters_and_digits

MAX_NAMES: Final = 2000
MAX_LENGTH: Final = 120
"""Characters of a name."""

LEAST_LETTERS: Final = 3
"""Letters and digits of a name that says who somebody is."""

_LEAST_MISREAD: Final = 10
"""Letters and digits of a name of which some may be misread: of a shorter one each is needed to
tell two firms apart."""

_MOST_MISREAD: Final = 2
_LEAST_TIMES: Final = 2
"""Documents from which a name is believed to the letter: one may hold a typing error, and then the
page is right."""

_ALIKE: Final = str.maketrans("015682i", "olsgbzl")
"""What OCR takes for each other in capitals: O and 0, I, L and 1, S and 5, G and 6, B and 8, Z and
2. Letters that merely may be misread are not here: ABC and ABD are two firms."""


@dataclass(frozen=True, slots=True)
class ConfirmedSeller:
    """A seller's name that people confirmed or gave.

    Attributes:
        name: as most of them wrote it.
        times: in how many documents.
    """

    name: str
    times: int


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a name on a page is.

    Attributes:
        seller: whose it is.
        is_misread: whether its letters differ from the confirmed ones.
    """

    seller: ConfirmedSeller
    is_misread: bool


@dataclass(frozen=True, slots=True)
class ConfirmedSellers:
    """The confirmed names of one pipeline, ready to be asked.

    Attributes:
        by_letters: each by its letters and digits.
        by_shape: letters of the long ones that two documents confirm, by their shape, where no
            other name has it.
    """

    by_letters: Mapping[str, ConfirmedSeller]
    by_shape: Mapping[str, str]

    @classmethod
    def of(cls, sellers: Iterable[ConfirmedSeller]) -> "ConfirmedSellers":
        """Index names; of two that only marks and case tell apart the first is kept."""
        by_letters: dict[str, ConfirmedSeller] = {}
        for seller in sellers:
            letters = letters_and_digits(seller.name)
            if len(letters) >= LEAST_LETTERS:
                by_letters.setdefault(letters, seller)
        shapes = Counter(map(_shape, by_letters))
        return cls(
            by_letters,
            {
                shape: letters
                for letters, seller in by_letters.items()
                if len(letters) >= _LEAST_MISREAD
                and seller.times >= _LEAST_TIMES
                and shapes[shape := _shape(letters)] == 1
            },
        )

    def find(self, text: str, *, is_read_by_ocr: bool) -> Recognised | None:
        """Return who a name on a page is, or None: somebody new.

        Args:
            text: the name.
            is_read_by_ocr: whether letters of it may be misread.
        """
        letters = letters_and_digits(text)
        equal = self.by_letters.get(letters)
        if equal is not None:
            return Recognised(equal, is_misread=False)
        alike = self.by_shape.get(_shape(letters)) if is_read_by_ocr else None
        if alike is None:
            return None
        misread = sum(mine != theirs for mine, theirs in zip(letters, alike, strict=True))
        if misread > _MOST_MISREAD:
            return None
        return Recognised(self.by_letters[alike], is_misread=True)


NOBODY: Final = ConfirmedSellers({}, {})
"""Before any correction."""


def counted(names: Iterable[str]) -> tuple[ConfirmedSeller, ...]:
    """Return each name once with how often it was given, the most frequent first.

    Names that only marks and case tell apart are one, written as most wrote it. What is no name or
    too long is left out, and so are the least frequent ones beyond `MAX_NAMES`.
    """
    spellings: dict[str, Counter[str]] = {}
    for name in names:
        text = " ".join(name.split())
        letters = letters_and_digits(text)
        if len(letters) >= LEAST_LETTERS and len(text) <= MAX_LENGTH:
            spellings.setdefault(letters, Counter())[text] += 1
    found = [
        ConfirmedSeller(min(each, key=lambda text: (-each[text], text)), each.total())
        for each in spellings.values()
    ]
    return tuple(sorted(found, key=lambda seller: (-seller.times, seller.name))[:MAX_NAMES])


def _shape(letters: str) -> str:
    return letters.translate(_ALIKE)
